import { Plus } from "lucide-react";
import type { MacroAction, Priority, Status } from "../../../shared/src/wire.gen";
import { useTeams, useWorking } from "../app/desk";
import { sayer, t } from "../i18n/t";
import { RemoveButton } from "./fields";
import en from "./macros.en.json";
import { Group } from "./parts";

const m = sayer(en);
const kinds = ["status", "assign", "team", "priority", "tag", "snooze"] as const;
const statuses = ["open", "pending", "resolved"] as const;
const priorities = ["low", "normal", "high", "urgent"] as const;
const HOUR = 3600;
const lengths = [1, 4, 24, 48, 72, 168, 336].map((h) => h * HOUR);
const MOST = 8;

const first: Record<(typeof kinds)[number], MacroAction> = {
  status: { kind: "status", status: "pending" },
  assign: { kind: "assign", agent: "me" },
  team: { kind: "team" },
  priority: { kind: "priority", priority: "high" },
  tag: { kind: "tag", add: [], remove: [] },
  snooze: { kind: "snooze", for_s: 24 * HOUR },
};

interface Props {
  value: MacroAction[];
  fields: Record<string, string>;
  onChange(v: MacroAction[]): void;
}

/** MacroActions are what a macro does, in order. */
export function MacroActions({ value, fields, onChange }: Props) {
  const put = (i: number, a: MacroAction) => onChange(value.map((x, j) => (j === i ? a : x)));
  return (
    <Group title={m("actions")}>
      <p className="text-dense text-fg-2">{m("actionsLead")}</p>
      {value.length > 0 && (
        <ul className="edit-rows">
          {value.map((a, i) => (
            <li key={i} className="flex flex-wrap items-center gap-2">
              <select className="field w-auto min-w-40" aria-label={m("action", { n: i + 1 })} value={a.kind} onChange={(e) => put(i, first[e.target.value as (typeof kinds)[number]])}>
                {kinds.map((k) => (
                  <option key={k} value={k}>
                    {m(`kind.${k}`)}
                  </option>
                ))}
              </select>
              <div className="min-w-0 flex-1 basis-52">
                <Value a={a} label={m("value", { n: i + 1 })} onChange={(x) => put(i, x)} />
              </div>
              <RemoveButton label={m("removeAction", { n: i + 1 })} onClick={() => onChange(value.filter((_, j) => j !== i))} />
              {wrong(fields, i) && (
                <p role="alert" className="basis-full text-meta text-danger">
                  {wrong(fields, i)}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      {value.length < MOST && (
        <button type="button" className="btn justify-self-start" onClick={() => onChange([...value, first.status])}>
          <Plus aria-hidden="true" />
          {m("addAction")}
        </button>
      )}
    </Group>
  );
}

function wrong(fields: Record<string, string>, i: number): string {
  return Object.entries(fields).find(([k]) => k.startsWith(`actions[${i}]`))?.[1] ?? "";
}

function Value({ a, label, onChange }: { a: MacroAction; label: string; onChange(a: MacroAction): void }) {
  const agents = useWorking();
  const teams = useTeams().data ?? [];
  const pick = (value: string, options: { id: string; name: string }[], put: (v: string) => MacroAction) => (
    <select className="field" aria-label={label} value={value} required onChange={(e) => onChange(put(e.target.value))}>
      {!options.some((o) => o.id === value) && <option value="">{t("field.none")}</option>}
      {options.map((o) => (
        <option key={o.id} value={o.id}>
          {o.name}
        </option>
      ))}
    </select>
  );
  switch (a.kind) {
    case "status":
      return pick(a.status ?? "", statuses.map((id) => ({ id, name: m(`status.${id}`) })), (v) => ({ kind: "status", status: v as Status }));
    case "priority":
      return pick(a.priority ?? "", priorities.map((id) => ({ id, name: t(`priority.${id}`) })), (v) => ({ kind: "priority", priority: v as Priority }));
    case "assign":
      return pick(a.agent ?? "", [{ id: "me", name: m("me") }, ...agents], (v) => ({ kind: "assign", agent: v }));
    case "team":
      return pick(a.team ?? "", teams, (v) => ({ kind: "team", ...(v ? { team: v } : {}) }));
    case "snooze":
      return pick(String(a.for_s ?? ""), spans(a.for_s).map((s) => ({ id: String(s), name: span(s) })), (v) => ({ kind: "snooze", for_s: Number(v) }));
    default:
      return (
        <div className="grid gap-2 pane:grid-cols-2">
          <Tags label={m("tagsAdd")} value={a.add ?? []} onChange={(add) => onChange({ ...a, add })} />
          <Tags label={m("tagsRemove")} value={a.remove ?? []} onChange={(remove) => onChange({ ...a, remove })} />
        </div>
      );
  }
}

const spans = (own: number | undefined) => (own && !lengths.includes(own) ? [own, ...lengths] : lengths);

function span(s: number): string {
  return s % (24 * HOUR) === 0 ? m("days", { count: s / (24 * HOUR) }) : m("hours", { count: Math.round((s / HOUR) * 10) / 10 });
}

function Tags({ label, value, onChange }: { label: string; value: string[]; onChange(v: string[]): void }) {
  return (
    <input
      className="field"
      aria-label={label}
      placeholder={label}
      defaultValue={value.join(", ")}
      onChange={(e) => onChange(e.target.value.split(",").map((x) => x.trim()).filter(Boolean))}
    />
  );
}

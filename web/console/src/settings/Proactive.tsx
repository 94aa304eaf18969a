import type { ProactiveRule } from "../api/types";
import { t } from "./words";
import { Check, Field } from "../ui/basics";
import { NumberField, RemoveButton, Rows } from "./fields";
import { Group } from "./parts";
import { Add } from "./TeamRouting";

const MOST = 10;

interface Props {
  rules: readonly ProactiveRule[];
  onChange(rules: ProactiveRule[]): void;
  fields: Record<string, string>;
}

/** Proactive are the messages that a visitor is shown before asking: where, after how long, and to whom. */
export function Proactive({ rules, onChange, fields }: Props) {
  const change = (i: number, part: Partial<ProactiveRule>) => onChange(rules.map((r, n) => (n === i ? { ...r, ...part } : r)));
  const error = (i: number, name: string) => fields[`settings.proactive[${i}].${name}`];
  return (
    <Group title={t("proactive.title")}>
      <p className="text-meta text-fg-2">{t("proactive.hint")}</p>
      <Rows none={t("proactive.none")}>
        {rules.map((r, i) => (
          <li key={i} className="edit-row">
            <Field label={t("proactive.url")} hint={t("proactive.urlHint")} error={error(i, "url")}>
              {(p) => <input {...p} className="field font-mono text-dense" value={r.url} maxLength={200} required onChange={(e) => change(i, { url: e.target.value })} />}
            </Field>
            <NumberField label={t("proactive.seconds")} error={error(i, "seconds")} value={r.seconds} max={3600} unit={t("unit.s")} onChange={(seconds) => change(i, { seconds })} />
            <RemoveButton label={t("proactive.remove", { url: r.url })} onClick={() => onChange(rules.filter((_, n) => n !== i))} />
            <div className="edit-row-wide grid gap-3">
              <Field label={t("proactive.text")} error={error(i, "text") ?? error(i, "id")}>
                {(p) => <textarea {...p} className="field" rows={2} value={r.text} maxLength={1000} required onChange={(e) => change(i, { text: e.target.value })} />}
              </Field>
              <div className="flex flex-wrap gap-x-6 gap-y-2">
                <Check label={t("proactive.returning")} checked={r.returning} onChange={(returning) => change(i, { returning })} />
                <Check label={t("proactive.hours")} checked={r.hours_only} onChange={(hours_only) => change(i, { hours_only })} />
              </div>
            </div>
          </li>
        ))}
      </Rows>
      {rules.length > 0 && <p className="text-meta text-fg-3">{t("proactive.snippet")}</p>}
      {rules.length < MOST && <Add label={t("proactive.add")} onClick={() => onChange([...rules, { id: freeId(rules), url: "/*", seconds: 30, returning: false, hours_only: true, text: "" }])} />}
    </Group>
  );
}

/** freeId names a new rule; a name says who was shown what, so that it is never used again for another one. */
function freeId(rules: readonly ProactiveRule[]): string {
  const taken = new Set(rules.map((r) => r.id));
  for (;;) {
    const id = `rule-${Math.random().toString(36).slice(2, 8)}`;
    if (!taken.has(id)) return id;
  }
}

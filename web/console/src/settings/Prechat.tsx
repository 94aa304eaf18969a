import { Plus, Trash2 } from "lucide-react";
import type { PrechatField } from "../api/types";
import { t } from "./words";
import { Check, Field } from "../ui/basics";

const MOST = 8;

/** Prechat edits what the widget asks before the first message. */
export function Prechat({ fields, onChange }: { fields: PrechatField[]; onChange(f: PrechatField[]): void }) {
  const change = (i: number, part: Partial<PrechatField>) => onChange(fields.map((f, n) => (n === i ? { ...f, ...part } : f)));
  const add = () => {
    const taken = new Set(fields.map((f) => f.key));
    const next = !taken.has("name") ? { key: "name", label: t("field.name"), type: "text" as const } : !taken.has("email") ? { key: "email", label: t("field.email"), type: "email" as const } : { key: freeKey(taken), label: "", type: "text" as const };
    onChange([...fields, { ...next, required: false }]);
  };
  return (
    <div className="grid gap-4">
      {fields.length === 0 && <p className="text-dense text-fg-3">{t("prechat.none")}</p>}
      {fields.map((f, i) => (
        <div key={f.key} className="grid gap-3 border-b border-line pb-4 last:border-b-0 last:pb-0">
          <div className="grid items-end gap-3 pane:grid-cols-[1fr_140px_auto]">
            <Field label={t("prechat.label")}>{(p) => <input {...p} className="field" value={f.label} maxLength={80} required onChange={(e) => change(i, { label: e.target.value })} />}</Field>
            <Field label={t("prechat.type")}>
              {(p) => (
                <select {...p} className="field" value={f.type} onChange={(e) => change(i, { type: e.target.value as PrechatField["type"] })}>
                  <option value="text">{t("prechat.text")}</option>
                  <option value="email">{t("field.email")}</option>
                  <option value="select">{t("prechat.select")}</option>
                </select>
              )}
            </Field>
            <button type="button" className="btn btn-ghost btn-icon" aria-label={t("prechat.remove", { label: f.label || f.key })} onClick={() => onChange(fields.filter((_, n) => n !== i))}>
              <Trash2 aria-hidden="true" />
            </button>
          </div>
          {f.type === "select" && (
            <Field label={t("prechat.options")} hint={t("prechat.optionsHint")}>
              {(p) => <textarea {...p} className="field" rows={3} defaultValue={(f.options ?? []).join("\n")} onChange={(e) => change(i, { options: e.target.value.split("\n").map((o) => o.trim()).filter(Boolean) })} />}
            </Field>
          )}
          <Check label={t("prechat.required")} checked={f.required} onChange={(required) => change(i, { required })} />
        </div>
      ))}
      {fields.length < MOST && (
        <div>
          <button type="button" className="btn btn-dense" onClick={add}>
            <Plus aria-hidden="true" />
            {t("prechat.add")}
          </button>
        </div>
      )}
    </div>
  );
}

function freeKey(taken: Set<string>): string {
  for (let n = 1; ; n++) if (!taken.has(`field_${n}`)) return `field_${n}`;
}

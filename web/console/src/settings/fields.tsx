import { Trash2, X } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { t } from "./words";
import { cx, Field } from "../ui/basics";

/** errorAt is the problem of a field, or the first of those inside it: `types` also finds `types[2]`. */
export function errorAt(fields: Record<string, string>, name: string): string | undefined {
  const inside = Object.keys(fields).find((k) => k === name || k.startsWith(`${name}[`) || k.startsWith(`${name}.`));
  return inside === undefined ? undefined : fields[inside];
}

interface NumberProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: number;
  min?: number;
  max: number;
  step?: number;
  unit?: string;
  onChange(n: number): void;
}

/** NumberField is a number with its unit beside it; it may be empty while one types. */
export function NumberField({ label, hint, error, value, min = 0, max, step = 1, unit, onChange }: NumberProps) {
  const [text, setText] = useState(String(value));
  const shown = Number(text) === value ? text : String(value);
  return (
    <Field label={label} error={error} {...(hint ? { hint } : {})}>
      {(p) => (
        <div className="flex items-center gap-2">
          <input
            {...p}
            className="field max-w-28"
            type="number"
            inputMode="decimal"
            min={min}
            max={max}
            step={step}
            required
            value={text === "" ? "" : shown}
            onChange={(e) => {
              setText(e.target.value);
              if (e.target.value !== "") onChange(Number(e.target.value));
            }}
          />
          {unit && <span className="text-dense text-fg-2">{unit}</span>}
        </div>
      )}
    </Field>
  );
}

const units = [
  { s: 3600, key: "unit.h" },
  { s: 60, key: "unit.min" },
  { s: 1, key: "unit.s" },
] as const;

/** unitOf is the largest unit in which a duration is a whole number. */
export function unitOf(seconds: number): number {
  return units.find((u) => seconds > 0 && seconds % u.s === 0)?.s ?? 60;
}

interface DurationProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: number;
  onChange(seconds: number): void;
}

/** DurationField is a duration in the unit that people would say it in. */
export function DurationField({ label, hint, error, value, onChange }: DurationProps) {
  const [unit, setUnit] = useState(() => unitOf(value));
  const [text, setText] = useState(String(value / unit));
  const change = (n: string, u: number) => {
    setText(n);
    setUnit(u);
    if (n !== "") onChange(Math.round(Number(n) * u));
  };
  return (
    <Field label={label} error={error} {...(hint ? { hint } : {})}>
      {(p) => (
        <div className="flex items-center gap-2">
          <input {...p} className="field max-w-28" type="number" inputMode="decimal" min={0} step="any" required value={text} onChange={(e) => change(e.target.value, unit)} />
          <select className="field max-w-32" aria-label={t("unit.of", { label })} value={unit} onChange={(e) => change(text, Number(e.target.value))}>
            {[...units].reverse().map((u) => (
              <option key={u.s} value={u.s}>
                {t(u.key)}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  );
}

interface Choice<T extends string> {
  value: T;
  label: string;
  hint: string;
}

/** Choices are a few ways of doing something, each with the sentence that explains it. */
export function Choices<T extends string>({ label, value, options, onChange }: { label: string; value: T; options: Choice<NoInfer<T>>[]; onChange(v: T): void }) {
  const name = useId();
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-dense font-medium">{label}</legend>
      {options.map((o) => (
        <label key={o.value} className={cx("choice", o.value === value && "choice-on")}>
          <input type="radio" className="check mt-0.5" name={name} value={o.value} checked={o.value === value} onChange={() => onChange(o.value)} />
          <span>
            <span className="font-medium">{o.label}</span>
            <span className="block text-meta text-fg-2">{o.hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface WordsProps {
  label: string;
  hint: string;
  error?: string | undefined;
  placeholder?: string;
  values: readonly string[];
  onChange(values: string[]): void;
}

/** WordsField is a list of words: Enter or a comma adds one, Backspace in the empty field takes the last one back. */
export function WordsField({ label, hint, error, placeholder, values, onChange }: WordsProps) {
  const [text, setText] = useState("");
  const add = () => {
    const words = text.toLowerCase().split(/[\s,]+/u).filter((w) => w !== "" && !values.includes(w));
    if (words.length > 0) onChange([...values, ...new Set(words)]);
    setText("");
  };
  return (
    <Field label={label} hint={hint} error={error}>
      {(p) => (
        <div className={cx("field words", error !== undefined && "words-wrong")}>
          {values.map((w) => (
            <span key={w} className="chip min-h-6">
              {w}
              <button type="button" className="chip-x" aria-label={t("words.remove", { word: w })} onClick={() => onChange(values.filter((x) => x !== w))}>
                <X aria-hidden="true" />
              </button>
            </span>
          ))}
          <input
            {...p}
            className="words-input"
            value={text}
            maxLength={200}
            placeholder={values.length === 0 ? placeholder : undefined}
            onChange={(e) => setText(e.target.value)}
            onBlur={add}
            onKeyDown={(e) => {
              if (e.nativeEvent.isComposing) return;
              if (e.key === "Enter" || e.key === ",") {
                e.preventDefault();
                add();
              } else if (e.key === "Backspace" && text === "") onChange(values.slice(0, -1));
            }}
          />
        </div>
      )}
    </Field>
  );
}

/** RemoveButton takes one row out of a list. */
export function RemoveButton({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <button type="button" className="btn btn-ghost btn-icon" aria-label={label} onClick={onClick}>
      <Trash2 aria-hidden="true" />
    </button>
  );
}

/** Rows are the entries of a list that one edits, with a line between them. */
export function Rows({ none, children }: { none: string; children: readonly ReactNode[] }) {
  if (children.length === 0) return <p className="text-dense text-fg-3">{none}</p>;
  return <ul className="edit-rows">{children}</ul>;
}

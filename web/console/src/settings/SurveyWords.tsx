import { Plus } from "lucide-react";
import { useState } from "react";
import type { SurveyAsk, SurveyChoice, SurveyDefinition, SurveyTexts } from "../../../shared/src/wire.gen";
import { Field } from "../ui/basics";
import { s } from "../surveys/words";
import { errorAt, RemoveButton, Rows } from "./fields";
import { Group, Pick } from "./parts";

const languages = ["en", "de", "es", "fr", "it", "nl", "pt", "ar", "he", "ja"];
const names = new Intl.DisplayNames("en", { type: "language" });

type Words = Record<string, string>;

interface Props {
  survey: SurveyDefinition;
  value: SurveyTexts;
  onChange(v: SurveyTexts): void;
  fields: Record<string, string>;
}

/** SurveyWords edits what a survey says, one language at a time. */
export function SurveyWords({ survey, value, onChange, fields }: Props) {
  const [lang, setLang] = useState("en");
  const put = (key: "question" | "low" | "high", text: string) => onChange({ ...value, [key]: { ...value[key], [lang]: text } });
  const line = (key: "question" | "low" | "high", label: string) => (
    <Field label={label} error={errorAt(fields, `texts.${key}`)}>
      {(p) => <input {...p} className="field" dir="auto" value={(value[key] as Words | undefined)?.[lang] ?? ""} maxLength={200} onChange={(e) => put(key, e.target.value)} />}
    </Field>
  );
  const asks = value.questions ?? [];
  const change = (i: number, ask: SurveyAsk) => onChange({ ...value, questions: asks.map((a, n) => (n === i ? ask : a)) });
  return (
    <>
      <Group title={s("words")}>
        <p className="text-dense text-fg-2">{s("wordsLead")}</p>
        <Pick label={s("words.language")} value={lang} options={languages.map((l) => ({ id: l, name: names.of(l) ?? l }))} onChange={(v) => setLang(v ?? "en")} />
        {line("question", s("question"))}
        <div className="grid gap-4 pane:grid-cols-2">
          {line("low", s("lowEnd"))}
          {line("high", s("highEnd"))}
        </div>
        <Lines label={s("reasons")} hint={s("reasonsHint")} error={errorAt(fields, "texts.reasons")} lang={lang} value={value.reasons ?? []} onChange={(reasons) => onChange({ ...value, reasons })} />
      </Group>
      <Group title={s("asks")}>
        <Rows none={s("asks.none")}>
          {asks.map((a, i) => (
            <li key={a.key} className="grid gap-3 py-3">
              <Field label={s("asks.text", { n: i + 1 })} error={errorAt(fields, `texts.questions[${i}]`)}>
                {(p) => <input {...p} className="field" dir="auto" value={(a.text as Words)[lang] ?? ""} maxLength={200} onChange={(e) => change(i, { ...a, text: { ...a.text, [lang]: e.target.value } })} />}
              </Field>
              <Pick
                label={s("asks.type", { n: i + 1 })}
                value={a.type}
                options={(["text", "choice", "scale"] as const).map((k) => ({ id: k, name: s(`type.${k}`) }))}
                onChange={(v) => change(i, { key: a.key, text: a.text, type: (v ?? "text") as SurveyAsk["type"], ...(v === "scale" && { high: 5 }) })}
              />
              {a.type === "choice" && <Lines label={s("asks.choices", { n: i + 1 })} hint={s("reasonsHint")} lang={lang} value={a.choices ?? []} onChange={(choices) => change(i, { ...a, choices })} />}
              <div>
                <RemoveButton label={s("asks.remove")} onClick={() => onChange({ ...value, questions: asks.filter((_, n) => n !== i) })} />
              </div>
            </li>
          ))}
        </Rows>
        {asks.length < 5 && (
          <div>
            <button type="button" className="btn" onClick={() => onChange({ ...value, questions: [...asks, { key: fresh(asks.map((a) => a.key), "q"), type: "text", text: {} }] })}>
              <Plus aria-hidden="true" />
              {s("asks.add")}
            </button>
          </div>
        )}
      </Group>
      <Preview survey={survey} value={value} lang={lang} />
    </>
  );
}

/** said leaves out the languages in which a survey says nothing: Heard's own words stand there. */
export function said(texts: SurveyTexts): SurveyTexts {
  const full = (w: unknown) => Object.fromEntries(Object.entries((w ?? {}) as Words).filter(([, words]) => words.trim() !== ""));
  const lines = (list: SurveyChoice[]) => list.map((c) => ({ ...c, text: full(c.text) }));
  return {
    question: full(texts.question),
    low: full(texts.low),
    high: full(texts.high),
    reason: full(texts.reason),
    reasons: lines(texts.reasons ?? []),
    questions: (texts.questions ?? []).map((q) => ({ ...q, text: full(q.text), ...(q.choices && { choices: lines(q.choices) }) })),
  };
}

/** fresh is a key that nothing has: keys stay when words change, since answers name them. */
function fresh(taken: string[], stem: string): string {
  for (let n = 1; ; n++) if (!taken.includes(`${stem}${n}`)) return `${stem}${n}`;
}

interface LinesProps {
  label: string;
  hint: string;
  error?: string | undefined;
  lang: string;
  value: SurveyChoice[];
  onChange(v: SurveyChoice[]): void;
}

/** Lines edits a list of choices as lines of text in one language; a line keeps its key. */
function Lines({ label, hint, error, lang, value, onChange }: LinesProps) {
  const [draft, setDraft] = useState<{ lang: string; text: string }>();
  const shown = draft?.lang === lang ? draft.text : value.map((c) => (c.text as Words)[lang] ?? "").join("\n");
  const change = (text: string) => {
    setDraft({ lang, text });
    const lines = text.split("\n");
    while (lines.length > 0 && lines[lines.length - 1]!.trim() === "") lines.pop();
    const out: SurveyChoice[] = [];
    for (const [i, words] of lines.entries()) {
      const had = value[i];
      out.push({ key: had?.key ?? fresh([...value, ...out].map((c) => c.key), "c"), text: { ...had?.text, [lang]: words } });
    }
    onChange(out);
  };
  return (
    <Field label={label} hint={hint} error={error}>
      {(p) => <textarea {...p} className="field" dir="auto" rows={4} value={shown} onChange={(e) => change(e.target.value)} />}
    </Field>
  );
}

/** Preview is what a customer sees, in the language that is being edited. */
function Preview({ survey, value, lang }: { survey: SurveyDefinition; value: SurveyTexts; lang: string }) {
  const say = (w: unknown) => (w as Words | undefined)?.[lang] ?? "";
  const first = survey.kind === "nps" ? 0 : 1;
  const scores = Array.from({ length: survey.high - first + 1 }, (_, i) => first + i);
  return (
    <section className="card grid gap-3 p-5" aria-label={s("preview")} lang={lang} dir={lang === "ar" || lang === "he" ? "rtl" : "ltr"}>
      <h3 className="text-dense text-fg-2">{s("preview")}</h3>
      <p className="text-lead font-semibold">{say(value.question) || s("preview.own")}</p>
      <ol className="flex flex-wrap gap-1">
        {scores.map((n) => (
          <li key={n} className="grid min-h-10 min-w-10 place-items-center rounded-control border border-line-strong text-dense">
            {n}
          </li>
        ))}
      </ol>
      {(say(value.low) || say(value.high)) && (
        <p className="flex justify-between text-meta text-fg-2">
          <span>{say(value.low)}</span>
          <span>{say(value.high)}</span>
        </p>
      )}
      {(value.reasons ?? []).length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {(value.reasons ?? []).map((r) => (
            <li key={r.key} className="rounded-control border border-line-strong px-2 py-1 text-dense">
              {say(r.text)}
            </li>
          ))}
        </ul>
      )}
      {(value.questions ?? []).map((q) => (
        <p key={q.key} className="text-dense">
          {say(q.text)}
        </p>
      ))}
    </section>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/http";
import type { Page } from "../api/types";
import type { SurveyDefinition } from "../../../shared/src/wire.gen";
import { useInboxes } from "../app/desk";
import { TagList, useTags } from "../app/tags";
import { Check, EmptyState, Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { s } from "../surveys/words";
import { Choices, DurationField, NumberField } from "./fields";
import { AddButton, Back, CopyBox, Entries, Form, Group, Head, Pick, States, useForm, useSave } from "./parts";
import { SurveyBudget } from "./SurveyBudget";
import { SurveyDecisions } from "./SurveyDecisions";
import { SurveyNav } from "./SurveyParts";
import { said, SurveyWords } from "./SurveyWords";
import { t } from "../i18n/t";

type Kind = "csat" | "nps" | "ces";
type Trigger = "resolved" | "schedule" | "link";

const touchpoints = ["advertising", "social", "marketing", "sales", "pricing", "payment", "delivery", "product", "support"];

export function SurveysPage({ id }: { id?: string | undefined }) {
  const q = useQuery({ queryKey: ["surveys"], queryFn: ({ signal }) => api.get<Page<SurveyDefinition>>("/surveys", signal) });
  const [adding, setAdding] = useState(false);
  const list = q.data?.items ?? [];
  if (id === "budget") return <SurveyBudget />;
  if (id === "decisions") return <SurveyDecisions />;
  const one = list.find((x) => x.id === id);
  if (one) return <EditSurvey key={one.id} survey={one} />;
  const about = (x: SurveyDefinition) => [s(`kind.${x.kind as Kind}`), s(`trigger.${x.trigger as Trigger}`), s(x.disabled ? "off" : "on")].join(" · ");
  return (
    <>
      <Head title={s("title")} lead={s("lead")}>
        <AddButton label={s("add")} onClick={() => setAdding(true)} />
      </Head>
      <SurveyNav here="surveys" />
      <States of={q}>{list.length === 0 ? <EmptyState title={s("none")} /> : <Entries items={list.map((x) => ({ id: x.id, href: `/settings/surveys/${x.id}`, title: x.name, about: about(x) }))} />}</States>
      {adding && <AddSurvey onClose={() => setAdding(false)} />}
    </>
  );
}

/** What never changes is chosen at the beginning; all else is edited afterwards. */
function AddSurvey({ onClose }: { onClose(): void }) {
  const { value, set } = useForm({ name: "", kind: "csat" as Kind, high: "5", trigger: "resolved" as Trigger });
  const { save, busy, error, fields } = useSave(
    [["surveys"]],
    (v: typeof value) => api.post("/surveys", { name: v.name, kind: v.kind, trigger: v.trigger, ...(v.kind === "csat" && { high: Number(v.high) }), ...(v.trigger === "schedule" && { every_days: 90 }) }),
    onClose,
  );
  return (
    <Dialog title={s("add")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose}>
        <Field label={t("field.name")} error={fields.name}>
          {(p) => <input {...p} className="field" value={value.name} maxLength={80} required data-autofocus onChange={(e) => set("name", e.target.value)} />}
        </Field>
        <Choices label={s("kind")} value={value.kind} options={(["csat", "nps", "ces"] as const).map((k) => ({ value: k, label: s(`kind.${k}`), hint: s(`kind.${k}.hint`) }))} onChange={(v) => set("kind", v)} />
        {value.kind === "csat" && <Pick label={s("scale")} value={value.high} options={["5", "10"].map((n) => ({ id: n, name: s(n === "5" ? "scale.5" : "scale.10") }))} onChange={(v) => set("high", v ?? "5")} />}
        <Choices
          label={s("trigger")}
          value={value.trigger}
          options={(["resolved", "schedule", "link"] as const).map((k) => ({ value: k, label: s(`trigger.${k}`), hint: s(`trigger.${k}.hint`) }))}
          onChange={(v) => set("trigger", v)}
        />
      </Form>
    </Dialog>
  );
}

function EditSurvey({ survey }: { survey: SurveyDefinition }) {
  const { name, inbox, brand, touchpoint, language, channel, position, share, mail_delay_s, remind_days, low_score, every_days, segment, texts } = survey;
  const { value, set, unsaved } = useForm({ name, inbox, brand, touchpoint, language, channel: channel as string, position, share, mail_delay_s, remind_days, low_score, every_days, segment, texts }, `surveys/${survey.id}`);
  const scheduled = survey.trigger === "schedule";
  const { save, busy, error, fields } = useSave([["surveys"]], (v: typeof value) => {
    const { every_days, segment, ...words } = v;
    const rest = { ...words, texts: said(words.texts) };
    return api.patch(`/surveys/${survey.id}`, scheduled ? { ...rest, every_days, segment } : rest);
  });
  const turn = useSave([["surveys"]], (disabled: boolean) => api.patch(`/surveys/${survey.id}`, { disabled }));
  return (
    <>
      <Back to="/settings/surveys" label={s("title")} />
      <Head title={survey.name} lead={`${s(`kind.${survey.kind as Kind}`)} · ${s(`trigger.${survey.trigger as Trigger}`)}`}>
        <button type="button" className="btn" disabled={turn.busy} onClick={() => turn.save(!survey.disabled)}>
          {s(survey.disabled ? "turnOn" : "turnOff")}
        </button>
      </Head>
      {survey.link && <LinkCard survey={survey} />}
      <Form busy={busy} error={error} unsaved={unsaved} onSubmit={() => save(value)}>
        <Group title={s("often")}>
          <Field label={t("field.name")} error={fields.name}>
            {(p) => <input {...p} className="field" value={value.name} maxLength={80} required onChange={(e) => set("name", e.target.value)} />}
          </Field>
          {scheduled && <NumberField label={s("every")} error={fields.every_days} value={value.every_days} min={7} max={730} unit={s("days")} onChange={(n) => set("every_days", n)} />}
          {survey.trigger !== "link" && <NumberField label={s("share")} error={fields.share} value={value.share} min={1} max={100} unit={s("percent")} onChange={(n) => set("share", n)} />}
          {survey.trigger === "resolved" && <DurationField label={s("delay")} error={fields.mail_delay_s} value={value.mail_delay_s} onChange={(n) => set("mail_delay_s", n)} />}
          {survey.trigger !== "link" && <NumberField label={s("remind")} hint={s("remindHint")} error={fields.remind_days} value={value.remind_days} max={21} unit={s("days")} onChange={(n) => set("remind_days", n)} />}
          <NumberField label={s("low")} hint={s("lowHint")} error={fields.low_score} value={value.low_score} min={-1} max={survey.high - 1} onChange={(n) => set("low_score", n)} />
        </Group>
        <Conditions value={value} set={set} fields={fields} />
        {scheduled && <Who value={value.segment} onChange={(v) => set("segment", v)} fields={fields} />}
        <SurveyWords survey={survey} value={value.texts} onChange={(v) => set("texts", v)} fields={fields} />
      </Form>
    </>
  );
}

interface Where {
  inbox: string | null;
  brand: string;
  touchpoint: string;
  language: string;
  channel: string;
  position: number;
}

interface WhereProps<T extends Where> {
  value: T;
  set<K extends keyof T>(key: K, v: T[K]): void;
  fields: Record<string, string>;
}

function Conditions<T extends Where>({ value, set, fields }: WhereProps<T>) {
  const inboxes = useInboxes().data ?? [];
  const put = set as <K extends keyof Where>(key: K, v: Where[K]) => void;
  return (
    <Group title={s("for")}>
      <p className="text-dense text-fg-2">{s("for.lead")}</p>
      <div className="grid gap-4 pane:grid-cols-2">
        <Pick label={s("inbox")} error={fields.inbox} value={value.inbox} options={inboxes} none={s("any")} onChange={(v) => put("inbox", v)} />
        <Field label={s("brand")} error={fields.brand}>
          {(p) => <input {...p} className="field" value={value.brand} maxLength={60} onChange={(e) => put("brand", e.target.value)} />}
        </Field>
        <Pick label={s("touchpoint")} error={fields.touchpoint} value={value.touchpoint || null} options={touchpoints.map((n) => ({ id: n, name: n }))} none={s("any")} onChange={(v) => put("touchpoint", v ?? "")} />
        <Pick
          label={s("channel")}
          error={fields.channel}
          value={value.channel || null}
          options={(["chat", "email", "api"] as const).map((n) => ({ id: n, name: s(`channel.${n}`) }))}
          none={s("any")}
          onChange={(v) => put("channel", v ?? "")}
        />
        <Field label={s("language")} hint={s("languageHint")} error={fields.language}>
          {(p) => <input {...p} className="field max-w-28" value={value.language} maxLength={35} onChange={(e) => put("language", e.target.value)} />}
        </Field>
        <NumberField label={s("position")} hint={s("positionHint")} error={fields.position} value={value.position} max={1000} onChange={(n) => put("position", n)} />
      </div>
    </Group>
  );
}

type Segment = SurveyDefinition["segment"];

function Who({ value, onChange, fields }: { value: Segment; onChange(v: Segment): void; fields: Record<string, string> }) {
  const tags = useTags();
  const text = (key: "tag" | "attribute" | "value", label: string) => (
    <Field label={label} error={fields[`segment.${key}`]}>
      {(p) => <input {...p} className="field" list={key === "tag" ? "survey-tags" : undefined} value={value[key] ?? ""} maxLength={60} onChange={(e) => onChange({ ...value, [key]: e.target.value })} />}
    </Field>
  );
  const recent = value.contact_within_days ?? 0;
  return (
    <Group title={s("segment")}>
      <TagList id="survey-tags" tags={tags} />
      <div className="grid gap-4 pane:grid-cols-2">
        {text("tag", s("segment.tag"))}
        {text("attribute", s("segment.attribute"))}
        {text("value", s("segment.value"))}
      </div>
      <Check label={s("segment.recent")} checked={recent > 0} onChange={(on) => onChange({ ...value, contact_within_days: on ? 90 : 0 })} />
      {recent > 0 && <NumberField label={s("segment.recent")} error={fields["segment.contact_within_days"]} value={recent} min={1} max={730} unit={s("days")} onChange={(n) => onChange({ ...value, contact_within_days: n })} />}
    </Group>
  );
}

function LinkCard({ survey }: { survey: SurveyDefinition }) {
  const code = `/api/v1/surveys/${survey.id}/qr.svg`;
  return (
    <section className="card mb-5 grid gap-4 p-5" aria-label={s("link")}>
      <h3 className="text-body font-semibold">{s("link")}</h3>
      <p className="text-dense text-fg-2">{s("link.lead")}</p>
      <CopyBox text={survey.link} label={s("link")} />
      <img src={code} alt={s("link.qr")} width={160} height={160} />
      <div>
        <a className="btn" href={code} download={`survey-${survey.id}.svg`}>
          {s("link.download")}
        </a>
      </div>
    </section>
  );
}

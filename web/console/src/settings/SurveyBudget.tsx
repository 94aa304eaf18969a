import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../api/http";
import type { Page, Settings } from "../api/types";
import type { SurveyDefinition } from "../../../shared/src/wire.gen";
import { useInboxes } from "../app/desk";
import { s } from "../surveys/words";
import { Field } from "../ui/basics";
import { NumberField } from "./fields";
import { Form, Group, Head, States, useForm, useSave } from "./parts";
import { SurveyNav } from "./SurveyParts";

type Draft = Pick<Settings, "survey_cooldown_days" | "survey_most_90_days" | "survey_quiet_from" | "survey_quiet_to">;

/** SurveyBudget says how often one person is asked, in words and in numbers. */
export function SurveyBudget() {
  const q = useQuery({ queryKey: ["settings"], queryFn: ({ signal }) => api.get<Settings>("/settings", signal) });
  return (
    <>
      <Head title={s("nav.budget")} lead={s("budget.lead")} />
      <SurveyNav here="budget" />
      <States of={q}>{q.data && <Edit now={q.data} />}</States>
      <Pauses />
      <Shares />
    </>
  );
}

function Edit({ now }: { now: Settings }) {
  const { survey_cooldown_days, survey_most_90_days, survey_quiet_from, survey_quiet_to } = now;
  const { value, set } = useForm<Draft>({ survey_cooldown_days, survey_most_90_days, survey_quiet_from, survey_quiet_to });
  const { save, busy, error, fields } = useSave([["settings"]], (v: Draft) => api.patch("/settings", v));
  const hour = (key: "survey_quiet_from" | "survey_quiet_to", label: string) => (
    <Field label={label} error={fields[key]} hint={s("budget.quietHint", { zone: now.time_zone })}>
      {(p) => <input {...p} className="field max-w-36" type="time" value={value[key]} onChange={(e) => set(key, e.target.value)} />}
    </Field>
  );
  return (
    <Form busy={busy} error={error} onSubmit={() => save(value)}>
      <Rules value={value} zone={now.time_zone} />
      <Group title={s("budget.pause")}>
        <div className="grid gap-4 pane:grid-cols-2">
          <NumberField label={s("budget.cooldown")} value={value.survey_cooldown_days} min={1} max={365} unit={s("days")} error={fields.survey_cooldown_days} onChange={(n) => set("survey_cooldown_days", n)} />
          <NumberField label={s("budget.most")} hint={s("budget.mostHint")} value={value.survey_most_90_days} max={90} unit={s("budget.times")} error={fields.survey_most_90_days} onChange={(n) => set("survey_most_90_days", n)} />
        </div>
      </Group>
      <Group title={s("budget.quiet")}>
        <div className="grid gap-4 pane:grid-cols-2">
          {hour("survey_quiet_from", s("budget.from"))}
          {hour("survey_quiet_to", s("budget.to"))}
        </div>
      </Group>
    </Form>
  );
}

/** Rules are what the numbers mean for one person. */
function Rules({ value, zone }: { value: Draft; zone: string }) {
  const quiet = value.survey_quiet_from && value.survey_quiet_to;
  return (
    <section className="card grid gap-2 p-5 text-body" data-rules>
      <p className="font-semibold">{s("budget.rule", { count: value.survey_cooldown_days })}</p>
      {value.survey_most_90_days > 0 && <p className="font-semibold">{s("budget.most", { count: value.survey_most_90_days })}</p>}
      {quiet && <p>{s("budget.quietRule", { from: value.survey_quiet_from, to: value.survey_quiet_to, zone })}</p>}
      <p className="text-dense text-fg-2">{s("budget.person")}</p>
      <p className="text-dense text-fg-2">{s("budget.never")}</p>
    </section>
  );
}

/** Pauses are the inboxes whose own survey waits for another time than the desk's. */
function Pauses() {
  const q = useInboxes();
  const own = (q.data ?? []).filter((i) => i.csat.enabled && i.csat.cooldown_days > 0);
  return (
    <section className="mt-8">
      <h3 className="text-lead font-semibold">{s("budget.inboxes")}</h3>
      <p className="mb-2 text-meta text-fg-2">{s("budget.inboxes.lead")}</p>
      <States of={q}>
        {own.length === 0 ? (
          <p className="text-dense text-fg-2">{s("budget.inboxes.none")}</p>
        ) : (
          <Facts rows={own.map((i) => ({ id: i.id, name: i.name, href: `/settings/inboxes/${i.id}`, fact: `${i.csat.cooldown_days} ${s("days")}` }))} />
        )}
      </States>
    </section>
  );
}

/** Shares are how many of those whom a survey could ask it does ask. */
function Shares() {
  const q = useQuery({ queryKey: ["surveys"], queryFn: ({ signal }) => api.get<Page<SurveyDefinition>>("/surveys", signal) });
  const list = (q.data?.items ?? []).filter((x) => !x.disabled && x.trigger !== "link");
  return (
    <section className="mt-8">
      <h3 className="text-lead font-semibold">{s("budget.shares")}</h3>
      <p className="mb-2 text-meta text-fg-2">{s("budget.shares.lead")}</p>
      <States of={q}>
        {list.length === 0 ? (
          <p className="text-dense text-fg-2">{s("budget.shares.none")}</p>
        ) : (
          <Facts rows={list.map((x) => ({ id: x.id, name: x.name, href: `/settings/surveys/${x.id}`, fact: s("budget.share", { n: x.share }) }))} />
        )}
      </States>
    </section>
  );
}

function Facts({ rows }: { rows: { id: string; name: string; href: string; fact: string }[] }) {
  return (
    <ul className="card divide-y divide-line">
      {rows.map((r) => (
        <li key={r.id} className="flex flex-wrap justify-between gap-x-4 px-5 py-3 text-dense">
          <Link href={r.href} className="link">
            {r.name}
          </Link>
          <span>{r.fact}</span>
        </li>
      ))}
    </ul>
  );
}

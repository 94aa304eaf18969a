import { useQuery } from "@tanstack/react-query";
import { api } from "../api/http";
import type { Settings } from "../api/types";
import { sayer } from "../i18n/t";
import { Field } from "../ui/basics";
import { NumberField } from "./fields";
import en from "./impact.en.json";
import { Form, Group, Head, States, useForm, useSave } from "./parts";

const w = sayer(en);

type Draft = Pick<Settings, "hourly_rate" | "currency" | "impact_reopen" | "impact_handoff" | "impact_csat">;

/** ImpactPage says what an issue's trouble counts for, and what an hour costs. */
export function ImpactPage() {
  const q = useQuery({ queryKey: ["settings"], queryFn: ({ signal }) => api.get<Settings>("/settings", signal) });
  return (
    <>
      <Head title={w("title")} lead={w("lead")} />
      <States of={q}>{q.data && <Edit now={q.data} />}</States>
    </>
  );
}

function Edit({ now }: { now: Settings }) {
  const { hourly_rate, currency, impact_reopen, impact_handoff, impact_csat } = now;
  const { value, set, unsaved } = useForm<Draft>({ hourly_rate, currency, impact_reopen, impact_handoff, impact_csat }, "impact");
  const { save, busy, error, fields } = useSave([["settings"], ["issues"], ["issue"]], (v: Draft) => api.patch("/settings", v));
  const weight = (key: "impact_reopen" | "impact_handoff" | "impact_csat", label: string) => (
    <NumberField label={label} value={value[key]} max={100} step={0.05} unit={w("hours")} error={fields[key]} onChange={(n) => set(key, n)} />
  );
  return (
    <Form busy={busy} error={error} unsaved={unsaved} onSubmit={() => save(value)}>
      <Group title={w("weights")}>
        {weight("impact_reopen", w("reopen"))}
        {weight("impact_handoff", w("handoff"))}
        {weight("impact_csat", w("csat"))}
      </Group>
      <Group title={w("money")}>
        <NumberField label={w("rate")} hint={w("rateHint")} value={value.hourly_rate} max={100_000} step={0.5} unit={value.currency} error={fields.hourly_rate} onChange={(n) => set("hourly_rate", n)} />
        <Field label={w("currency")} hint={w("currencyHint")} error={fields.currency}>
          {(p) => <input {...p} className="field max-w-28" value={value.currency} maxLength={3} required autoCapitalize="characters" onChange={(e) => set("currency", e.target.value.toUpperCase())} />}
        </Field>
      </Group>
    </Form>
  );
}

import { api } from "../api/http";
import type { Inbox, InboxSettings } from "../api/types";
import { useSchedules, useTeams } from "../app/desk";
import { t } from "./words";
import { Check, Field } from "../ui/basics";
import { InboxClosed, InboxDuring, InboxFiles } from "./InboxChat";
import { Back, CopyBox, Form, Group, Head, Pick, useForm, useSave } from "./parts";
import { Notice } from "./Notice";
import { Prechat } from "./Prechat";
import { Proactive } from "./Proactive";
import { TryIt } from "./TryIt";
import { Secrets } from "./Secrets";
import { WidgetPreview } from "./WidgetPreview";

type Draft = Omit<Inbox, "id" | "kind" | "key" | "snippet" | "secrets" | "touchpoint" | "disabled">;

interface Part {
  value: Draft;
  set<K extends keyof Draft>(key: K, v: Draft[K]): void;
  fields: Record<string, string>;
}

/** What may be edited; the rest of an inbox is made by the server. */
function draftOf(i: Inbox): Draft {
  const { name, brand, team, schedule, origins, reopen_days, require_identity, csat, settings } = i;
  return { name, brand, team, schedule, origins, reopen_days, require_identity, csat, settings };
}

export function EditInbox({ inbox }: { inbox: Inbox }) {
  const { value, set, unsaved } = useForm(draftOf(inbox), `inboxes/${inbox.id}`);
  const { save, busy, error, fields } = useSave([["inboxes"]], (v: Draft) => api.patch(`/inboxes/${inbox.id}`, { ...v, origins: v.origins.filter(Boolean) }));
  const part = { value, set, fields };
  const change = (settings: Partial<InboxSettings>) => set("settings", { ...value.settings, ...settings });
  const site = inbox.kind === "website";
  return (
    <div className="inbox-edit">
      <div className="inbox-top">
        <Back to="/settings/inboxes" label={t("settings.inboxes")} />
        <Head title={inbox.name} />
        {site && inbox.snippet && <Snippet code={inbox.snippet} inbox={inbox} />}
      </div>
      {site && <WidgetPreview settings={value.settings} name={value.brand || inbox.name} />}
      <div className="inbox-form">
        <Form busy={busy} error={error} unsaved={unsaved} onSubmit={() => save(value)}>
          <Basics {...part} />
          {site && <Widget {...part} />}
          {site && <InboxClosed value={value.settings} change={change} fields={fields} />}
          {site && (
            <Group title={t("inboxes.prechat")}>
              <Prechat fields={value.settings.prechat ?? []} onChange={(prechat) => change({ prechat })} />
              <Notice value={value.settings} change={change} fields={fields} />
            </Group>
          )}
          {site && <InboxDuring value={value.settings} change={change} fields={fields} />}
          {site && <InboxFiles value={value.settings} change={change} fields={fields} />}
          {site && <Proactive rules={value.settings.proactive ?? []} onChange={(proactive) => change({ proactive })} fields={fields} />}
          {site && <Access {...part} inbox={inbox} />}
          <Survey {...part} />
        </Form>
      </div>
    </div>
  );
}

function Snippet({ code, inbox }: { code: string; inbox: Inbox }) {
  return (
    <section className="card grid gap-2 p-5">
      <h3 className="text-body font-semibold">{t("inboxes.snippet")}</h3>
      <p className="text-dense text-fg-2">{t("inboxes.snippetLead")}</p>
      <CopyBox text={code} label={t("inboxes.snippet")} />
      <TryIt inbox={inbox.key} />
    </section>
  );
}

function Basics({ value, set, fields }: Part) {
  const teams = useTeams().data ?? [];
  const schedules = useSchedules().data ?? [];
  return (
    <Group title={t("inboxes.basics")}>
      <Field label={t("field.name")} error={fields.name}>
        {(p) => <input {...p} className="field" value={value.name} maxLength={80} required onChange={(e) => set("name", e.target.value)} />}
      </Field>
      <Field label={t("inboxes.brand")} hint={t("inboxes.brandHint")} error={fields.brand}>
        {(p) => <input {...p} className="field" value={value.brand} maxLength={60} onChange={(e) => set("brand", e.target.value)} />}
      </Field>
      <div className="grid gap-4 pane:grid-cols-2">
        <Pick label={t("field.team")} value={value.team} options={teams} onChange={(v) => set("team", v)} />
        <Pick label={t("field.schedule")} value={value.schedule} options={schedules} none={t("inboxes.teamHours")} hint={t("inboxes.hoursHint")} onChange={(v) => set("schedule", v)} />
      </div>
      <Field label={t("inboxes.reopenDays")} hint={t("inboxes.reopenHint")} error={fields.reopen_days}>
        {(p) => <input {...p} className="field max-w-28" type="number" min={0} max={365} value={value.reopen_days} onChange={(e) => set("reopen_days", Number(e.target.value))} />}
      </Field>
    </Group>
  );
}

function Widget({ value, set, fields }: Part) {
  const look = value.settings;
  const change = (part: Partial<InboxSettings>) => set("settings", { ...look, ...part });
  return (
    <Group title={t("inboxes.widget")}>
      <div className="grid gap-4 pane:grid-cols-2">
        <Field label={t("inboxes.title")}>{(p) => <input {...p} className="field" value={look.title} maxLength={80} onChange={(e) => change({ title: e.target.value })} />}</Field>
        <Field label={t("inboxes.color")} error={fields["settings.color"]}>
          {(p) => (
            <div className="flex gap-2">
              <input type="color" className="field swatch" aria-label={t("inboxes.colorPick")} value={look.color || "#3a50d6"} onChange={(e) => change({ color: e.target.value })} />
              <input {...p} className="field" value={look.color} pattern="#[0-9a-fA-F]{6}" maxLength={7} onChange={(e) => change({ color: e.target.value })} />
            </div>
          )}
        </Field>
      </div>
      <Field label={t("inboxes.greeting")}>{(p) => <textarea {...p} className="field" rows={2} value={look.greeting} maxLength={500} onChange={(e) => change({ greeting: e.target.value })} />}</Field>
      <Field label={t("inboxes.side")}>
        {(p) => (
          <select {...p} className="field max-w-80" value={look.side} onChange={(e) => change({ side: e.target.value as "start" | "end" })}>
            <option value="end">{t("inboxes.sideEnd")}</option>
            <option value="start">{t("inboxes.sideStart")}</option>
          </select>
        )}
      </Field>
    </Group>
  );
}

function Access({ value, set, fields, inbox }: Part & { inbox: Inbox }) {
  return (
    <Group title={t("inboxes.access")}>
      <Field label={t("inboxes.origins")} hint={t("inboxes.originsHint")} error={fields.origins}>
        {(p) => <textarea {...p} className="field font-mono text-dense" rows={3} placeholder="https://shop.example" value={value.origins.join("\n")} onChange={(e) => set("origins", e.target.value.split("\n").map((l) => l.trim()))} />}
      </Field>
      <Check label={t("inboxes.requireIdentity")} hint={t("inboxes.requireIdentityHint")} checked={value.require_identity} onChange={(v) => set("require_identity", v)} />
      <Secrets inbox={inbox.id} />
    </Group>
  );
}

function Survey({ value, set }: Part) {
  const { csat } = value;
  return (
    <Group title={t("inboxes.csat")}>
      <Check label={t("inboxes.csatOn")} checked={csat.enabled} onChange={(enabled) => set("csat", { ...csat, enabled })} />
      <Field label={t("inboxes.csatCooldown")} hint={t("inboxes.csatHint")}>
        {(p) => <input {...p} className="field max-w-28" type="number" min={0} max={365} value={csat.cooldown_days} disabled={!csat.enabled} onChange={(e) => set("csat", { ...csat, cooldown_days: Number(e.target.value) })} />}
      </Field>
    </Group>
  );
}

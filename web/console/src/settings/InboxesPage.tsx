import { useState } from "react";
import { useLocation } from "wouter";
import { api } from "../api/http";
import type { Inbox } from "../api/types";
import { nameOf, useInboxes, useSchedules, useTeams } from "../app/desk";
import { t } from "../i18n/t";
import { Check, EmptyState, Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { AddButton, Back, CopyBox, Entries, Form, Group, Head, OnceDialog, States, useForm, useSave } from "./parts";
import { Prechat } from "./Prechat";

export function InboxesPage({ id }: { id?: string | undefined }) {
  const q = useInboxes();
  const teams = useTeams().data;
  const [adding, setAdding] = useState(false);
  const inbox = q.data?.find((i) => i.id === id);
  if (inbox) return <EditInbox key={inbox.id} inbox={inbox} />;
  return (
    <>
      <Head title={t("settings.inboxes")} lead={t("inboxes.lead")}>
        <AddButton label={t("inboxes.add")} onClick={() => setAdding(true)} />
      </Head>
      <States of={q}>
        {q.data?.length === 0 ? (
          <EmptyState title={t("inboxes.none")} />
        ) : (
          <Entries items={(q.data ?? []).map((i) => ({ id: i.id, href: `/settings/inboxes/${i.id}`, title: i.name, about: t("inboxes.about", { kind: t(`inboxes.kind.${i.kind}`), team: nameOf(teams, i.team) || t("field.none") }) }))} />
        )}
      </States>
      {adding && <AddInbox onClose={() => setAdding(false)} />}
    </>
  );
}

function AddInbox({ onClose }: { onClose(): void }) {
  const [, go] = useLocation();
  const { value, set } = useForm({ name: "", kind: "website" as Inbox["kind"] });
  const { save, busy, error, fields } = useSave([["inboxes"]], (v: typeof value) => api.post<Inbox>("/inboxes", v), (made) => {
    onClose();
    go(`/settings/inboxes/${made.id}`);
  });
  return (
    <Dialog title={t("inboxes.add")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose} submit={t("inboxes.create")}>
        <Field label={t("field.name")} error={fields.name}>
          {(p) => <input {...p} className="field" value={value.name} maxLength={80} required data-autofocus onChange={(e) => set("name", e.target.value)} />}
        </Field>
        <Field label={t("inboxes.kind")}>
          {(p) => (
            <select {...p} className="field" value={value.kind} onChange={(e) => set("kind", e.target.value as Inbox["kind"])}>
              <option value="website">{t("inboxes.kind.website")}</option>
              <option value="api">{t("inboxes.kind.api")}</option>
            </select>
          )}
        </Field>
      </Form>
    </Dialog>
  );
}

const lines = (s: string) => s.split("\n").map((l) => l.trim()).filter(Boolean);

function EditInbox({ inbox }: { inbox: Inbox }) {
  const teams = useTeams().data ?? [];
  const schedules = useSchedules().data ?? [];
  const { value, set } = useForm(inbox);
  const [origins, setOrigins] = useState(inbox.origins.join("\n"));
  const look = value.settings;
  const setLook = (part: Partial<Inbox["settings"]>) => set("settings", { ...look, ...part });
  const { save, busy, error, fields } = useSave([["inboxes"]], () => {
    const { name, team, schedule, reopen_days, require_identity, csat, settings } = value;
    return api.patch(`/inboxes/${inbox.id}`, { name, team, schedule, reopen_days, require_identity, csat, settings, origins: lines(origins) });
  });
  return (
    <>
      <Back to="/settings/inboxes" label={t("settings.inboxes")} />
      <Head title={inbox.name} />
      {inbox.kind === "website" && inbox.snippet && (
        <section className="card mb-5 grid gap-2 p-5">
          <h3 className="text-body font-semibold">{t("inboxes.snippet")}</h3>
          <p className="text-dense text-fg-2">{t("inboxes.snippetLead")}</p>
          <CopyBox text={inbox.snippet} label={t("inboxes.snippet")} />
        </section>
      )}
      <Form busy={busy} error={error} onSubmit={() => save(undefined)}>
        <Group title={t("inboxes.basics")}>
          <Field label={t("field.name")} error={fields.name}>
            {(p) => <input {...p} className="field" value={value.name} maxLength={80} required onChange={(e) => set("name", e.target.value)} />}
          </Field>
          <div className="grid gap-4 pane:grid-cols-2">
            <Pick label={t("field.team")} value={value.team} options={teams} onChange={(v) => set("team", v)} />
            <Pick label={t("field.schedule")} value={value.schedule} options={schedules} none={t("inboxes.alwaysOpen")} onChange={(v) => set("schedule", v)} />
          </div>
          <Field label={t("inboxes.reopenDays")} hint={t("inboxes.reopenHint")} error={fields.reopen_days}>
            {(p) => <input {...p} className="field max-w-28" type="number" min={0} max={365} value={value.reopen_days} onChange={(e) => set("reopen_days", Number(e.target.value))} />}
          </Field>
        </Group>
        {inbox.kind === "website" && (
          <>
            <Group title={t("inboxes.widget")}>
              <div className="grid gap-4 pane:grid-cols-2">
                <Field label={t("inboxes.title")}>{(p) => <input {...p} className="field" value={look.title} maxLength={80} onChange={(e) => setLook({ title: e.target.value })} />}</Field>
                <Field label={t("inboxes.color")}>
                  {(p) => (
                    <div className="flex gap-2">
                      <input type="color" className="field swatch" aria-label={t("inboxes.colorPick")} value={look.color || "#3a50d6"} onChange={(e) => setLook({ color: e.target.value })} />
                      <input {...p} className="field" value={look.color} pattern="#[0-9a-fA-F]{6}" maxLength={7} onChange={(e) => setLook({ color: e.target.value })} />
                    </div>
                  )}
                </Field>
              </div>
              <Field label={t("inboxes.greeting")}>{(p) => <textarea {...p} className="field" rows={2} value={look.greeting} maxLength={500} onChange={(e) => setLook({ greeting: e.target.value })} />}</Field>
              <Field label={t("inboxes.side")}>
                {(p) => (
                  <select {...p} className="field max-w-80" value={look.side} onChange={(e) => setLook({ side: e.target.value as "start" | "end" })}>
                    <option value="end">{t("inboxes.sideEnd")}</option>
                    <option value="start">{t("inboxes.sideStart")}</option>
                  </select>
                )}
              </Field>
              <Check label={t("inboxes.offline")} hint={t("inboxes.offlineHint")} checked={look.offline} onChange={(v) => setLook({ offline: v })} />
            </Group>
            <Group title={t("inboxes.prechat")}>
              <Prechat fields={look.prechat ?? []} onChange={(prechat) => setLook({ prechat })} />
            </Group>
            <Group title={t("inboxes.access")}>
              <Field label={t("inboxes.origins")} hint={t("inboxes.originsHint")} error={fields.origins}>
                {(p) => <textarea {...p} className="field font-mono text-dense" rows={3} placeholder="https://shop.example" value={origins} onChange={(e) => setOrigins(e.target.value)} />}
              </Field>
              <Check label={t("inboxes.requireIdentity")} hint={t("inboxes.requireIdentityHint")} checked={value.require_identity} onChange={(v) => set("require_identity", v)} />
              <Secrets inbox={inbox} />
            </Group>
          </>
        )}
        <Group title={t("inboxes.csat")}>
          <Check label={t("inboxes.csatOn")} checked={value.csat.enabled} onChange={(enabled) => set("csat", { ...value.csat, enabled })} />
          <Field label={t("inboxes.csatCooldown")} hint={t("inboxes.csatHint")}>
            {(p) => <input {...p} className="field max-w-28" type="number" min={0} max={365} value={value.csat.cooldown_days} disabled={!value.csat.enabled} onChange={(e) => set("csat", { ...value.csat, cooldown_days: Number(e.target.value) })} />}
          </Field>
        </Group>
      </Form>
    </>
  );
}

interface PickProps {
  label: string;
  value: string | null;
  options: { id: string; name: string }[];
  none?: string;
  onChange(v: string | null): void;
}

export function Pick({ label, value, options, none, onChange }: PickProps) {
  return (
    <Field label={label}>
      {(p) => (
        <select {...p} className="field" value={value ?? ""} onChange={(e) => onChange(e.target.value || null)}>
          {(none !== undefined || !value) && <option value="">{none ?? t("field.none")}</option>}
          {options.map((o) => (
            <option key={o.id} value={o.id}>
              {o.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Secrets({ inbox }: { inbox: Inbox }) {
  const [secret, setSecret] = useState("");
  const { save, busy } = useSave([["inboxes"]], () => api.post<{ secret: string }>(`/inboxes/${inbox.id}/secrets`), (out) => setSecret(out.secret));
  return (
    <div className="flex flex-wrap items-center gap-3">
      <button type="button" className="btn" disabled={busy} onClick={() => save(undefined)}>
        {t("inboxes.newSecret")}
      </button>
      <span className="text-meta text-fg-3">{t("inboxes.secrets", { count: inbox.secrets ?? 0 })}</span>
      {secret && <OnceDialog title={t("inboxes.newSecret")} lead={t("inboxes.secretLead")} text={secret} onClose={() => setSecret("")} />}
    </div>
  );
}

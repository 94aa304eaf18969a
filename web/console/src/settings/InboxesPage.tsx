import { useState } from "react";
import { useLocation } from "wouter";
import { api } from "../api/http";
import type { Inbox } from "../api/types";
import { nameOf, useInboxes, useTeams } from "../app/desk";
import { t } from "./words";
import { EmptyState, Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { EditInbox } from "./EditInbox";
import { AddButton, Entries, Form, Head, States, useForm, useSave } from "./parts";

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

import { useState } from "react";
import { api } from "../api/http";
import type { Team } from "../api/types";
import { useAgents, useSchedules, useTeams } from "../app/desk";
import { t } from "../i18n/t";
import { Check, EmptyState, Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { AddButton, Back, Entries, Form, Group, Head, Pick, States, useForm, useSave } from "./parts";

const blank = { name: "", schedule: null as string | null, agents: [] as string[], auto_assign: true };
type Draft = typeof blank;

export function TeamsPage({ id }: { id?: string | undefined }) {
  const q = useTeams();
  const [adding, setAdding] = useState(false);
  const team = q.data?.find((x) => x.id === id);
  if (team) return <EditTeam key={team.id} team={team} />;
  return (
    <>
      <Head title={t("settings.teams")} lead={t("teams.lead")}>
        <AddButton label={t("teams.add")} onClick={() => setAdding(true)} />
      </Head>
      <States of={q}>
        {q.data?.length === 0 ? (
          <EmptyState title={t("teams.none")} />
        ) : (
          <Entries items={(q.data ?? []).map((x) => ({ id: x.id, href: `/settings/teams/${x.id}`, title: x.name, about: [t("teams.count", { count: x.agents.length }), x.is_default ? t("teams.default") : ""].filter(Boolean).join(" · ") }))} />
        )}
      </States>
      {adding && <AddTeam onClose={() => setAdding(false)} />}
    </>
  );
}

function AddTeam({ onClose }: { onClose(): void }) {
  const { value, set } = useForm<Draft>(blank);
  const { save, busy, error, fields } = useSave([["teams"]], (v: Draft) => api.post("/teams", v), onClose);
  return (
    <Dialog title={t("teams.add")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose}>
        <TeamFields value={value} set={set} nameError={fields.name} />
      </Form>
    </Dialog>
  );
}

function EditTeam({ team }: { team: Team }) {
  const { name, schedule, agents, auto_assign } = team;
  const { value, set } = useForm<Draft>({ name, schedule, agents, auto_assign });
  const { save, busy, error, fields } = useSave([["teams"], ["agents"]], (v: Draft) => api.patch(`/teams/${team.id}`, v));
  return (
    <>
      <Back to="/settings/teams" label={t("settings.teams")} />
      <Head title={team.name} lead={team.is_default ? t("teams.defaultLead") : ""} />
      <Form busy={busy} error={error} onSubmit={() => save(value)}>
        <Group title={team.name}>
          <TeamFields value={value} set={set} nameError={fields.name} />
        </Group>
      </Form>
    </>
  );
}

interface FieldsProps {
  value: Draft;
  set<K extends keyof Draft>(key: K, v: Draft[K]): void;
  nameError: string | undefined;
}

function TeamFields({ value, set, nameError }: FieldsProps) {
  const agents = (useAgents().data ?? []).filter((a) => !a.disabled);
  const schedules = useSchedules().data ?? [];
  const toggle = (id: string, on: boolean) => set("agents", on ? [...value.agents, id] : value.agents.filter((a) => a !== id));
  return (
    <>
      <Field label={t("field.name")} error={nameError}>
        {(p) => <input {...p} className="field" value={value.name} maxLength={80} required data-autofocus onChange={(e) => set("name", e.target.value)} />}
      </Field>
      <Pick label={t("field.schedule")} value={value.schedule} options={schedules} none={t("inboxes.alwaysOpen")} onChange={(v) => set("schedule", v)} />
      <Check label={t("teams.autoAssign")} hint={t("teams.autoAssignHint")} checked={value.auto_assign} onChange={(v) => set("auto_assign", v)} />
      <fieldset className="grid gap-2">
        <legend className="mb-1 text-dense font-medium">{t("teams.members")}</legend>
        <div className="grid gap-2 pane:grid-cols-2">
          {agents.map((a) => (
            <Check key={a.id} label={a.name} hint={t(`role.${a.role}`)} checked={value.agents.includes(a.id)} onChange={(on) => toggle(a.id, on)} />
          ))}
        </div>
      </fieldset>
    </>
  );
}

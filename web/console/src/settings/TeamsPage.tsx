import { useState } from "react";
import { api } from "../api/http";
import type { Team } from "../api/types";
import { useWorking, useSchedules, useTeams } from "../app/desk";
import { t } from "./words";
import { Check, EmptyState, Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { AddButton, Back, Entries, Form, Group, Head, Pick, States, useForm, useSave } from "./parts";
import { routingOf, TeamRouting, type Routing } from "./TeamRouting";

interface Draft {
  name: string;
  schedule: string | null;
  agents: string[];
}

export function TeamsPage({ id }: { id?: string | undefined }) {
  const q = useTeams();
  const [adding, setAdding] = useState(false);
  const team = q.data?.find((x) => x.id === id);
  if (team) return <EditTeam key={team.id} team={team} others={q.data ?? []} />;
  const about = (x: Team) => [t("teams.count", { count: x.agents.length }), t(`strategy.${routingOf(x).strategy}`), x.is_default ? t("teams.default") : ""].filter(Boolean).join(" · ");
  return (
    <>
      <Head title={t("settings.teams")} lead={t("teams.lead")}>
        <AddButton label={t("teams.add")} onClick={() => setAdding(true)} />
      </Head>
      <States of={q}>{q.data?.length === 0 ? <EmptyState title={t("teams.none")} /> : <Entries items={(q.data ?? []).map((x) => ({ id: x.id, href: `/settings/teams/${x.id}`, title: x.name, about: about(x) }))} />}</States>
      {adding && <AddTeam onClose={() => setAdding(false)} />}
    </>
  );
}

function AddTeam({ onClose }: { onClose(): void }) {
  const { value, set } = useForm<Draft>({ name: "", schedule: null, agents: [] });
  const { save, busy, error, fields } = useSave([["teams"]], (v: Draft) => api.post("/teams", v), onClose);
  return (
    <Dialog title={t("teams.add")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose}>
        <TeamFields value={value} set={set} nameError={fields.name} />
      </Form>
    </Dialog>
  );
}

function EditTeam({ team, others }: { team: Team; others: Team[] }) {
  const { name, schedule, agents } = team;
  const { value, set, unsaved } = useForm<Draft & Routing>({ name, schedule, agents, ...routingOf(team) }, `teams/${team.id}`);
  const { save, busy, error, fields } = useSave([["teams"], ["agents"]], (v: Draft & Routing) => api.patch(`/teams/${team.id}`, { ...v, auto_assign: v.strategy !== "manual" }));
  return (
    <>
      <Back to="/settings/teams" label={t("settings.teams")} />
      <Head title={team.name} lead={team.is_default ? t("teams.defaultLead") : ""} />
      <Form busy={busy} error={error} unsaved={unsaved} onSubmit={() => save(value)}>
        <Group title={t("teams.basics")}>
          <TeamFields value={value} set={set} nameError={fields.name} />
        </Group>
        <TeamRouting team={team.id} others={others} value={value} set={set} fields={fields} />
      </Form>
    </>
  );
}

interface FieldsProps<T extends Draft> {
  value: T;
  set<K extends keyof T>(key: K, v: T[K]): void;
  nameError: string | undefined;
}

function TeamFields<T extends Draft>({ value, set, nameError }: FieldsProps<T>) {
  const agents = useWorking();
  const schedules = useSchedules().data ?? [];
  const toggle = (id: string, on: boolean) => set("agents", on ? [...value.agents, id] : value.agents.filter((a) => a !== id));
  return (
    <>
      <Field label={t("field.name")} error={nameError}>
        {(p) => <input {...p} className="field" value={value.name} maxLength={80} required data-autofocus onChange={(e) => set("name", e.target.value)} />}
      </Field>
      <Pick label={t("field.schedule")} value={value.schedule} options={schedules} none={t("inboxes.alwaysOpen")} onChange={(v) => set("schedule", v)} />
      <fieldset className="grid gap-2">
        <legend className="mb-1 text-dense font-medium">{t("teams.members")}</legend>
        <div className="grid gap-2 pane:grid-cols-2">
          {agents.map((a) => (
            <Check key={a.id} label={a.name} hint={[t(`role.${a.role}`), ...a.skills].join(" · ")} checked={value.agents.includes(a.id)} onChange={(on) => toggle(a.id, on)} />
          ))}
        </div>
      </fieldset>
    </>
  );
}

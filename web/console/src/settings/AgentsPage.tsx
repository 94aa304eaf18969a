import { useState } from "react";
import { api } from "../api/http";
import type { Agent, Role } from "../api/types";
import { useAgents, useDesk, useTeams } from "../app/desk";
import { t } from "./words";
import { Avatar, Check, Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { errorAt, WordsField } from "./fields";
import { AddButton, Back, Entries, Form, Group, Head, OnceDialog, States, useForm, useSave } from "./parts";
import { f } from "./unsaved";

const roles = ["agent", "lead", "manager", "admin"] as const satisfies readonly Role[];

export function AgentsPage({ id }: { id?: string | undefined }) {
  const q = useAgents();
  const [adding, setAdding] = useState(false);
  const [link, setLink] = useState("");
  const agent = q.data?.find((a) => a.id === id);
  if (agent) return <EditAgent key={agent.id} agent={agent} />;
  return (
    <>
      <Head title={t("settings.agents")} lead={t("agents.lead")}>
        <AddButton label={t("agents.invite")} onClick={() => setAdding(true)} />
      </Head>
      <States of={q}>
        <Entries
          items={(q.data ?? []).map((a) => ({
            id: a.id,
            href: `/settings/agents/${a.id}`,
            title: a.name,
            mark: <Avatar name={a.name} seed={a.id} size={32} presence={a.disabled ? undefined : a.availability} />,
            about: a.disabled ? t("agents.disabled") : [a.email, t(`role.${a.role}`), t(`availability.${a.availability}`), f("agents.load", { load: a.load, capacity: a.capacity })].join(" · "),
          }))}
        />
      </States>
      {adding && (
        <Invite
          onClose={() => setAdding(false)}
          onLink={(l) => {
            setAdding(false);
            setLink(l);
          }}
        />
      )}
      {link && <OnceDialog title={t("agents.link")} lead={t("agents.linkLead")} text={link} onClose={() => setLink("")} />}
    </>
  );
}

function Invite({ onClose, onLink }: { onClose(): void; onLink(link: string): void }) {
  const { value, set } = useForm({ email: "", name: "", role: "agent" as Role, capacity: 5, all_teams: true, teams: [] as string[], skills: [] as string[] });
  const { save, busy, error, fields } = useSave([["agents"], ["teams"]], (v: typeof value) => api.post<{ link: string }>("/agents", v), (out) => onLink(out.link));
  return (
    <Dialog title={t("agents.invite")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose} submit={t("agents.makeLink")}>
        <Field label={t("field.email")} error={fields.email}>
          {(p) => <input {...p} className="field" type="email" value={value.email} required data-autofocus onChange={(e) => set("email", e.target.value)} />}
        </Field>
        <AgentFields value={value} set={set} fields={fields} />
      </Form>
    </Dialog>
  );
}

interface Draft {
  name: string;
  role: Role;
  capacity: number;
  all_teams: boolean;
  teams: string[];
  skills: string[];
}

function EditAgent({ agent }: { agent: Agent }) {
  const { me } = useDesk();
  const [link, setLink] = useState("");
  const { value, set, unsaved } = useForm({ name: agent.name, role: agent.role, capacity: agent.capacity, all_teams: agent.all_teams ?? true, teams: agent.teams, skills: agent.skills, disabled: agent.disabled }, `agents/${agent.id}`);
  const [sure, setSure] = useState(false);
  const { save, busy, error, fields } = useSave([["agents"], ["teams"]], (v: typeof value) => api.patch(`/agents/${agent.id}`, v));
  const invite = useSave([], () => api.post<{ link: string }>(`/agents/${agent.id}/invitation`), (out) => setLink(out.link));
  const self = agent.id === me.agent.id;
  return (
    <>
      <Back to="/settings/agents" label={t("settings.agents")} />
      <Head title={agent.name} lead={agent.email}>
        <button type="button" className="btn" disabled={invite.busy} onClick={() => invite.save(undefined)}>
          {t("agents.newLink")}
        </button>
      </Head>
      <Form busy={busy} error={error ?? invite.error} unsaved={unsaved} onSubmit={() => (value.disabled && !agent.disabled ? setSure(true) : save(value))}>
        <Group title={t("inboxes.basics")}>
          <AgentFields value={value} set={set} fields={fields} />
          {!self && <Check label={t("agents.disable")} hint={t("agents.disableHint")} checked={value.disabled} onChange={(v) => set("disabled", v)} />}
        </Group>
      </Form>
      {link && <OnceDialog title={t("agents.link")} lead={t("agents.linkLead")} text={link} onClose={() => setLink("")} />}
      {sure && (
        <Dialog title={f("disable.title", { name: agent.name })} onClose={() => setSure(false)}>
          <p className="mb-4 text-body text-fg-2">{f("disable.lead")}</p>
          <div className="form-foot">
            <button type="button" className="btn" onClick={() => setSure(false)}>
              {t("action.cancel")}
            </button>
            <button
              type="button"
              className="btn btn-danger"
              onClick={() => {
                setSure(false);
                save(value);
              }}
            >
              {f("disable.do")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

interface FieldsProps<T extends Draft> {
  value: T;
  set<K extends keyof T>(key: K, v: T[K]): void;
  fields: Record<string, string>;
}

function AgentFields<T extends Draft>({ value, set, fields }: FieldsProps<T>) {
  const teams = useTeams().data ?? [];
  const toggle = (id: string, on: boolean) => set("teams", on ? [...value.teams, id] : value.teams.filter((x) => x !== id));
  return (
    <>
      <Field label={t("field.name")} error={fields.name}>
        {(p) => <input {...p} className="field" value={value.name} maxLength={80} required onChange={(e) => set("name", e.target.value)} />}
      </Field>
      <div className="grid gap-4 pane:grid-cols-2">
        <Field label={t("field.role")} hint={t(`role.${value.role}.about`)}>
          {(p) => (
            <select {...p} className="field" value={value.role} onChange={(e) => set("role", e.target.value as Role)}>
              {roles.map((r) => (
                <option key={r} value={r}>
                  {t(`role.${r}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t("field.capacity")} hint={t("agents.capacityHint")} error={fields.capacity}>
          {(p) => <input {...p} className="field" type="number" min={0} max={100} value={value.capacity} onChange={(e) => set("capacity", Number(e.target.value))} />}
        </Field>
      </div>
      <WordsField label={t("agents.skills")} hint={t("agents.skillsHint")} placeholder="billing lang:de" error={errorAt(fields, "skills")} values={value.skills} onChange={(skills) => set("skills", skills)} />
      <fieldset className="grid gap-2">
        <legend className="mb-1 text-dense font-medium">{t("settings.teams")}</legend>
        {teams.map((x) => (
          <Check key={x.id} label={x.name} checked={value.teams.includes(x.id)} onChange={(on) => toggle(x.id, on)} />
        ))}
        {(value.role === "agent" || value.role === "lead") && (
          <Check label={f("agents.allTeams")} hint={f(value.all_teams ? "agents.allTeamsOn" : value.teams.length > 0 ? "agents.allTeamsOff" : "agents.allTeamsNone")} checked={value.all_teams} onChange={(on) => set("all_teams", on)} />
        )}
      </fieldset>
    </>
  );
}

import { AlertTriangle, ChevronRight } from "lucide-react";
import { useEffect, useState, type FormEvent } from "react";
import type { Agent, Team, TicketDetail } from "../api/types";
import { useAgents, useDesk, useFreshAgents, useTeams } from "../app/desk";
import { Load } from "../app/MyMenu";
import { t } from "../i18n/t";
import { since } from "../i18n/time";
import { useMinute } from "../live/clock";
import { Avatar, Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import type { Target, TicketActions } from "./actions";
import { reasonName } from "./lines";
import { Story } from "./side/Ownership";
import { s } from "./side/words";
import "./side/side.css";

interface Props {
  ticket: TicketDetail;
  to: Target | undefined;
  actions: TicketActions;
  onClose(): void;
}

const rank = { online: 0, away: 1, offline: 2 };

/** HandoffDialog passes responsibility on: to whom, why, and what the receiver should know. */
export default function HandoffDialog({ ticket, to, actions, onClose }: Props) {
  const { me } = useDesk();
  const fresh = useFreshAgents();
  useEffect(fresh, [fresh]);
  const everybody = (useAgents().data ?? []).filter((a) => !a.disabled);
  const agents = everybody.filter((a) => a.id !== ticket.assignee).sort((a, b) => rank[a.availability] - rank[b.availability] || share(a) - share(b) || a.name.localeCompare(b.name));
  const teams = useTeams().data ?? [];
  const [target, setTarget] = useState(to ? (to.agent ? `a${to.agent}` : `t${to.team}`) : "");
  const [error, setError] = useState<string | undefined>();
  const agent = target.startsWith("a") ? agents.find((x) => `a${x.id}` === target) : undefined;
  const team = target.startsWith("t") ? teams.find((x) => `t${x.id}` === target) : undefined;
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const chosen = agent ?? team;
    if (!chosen) return setError(t("handoff.noTarget"));
    const form = new FormData(e.currentTarget);
    const note = String(form.get("note")).trim();
    onClose();
    void actions.handoff({ ...(agent ? { agent: agent.id } : { team: chosen.id }), name: chosen.name, reason: String(form.get("reason")), ...(note ? { note } : {}) });
  };
  const presence = { online: t("availability.online"), away: t("availability.away"), offline: t("availability.offline") };
  return (
    <Dialog title={t("handoff.title")} onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={submit}
        onKeyDown={(e) => {
          if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey)) return;
          e.preventDefault();
          e.currentTarget.requestSubmit();
        }}
      >
        <SoFar ticket={ticket} />
        <Field label={t("handoff.to")} error={error}>
          {(p) => (
            <select {...p} className="field" value={target} onChange={(e) => setTarget(e.target.value)} required data-autofocus>
              <option value="" disabled>
                {t("handoff.choose")}
              </option>
              <optgroup label={t("handoff.agents")}>
                {agents.map((a) => (
                  <option key={a.id} value={`a${a.id}`}>
                    {t("handoff.agent", { name: a.id === me.agent.id ? t("assign.me", { name: a.name }) : a.name, state: presence[a.availability], load: a.load, capacity: a.capacity })}
                  </option>
                ))}
              </optgroup>
              <optgroup label={t("handoff.teams")}>
                {teams.map((x) => (
                  <option key={x.id} value={`t${x.id}`}>
                    {t("assign.team", { team: x.name })}
                  </option>
                ))}
              </optgroup>
            </select>
          )}
        </Field>
        <div aria-live="polite" className="empty:-mt-4">
          {agent && <AgentRoom agent={agent} presence={presence[agent.availability]} />}
          {team && <TeamRoom team={team} agents={everybody} back={team.id === ticket.team} />}
        </div>
        <Field label={t("handoff.reason")}>
          {(p) => (
            <select {...p} className="field" name="reason" required defaultValue="">
              <option value="" disabled>
                {s("chooseReason")}
              </option>
              {me.desk.handoff_reasons.map((r) => (
                <option key={r} value={r}>
                  {reasonName(r)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t("handoff.note")} hint={t("handoff.noteHint")}>
          {(p) => <textarea {...p} className="field bg-note" name="note" rows={4} maxLength={8000} />}
        </Field>
        <div className="flex justify-end gap-2">
          <button type="button" className="btn" onClick={onClose}>
            {t("action.cancel")}
          </button>
          <button className="btn btn-primary" data-tip={t("action.handoff")} data-key="Mod+Enter">
            {t("action.handoff")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** SoFar is what the receiver will find: read it before passing it on. */
function SoFar({ ticket }: { ticket: TicketDetail }) {
  const now = useMinute();
  return (
    <details className="so-far">
      <summary>
        <ChevronRight aria-hidden="true" />
        <span className="font-medium">{s("soFar")}</span>
        <span className="so-far-what">
          {ticket.customer_name || t("customer.visitor")}
          {ticket.waiting_since && ` · ${s("waitsSince", { time: since(ticket.waiting_since, now) })}`}
        </span>
      </summary>
      <p className="so-far-subject" dir="auto">
        {ticket.subject || ticket.preview}
      </p>
      <Story ticket={ticket} />
    </details>
  );
}

const share = (a: Agent) => (a.capacity > 0 ? a.load / a.capacity : 1);

/** AgentRoom is how much room an agent has, and what stands against giving them more. */
function AgentRoom({ agent, presence }: { agent: Agent; presence: string }) {
  const full = agent.load >= agent.capacity;
  const against = agent.availability !== "online" ? t(`handoff.${agent.availability}`, { name: agent.name }) : full ? t("handoff.full", { name: agent.name }) : "";
  return (
    <div className="room">
      <div className="flex items-center gap-3">
        <Avatar name={agent.name} seed={agent.id} size={32} presence={agent.availability} />
        <div className="min-w-0 flex-1">
          <p className="truncate text-dense font-medium">
            {agent.name} · {presence}
          </p>
          <Load load={agent.load} capacity={agent.capacity} />
        </div>
      </div>
      {agent.skills.length > 0 && (
        <p className="flex flex-wrap gap-1">
          {agent.skills.map((s) => (
            <span key={s} className="chip">
              {s}
            </span>
          ))}
        </p>
      )}
      {against && <Warning text={against} />}
    </div>
  );
}

/** TeamRoom is who of a team is there, and how much they can still take. */
function TeamRoom({ team, agents, back }: { team: Team; agents: Agent[]; back: boolean }) {
  const here = agents.filter((a) => team.agents.includes(a.id) && a.availability === "online");
  const load = here.reduce((sum, a) => sum + a.load, 0);
  const capacity = here.reduce((sum, a) => sum + a.capacity, 0);
  const against = here.length === 0 ? t("handoff.teamEmpty", { team: team.name }) : load >= capacity ? t("handoff.teamFull", { team: team.name }) : "";
  return (
    <div className="room">
      <p className="text-dense font-medium">{t("handoff.teamHere", { team: team.name, count: here.length })}</p>
      <Load load={load} capacity={capacity} />
      {back && <p className="text-meta text-fg-2">{t("handoff.backToQueue")}</p>}
      {against && <Warning text={against} />}
    </div>
  );
}

function Warning({ text }: { text: string }) {
  return (
    <p className="flex items-start gap-1.5 text-dense text-warn" data-warning="">
      <AlertTriangle size={14} className="mt-0.5 flex-none" aria-hidden="true" />
      {text}
    </p>
  );
}

import { useState, type FormEvent } from "react";
import type { TicketDetail } from "../api/types";
import { useAgents, useDesk, useTeams } from "../app/desk";
import { t } from "../i18n/t";
import { Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import type { Target, TicketActions } from "./actions";
import { reasonName } from "./lines";

interface Props {
  ticket: TicketDetail;
  to: Target | undefined;
  actions: TicketActions;
  onClose(): void;
}

/** HandoffDialog passes responsibility on: to whom, why, and what the receiver should know. */
export function HandoffDialog({ ticket, to, actions, onClose }: Props) {
  const { me } = useDesk();
  const agents = (useAgents().data ?? []).filter((a) => !a.disabled && a.id !== ticket.assignee);
  const teams = useTeams().data ?? [];
  const [target, setTarget] = useState(to ? (to.agent ? `a${to.agent}` : `t${to.team}`) : "");
  const [error, setError] = useState<string | undefined>();
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const id = target.slice(1);
    const name = (target.startsWith("a") ? agents : teams).find((x) => x.id === id)?.name;
    if (name === undefined) return setError(t("handoff.noTarget"));
    const note = String(form.get("note")).trim();
    onClose();
    void actions.handoff({ ...(target.startsWith("a") ? { agent: id } : { team: id }), name, reason: String(form.get("reason")), ...(note ? { note } : {}) });
  };
  const presence = { online: t("availability.online"), away: t("availability.away"), offline: t("availability.offline") };
  return (
    <Dialog title={t("handoff.title")} onClose={onClose}>
      <form className="grid gap-4" onSubmit={submit}>
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
                {teams.map((team) => (
                  <option key={team.id} value={`t${team.id}`}>
                    {t("assign.team", { team: team.name })}
                  </option>
                ))}
              </optgroup>
            </select>
          )}
        </Field>
        <Field label={t("handoff.reason")}>
          {(p) => (
            <select {...p} className="field" name="reason" required defaultValue={me.desk.handoff_reasons[0]}>
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
          <button className="btn btn-primary">{t("action.handoff")}</button>
        </div>
      </form>
    </Dialog>
  );
}

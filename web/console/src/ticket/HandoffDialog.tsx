import { AlertTriangle, CircleAlert } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type FormEvent, type RefObject } from "react";
import type { TicketDetail } from "../api/types";
import { useAgents, useDesk, useFreshAgents, useTeams } from "../app/desk";
import { Load } from "../app/MyMenu";
import { t } from "./words";
import { Field, why } from "../ui/basics";
import { Dialog } from "../ui/layer";
import type { Target, TicketActions } from "./actions";
import "./handoff/handoff.css";
import { ReceiverField } from "./handoff/ReceiverField";
import { receiversOf, type Receiver } from "./handoff/receivers";
import { SoFar } from "./handoff/SoFar";
import { o } from "./handoff/words";
import { reasonName } from "./lines";
import { s } from "./side/words";
import "./side/side.css";

/** What somebody has filled in: it outlives the dialog until the ticket has been handed over. */
export interface Filled {
  to: string;
  reason: string;
  note: string;
}

interface Props {
  ticket: TicketDetail;
  to: Target | undefined;
  filled: RefObject<Filled>;
  actions: TicketActions;
  onClose(): void;
}

const nothingFilled: Filled = { to: "", reason: "", note: "" };

/** HandoffDialog passes responsibility on: to whom, why, and what the receiver should know. */
export default function HandoffDialog({ ticket, to, filled, actions, onClose }: Props) {
  return (
    <Dialog title={o("title", { number: String(ticket.number) })} className="handoff" onClose={onClose}>
      <div className="handoff-body">
        <SoFar ticket={ticket} />
        <Form ticket={ticket} to={to} filled={filled} actions={actions} onClose={onClose} />
      </div>
    </Dialog>
  );
}

const keyOfTarget = (to: Target) => (to.agent ? `a${to.agent}` : `t${to.team}`);

function Form({ ticket, to, filled, actions, onClose }: Props) {
  const { me } = useDesk();
  const fresh = useFreshAgents();
  useEffect(fresh, [fresh]);
  const agents = useAgents().data;
  const teams = useTeams().data;
  // While it is on its way the ticket shows its new owner already.
  const [owner] = useState(ticket.assignee);
  const all = useMemo(() => receiversOf(agents ?? [], teams ?? [], owner), [agents, teams, owner]);
  const [form, setForm] = useState<Filled>({ ...filled.current, ...(to ? { to: keyOfTarget(to) } : {}) });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState("");
  const root = useRef<HTMLFormElement>(null);
  const change = (part: Partial<Filled>) => setForm((was) => (filled.current = { ...was, ...part }));
  const chosen = all.find((r) => r.key === form.to);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (!chosen || !form.reason) return root.current?.querySelector<HTMLElement>(chosen ? "select" : "[role=combobox]")?.focus();
    const note = form.note.trim();
    const target = chosen.kind === "agent" ? { agent: chosen.agent.id } : { team: chosen.team.id };
    setBusy(true);
    setFailed("");
    const done = await actions.handoff({ ...target, name: chosen.name, reason: form.reason, ...(note ? { note } : {}) }, (err) => setFailed(o("failed", { why: why(err) })));
    setBusy(false);
    if (!done) return;
    filled.current = nothingFilled;
    onClose();
  };
  return (
    <form
      ref={root}
      className="grid content-start gap-4"
      noValidate
      onSubmit={(e) => void submit(e)}
      onKeyDown={(e) => {
        if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey)) return;
        e.preventDefault();
        const form = e.currentTarget;
        // Whom the field has just found is chosen in this very stroke.
        requestAnimationFrame(() => form.requestSubmit());
      }}
    >
      <div className="grid gap-2">
        <ReceiverField all={all} value={chosen} error={tried && !chosen ? t("handoff.noTarget") : undefined} onChange={(r) => change({ to: r?.key ?? "" })} />
        <div aria-live="polite" className="contents">
          {chosen && <Room receiver={chosen} back={chosen.kind === "team" && chosen.team.id === ticket.team} />}
        </div>
      </div>
      <Field label={t("handoff.reason")} error={tried && !form.reason ? o("noReason") : undefined}>
        {(p) => (
          <select {...p} className="field" required value={form.reason} onChange={(e) => change({ reason: e.target.value })}>
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
        {(p) => <textarea {...p} className="field bg-note" dir="auto" rows={4} maxLength={8000} value={form.note} onChange={(e) => change({ note: e.target.value })} />}
      </Field>
      {failed && (
        <p role="alert" className="handoff-failed">
          <CircleAlert aria-hidden="true" />
          {failed}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t("action.cancel")}
        </button>
        <button className="btn btn-primary" aria-busy={busy} disabled={busy} data-tip={t("action.handoff")} data-key="Mod+Enter">
          {t("action.handoff")}
        </button>
      </div>
    </form>
  );
}

/** Room is how much the receiver can still take, and what stands against giving them more. */
function Room({ receiver: r, back }: { receiver: Receiver; back: boolean }) {
  const against = againstOf(r);
  return (
    <div className="room">
      <div className="room-facts">
        <span>{r.kind === "agent" ? t(`availability.${r.agent.availability}`) : t("handoff.teamHere", { team: r.name, count: r.online })}</span>
        {r.capacity > 0 && <Load load={r.load} capacity={r.capacity} />}
        {r.kind === "agent" &&
          r.agent.skills.map((skill) => (
            <span key={skill} className="chip">
              {skill}
            </span>
          ))}
      </div>
      {back && <p className="text-meta text-fg-2">{t("handoff.backToQueue")}</p>}
      {against && (
        <p className="flex items-start gap-1.5 text-dense text-warn" data-warning="">
          <AlertTriangle size={14} className="mt-0.5 flex-none" aria-hidden="true" />
          {against}
        </p>
      )}
    </div>
  );
}

function againstOf(r: Receiver): string {
  const full = r.load >= r.capacity;
  if (r.kind === "team") return r.online === 0 ? t("handoff.teamEmpty", { team: r.name }) : full ? t("handoff.teamFull", { team: r.name }) : "";
  if (r.agent.availability !== "online") return t(`handoff.${r.agent.availability}`, { name: r.name });
  return full ? t("handoff.full", { name: r.name }) : "";
}

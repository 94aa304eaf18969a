import { ArrowLeft, ArrowRightLeft, Moon, PanelRight, RotateCcw, UserPlus } from "lucide-react";
import { lazy, memo, Suspense, useRef, useState, type ReactNode } from "react";
import { part } from "../app/soon";
import type { TicketDetail } from "../api/types";
import { useAgents, useDesk, useFreshAgents, useTeams, working } from "../app/desk";
import { t } from "./words";
import { dateTime } from "../i18n/time";
import { PriorityMark, Waiting } from "../inbox/marks";
import { keyProps, useKey } from "../keys/useKeys";
import { useMinute } from "../live/clock";
import { Avatar } from "../ui/basics";
import { Menu, useToggle, type Item } from "../ui/layer";
import type { Target, TicketActions } from "./actions";
import type { Filled } from "./HandoffDialog";
import { Resolve } from "./head/Resolve";
import { StatusMenu } from "./head/StatusMenu";
import { Title } from "./head/Title";
import type { Side } from "./side/useSide";
import { MoreMenu } from "./MoreMenu";

const HandoffDialog = lazy(part(() => import("./HandoffDialog")));
const WhenPicker = lazy(part(() => import("./when/WhenPicker")));

interface Props {
  ticket: TicketDetail;
  title: string;
  actions: TicketActions;
  onBack(): void;
  side: Side;
}

export const TicketHead = memo(function TicketHead({ ticket, title, actions, onBack, side }: Props) {
  const now = useMinute();
  const picker = useToggle();
  const anchor = useRef<HTMLButtonElement>(null);
  const done = ticket.status === "resolved" || ticket.status === "closed";
  useKey("ticket.snooze", done ? null : picker.open);
  return (
    <header className="ticket-head">
      <button type="button" className="btn btn-ghost btn-icon btn-dense back" aria-label={t("ticket.back")} onClick={onBack}>
        <ArrowLeft className="rtl:-scale-x-100" aria-hidden="true" />
      </button>
      <div className="ticket-what">
        <Title ticket={ticket} title={title} actions={actions} />
        <div className="ticket-facts">
          <span>#{ticket.number}</span>
          <StatusMenu ticket={ticket} actions={actions} onSnooze={picker.open} />
          {ticket.status === "snoozed" && ticket.snoozed_until && <span>{t("ticket.until", { time: dateTime(ticket.snoozed_until) })}</span>}
          {ticket.spam && <span className="chip chip-danger">{t("ticket.spam")}</span>}
          <PriorityMark priority={ticket.priority} />
          <Waiting ticket={ticket} now={now} />
        </div>
      </div>
      <div className="ticket-actions">
        <HeadActions ticket={ticket} actions={actions} done={done}>
          <button ref={anchor} type="button" className="btn btn-ghost btn-icon" aria-label={t("action.snooze")} aria-haspopup="dialog" aria-expanded={picker.on} onClick={picker.on ? picker.close : picker.open} {...keyProps("ticket.snooze", t("action.snooze"))}>
            <Moon aria-hidden="true" />
          </button>
        </HeadActions>
      </div>
      <button type="button" className="btn btn-ghost btn-icon side-button" aria-label={t("side.open")} data-tip={t("side.open")} aria-expanded={side.docked || side.drawer} onClick={side.turn}>
        <PanelRight className="rtl:-scale-x-100" aria-hidden="true" />
      </button>
      {picker.on && (
        <Suspense>
          <WhenPicker anchor={anchor} label={t("snooze.title")} onPick={(at) => void actions.snooze(at)} onClose={picker.close} />
        </Suspense>
      )}
    </header>
  );
});

/** HeadActions are what one does with a ticket, the seldom things last. */
function HeadActions({ ticket, actions, done, children }: { ticket: TicketDetail; actions: TicketActions; done: boolean; children: ReactNode }) {
  const { me } = useDesk();
  const [handoff, setHandoff] = useState<{ to?: Target } | null>(null);
  const filled = useRef<Filled>({ to: "", reason: "", note: "" });
  const take = () => own({ agent: me.agent.id, name: me.agent.name });
  /** A ticket that has an owner changes hands with a reason; a free one is just taken. */
  const own = (to: Target) => {
    if (to.agent && to.agent === ticket.assignee) return;
    if (ticket.assignee) setHandoff({ to });
    else void actions.assign(to);
  };
  const closed = ticket.status === "closed";
  useKey("ticket.take", closed ? null : take);
  useKey("ticket.handoff", closed ? null : () => setHandoff({}));
  useKey("ticket.resolve", done ? null : () => void actions.resolve());
  useKey("ticket.resolve-next", done ? null : () => void actions.resolve("next"));
  return (
    <>
      <AssignMenu ticket={ticket} onPick={own} disabled={closed} />
      {!done && (
        <>
          <button type="button" className="btn btn-ghost btn-icon" aria-label={t("action.handoff")} onClick={() => setHandoff({})} {...keyProps("ticket.handoff", t("action.handoff"))}>
            <ArrowRightLeft aria-hidden="true" />
          </button>
          {children}
        </>
      )}
      <MoreMenu ticket={ticket} />
      <span className="ticket-gap" />
      {ticket.status === "resolved" || ticket.status === "snoozed" ? (
        <button type="button" className="btn" onClick={() => void actions.reopen()}>
          <RotateCcw aria-hidden="true" />
          {t("action.reopen")}
        </button>
      ) : null}
      {!done && <Resolve actions={actions} />}
      {handoff && (
        <Suspense>
          <HandoffDialog ticket={ticket} to={handoff.to} filled={filled} actions={actions} onClose={() => setHandoff(null)} />
        </Suspense>
      )}
    </>
  );
}

/** AssignMenu lists me first, then colleagues by presence with their load, then teams. */
function AssignMenu({ ticket, onPick, disabled }: { ticket: TicketDetail; onPick(to: Target): void; disabled: boolean }) {
  const { me } = useDesk();
  const agents = useAgents();
  const teams = useTeams();
  const order = { online: 0, away: 1, offline: 2 };
  const people = working(agents.data);
  people.sort((a, b) => Number(b.id === me.agent.id) - Number(a.id === me.agent.id) || order[a.availability] - order[b.availability] || a.name.localeCompare(b.name));
  const items: Item[] = people.map((a) => ({
    key: `a${a.id}`,
    label: a.id === me.agent.id ? t("assign.me", { name: a.name }) : a.name,
    icon: <Avatar name={a.name} seed={a.id} size={20} presence={a.availability} />,
    hint: `${a.load}/${a.capacity}`,
    checked: a.id === ticket.assignee,
    onSelect: () => onPick({ agent: a.id, name: a.name }),
  }));
  for (const team of teams.data ?? []) {
    items.push({ key: `t${team.id}`, label: t("assign.team", { team: team.name }), checked: !ticket.assignee && ticket.team === team.id, onSelect: () => onPick({ team: team.id, name: team.name }) });
  }
  const name = ticket.assignee_name || ticket.team_name || t("assign.nobody");
  return (
    <Menu
      label={t("assign.label", { name })}
      className="btn assign"
      shortcut="ticket.assign"
      search
      onOpen={useFreshAgents()}
      disabled={disabled}
      tip={keyProps("ticket.assign", t("action.assign"))}
      items={items}
      button={
        <>
          {ticket.assignee_name ? <Avatar name={ticket.assignee_name} seed={ticket.assignee ?? ""} size={20} /> : <UserPlus aria-hidden="true" />}
          <span className="assign-name truncate">{name}</span>
        </>
      }
    />
  );
}

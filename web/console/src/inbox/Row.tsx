import { Check } from "lucide-react";
import { memo, type MouseEvent } from "react";
import type { LookedAt } from "../../../shared/src/wire.gen";
import { useDesk } from "../app/desk";
import type { Density } from "../app/preferences";
import { t } from "../i18n/t";
import { since } from "../i18n/time";
import { saidAt, type Ticket } from "../live/list";
import { Avatar, cx } from "../ui/basics";
import { linesOf } from "./lines";
import { Looked } from "./Looked";
import { ChannelIcon, customerName, DraftMark, PriorityMark, StatusMark, Waiting } from "./marks";
import { w } from "./words";

/** How the reader touched a row. */
export type Touch = "open" | "window" | "mark" | "range";

export interface RowProps {
  id: string;
  ticket: Ticket;
  now: number;
  density: Density;
  open: boolean;
  checked: boolean;
  cursor: boolean;
  left: boolean;
  position: number;
  size: number;
  /** The first of those on which nobody waits, where the list is in that order. */
  unawaited?: boolean | undefined;
  /** Who else looks at it. */
  looked: LookedAt | undefined;
  onTouch(ticket: Ticket, how: Touch): void;
}

/** Row is one ticket of the list: three lines, or one. */
export const Row = memo(function Row({ id, ticket, now, density, open, checked, cursor, left, position, size, unawaited, looked, onTouch }: RowProps) {
  // A last thank-you on what is done waits for nobody: it is marked, but does not ask for attention.
  const done = ticket.status === "resolved" || ticket.status === "closed";
  const { unread } = ticket;
  const touch = (e: MouseEvent) => {
    if (e.button === 1 || (e.button === 0 && (e.metaKey || e.ctrlKey))) return onTouch(ticket, "window");
    if (e.button !== 0) return;
    const mark = (e.target as Element).closest(".row-mark") !== null;
    onTouch(ticket, e.shiftKey ? "range" : mark ? "mark" : "open");
  };
  const Lines = density === "compact" ? OneLine : ThreeLines;
  return (
    <div
      id={id}
      role="option"
      aria-selected={checked}
      aria-current={open ? "true" : undefined}
      aria-posinset={position}
      aria-setsize={size}
      className={cx("ticket-row", `row-${density}`, open && "row-open", checked && "row-checked", cursor && "row-cursor", left && "row-left", unread > 0 && (done ? "row-unseen" : "ticket-row-unread"))}
      data-ticket={ticket.id}
      onClick={touch}
      onAuxClick={touch}
    >
      {unawaited && <span className="row-unawaited">{w("list.unawaited")}</span>}
      <span className="row-mark" aria-hidden="true">
        <span className="unread-dot" />
        <span className="row-check">{checked && <Check size={12} strokeWidth={3} />}</span>
      </span>
      {unread > 0 && <span className="sr-only">{t("row.unread", { count: unread })}</span>}
      {left && <span className="sr-only">{w("row.left")}</span>}
      <Lines ticket={ticket} now={now} />
      {looked && <Looked at={looked} />}
    </div>
  );
});

interface LinesProps {
  ticket: Ticket;
  now: number;
}

function ThreeLines({ ticket, now }: LinesProps) {
  const { title, by, said } = linesOf(ticket, useDesk().me.agent.id);
  return (
    <>
      <div className="row-line">
        <Name ticket={ticket} />
        <ChannelIcon channel={ticket.channel} />
        <span className="flex-1" />
        <PriorityMark priority={ticket.priority} />
        <Time at={saidAt(ticket)} now={now} />
      </div>
      <div className="row-subject" dir="auto">
        {title}
      </div>
      <div className="row-line">
        <div className="row-preview" dir="auto">
          {ticket.draft && <DraftMark />}
          {by && <span className="row-by">{by} </span>}
          {said}
        </div>
        <Tags tags={ticket.tags} />
        <StatusMark ticket={ticket} now={now} brief={false} />
        <Waiting ticket={ticket} now={now} />
        <Owner ticket={ticket} />
      </div>
    </>
  );
}

function OneLine({ ticket, now }: LinesProps) {
  const { title, by, said } = linesOf(ticket, useDesk().me.agent.id);
  return (
    <div className="row-line">
      <Name ticket={ticket} />
      <div className="row-subject" dir="auto">
        {ticket.draft && <DraftMark />}
        {title}
        {said && (
          <span className="row-said">
            {" "}
            {by} {said}
          </span>
        )}
      </div>
      <Tags tags={ticket.tags} />
      <PriorityMark priority={ticket.priority} />
      <StatusMark ticket={ticket} now={now} brief />
      <Waiting ticket={ticket} now={now} />
      <Owner ticket={ticket} />
      <Time at={saidAt(ticket)} now={now} />
    </div>
  );
}

function Name({ ticket }: { ticket: Ticket }) {
  return (
    <span className="row-name" dir="auto">
      {customerName(ticket)}
    </span>
  );
}

function Time({ at, now }: { at: string; now: number }) {
  return (
    <time className="row-time" dateTime={at}>
      <bdi>{since(at, now)}</bdi>
    </time>
  );
}

const SHOWN_TAGS = 2;

function Tags({ tags }: { tags: string[] }) {
  if (tags.length === 0) return null;
  return (
    <span className="row-tags">
      <span className="sr-only">{w("row.tags", { tags: tags.join(", ") })}</span>
      {tags.slice(0, SHOWN_TAGS).map((tag) => (
        <span key={tag} className="chip row-tag" aria-hidden="true">
          <span className="truncate" dir="auto">
            {tag}
          </span>
        </span>
      ))}
      {tags.length > SHOWN_TAGS && (
        <span className="text-meta text-fg-3" aria-hidden="true">
          +{tags.length - SHOWN_TAGS}
        </span>
      )}
    </span>
  );
}

function Owner({ ticket }: { ticket: Ticket }) {
  if (!ticket.assignee_name) return null;
  return (
    <>
      <Avatar name={ticket.assignee_name} seed={ticket.assignee ?? ""} size={20} />
      <span className="sr-only">{t("row.assignee", { name: ticket.assignee_name })}</span>
    </>
  );
}

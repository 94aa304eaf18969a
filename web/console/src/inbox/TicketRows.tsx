import { AlertTriangle, Archive, ArrowUp, Check, ChevronsUp, Clock, Hourglass, Mail, MessageCircle, Moon, Plug } from "lucide-react";
import { memo, useEffect, useId, useRef, type MouseEvent } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useLocation } from "wouter";
import type { Priority, Ticket } from "../api/types";
import { t } from "../i18n/t";
import { since, sinceLong, urgency } from "../i18n/time";
import { useMinute } from "../live/clock";
import { Avatar, cx } from "../ui/basics";
import type { ListStore, ListView } from "./listStore";
import { pathTo, type Source } from "./source";

const ROW = 72;
const IDLE = 1500;

interface Props {
  source: Source;
  store: ListStore;
  list: ListView;
  open: string | undefined;
  title: string;
}

/** TicketRows is the list itself: a listbox whose rows never move under the pointer. */
export function TicketRows({ source, store, list, open, title }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useRef<VirtualizerHandle>(null);
  const id = useId();
  const now = useMinute();
  const [, go] = useLocation();
  useSettled(store, scroll);
  const at = list.rows.findIndex((r) => r.id === open);
  useEffect(() => {
    if (at >= 0) rows.current?.scrollToIndex(at, { align: "nearest" });
    // Only a move of the selection scrolls; a row that moved by itself does not.
  }, [open]);

  return (
    <div className="relative min-h-0 flex-1">
      {list.arrivals.length > 0 && (
        <button
          type="button"
          className="new-pill"
          onClick={() => {
            store.showArrivals();
            rows.current?.scrollTo(0);
          }}
        >
          <ArrowUp aria-hidden="true" />
          {t("list.new", { count: list.arrivals.length })}
        </button>
      )}
      <div
        ref={scroll}
        role="listbox"
        tabIndex={0}
        aria-label={t("list.label", { view: title })}
        aria-activedescendant={at >= 0 ? `${id}-${open}` : undefined}
        className="ticket-rows scroll"
        onKeyDown={(e) => {
          const by = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
          const next = list.rows[at < 0 ? 0 : at + by];
          if (by === 0 || !next) return;
          e.preventDefault();
          go(pathTo(source, next.id), { replace: open !== undefined });
        }}
      >
        <Virtualizer
          ref={rows}
          scrollRef={scroll}
          data={list.rows}
          itemSize={ROW}
          keepMounted={at >= 0 ? [at] : undefined}
          onScroll={(offset) => {
            const v = rows.current;
            if (v && offset + v.viewportSize > v.scrollSize - 8 * ROW) void store.loadMore();
          }}
        >
          {(ticket: Ticket, i: number) => (
            <Row
              key={ticket.id}
              id={`${id}-${ticket.id}`}
              ticket={ticket}
              now={now}
              selected={ticket.id === open}
              position={i + 1}
              size={list.next ? -1 : list.rows.length}
              href={pathTo(source, ticket.id)}
              onOpen={(href) => go(href)}
            />
          )}
        </Virtualizer>
      </div>
    </div>
  );
}

/** useSettled lets rows move only at the top, with the pointer elsewhere and nobody moving about. */
function useSettled(store: ListStore, scroll: { readonly current: HTMLDivElement | null }) {
  useEffect(() => {
    const el = scroll.current;
    if (el === null) return;
    let touched = 0;
    let inside = el.matches(":hover");
    const touch = () => (touched = Date.now());
    const enter = () => (inside = true);
    const leave = () => (inside = false);
    el.addEventListener("pointermove", touch);
    el.addEventListener("keydown", touch);
    el.addEventListener("pointerenter", enter);
    el.addEventListener("pointerleave", leave);
    store.settled = () => el.scrollTop <= 4 && !inside && Date.now() - touched > IDLE;
    return () => {
      el.removeEventListener("pointermove", touch);
      el.removeEventListener("keydown", touch);
      el.removeEventListener("pointerenter", enter);
      el.removeEventListener("pointerleave", leave);
      store.settled = () => true;
    };
  }, [store, scroll]);
}

interface RowProps {
  id: string;
  ticket: Ticket;
  now: number;
  selected: boolean;
  position: number;
  size: number;
  href: string;
  onOpen(href: string): void;
}

const Row = memo(function Row({ id, ticket, now, selected, position, size, href, onOpen }: RowProps) {
  // A last thank-you on what is done waits for nobody.
  const done = ticket.status === "resolved" || ticket.status === "closed";
  const unread = done ? 0 : ticket.unread;
  const ours = ticket.preview_by === "agent" && <span className="text-fg-2">{t("row.us")} </span>;
  const open = (e: MouseEvent) => {
    if (e.metaKey || e.ctrlKey || e.button === 1) window.open(href, "_blank", "noopener");
    else if (e.button === 0) onOpen(href);
  };
  return (
    <div id={id} role="option" aria-selected={selected} aria-posinset={position} aria-setsize={size} className={cx("ticket-row", selected && "ticket-row-selected", unread > 0 && "ticket-row-unread")} data-ticket={ticket.id} onClick={open} onAuxClick={open}>
      <div className="flex items-center gap-1.5">
        <span className="unread-dot" aria-hidden="true" />
        {unread > 0 && <span className="sr-only">{t("row.unread", { count: unread })}</span>}
        <span className="row-name" dir="auto">{customerName(ticket)}</span>
        <ChannelIcon channel={ticket.channel} />
        <span className="flex-1" />
        <PriorityMark priority={ticket.priority} />
        <time className="text-meta text-fg-3" dateTime={ticket.updated_at}>
          {since(ticket.updated_at, now)}
        </time>
      </div>
      <p className="row-subject" dir="auto">
        {ticket.subject || (
          <>
            {ours}
            {ticket.preview || t("row.noSubject")}
          </>
        )}
      </p>
      <div className="flex items-center gap-1.5">
        <p className="row-preview" dir="auto">
          {ticket.subject && ours}
          {ticket.subject ? ticket.preview : ticket.topic_name || ticket.team_name}
        </p>
        <StatusMark ticket={ticket} />
        <Waiting ticket={ticket} now={now} />
        {ticket.assignee_name && <Avatar name={ticket.assignee_name} seed={ticket.assignee ?? ""} size={20} />}
        {ticket.assignee_name && <span className="sr-only">{t("row.assignee", { name: ticket.assignee_name })}</span>}
      </div>
    </div>
  );
});

export function customerName(ticket: Ticket): string {
  return ticket.customer_name || t("customer.visitor");
}

export function Waiting({ ticket, now }: { ticket: Ticket; now: number }) {
  if (!ticket.waiting_since || ticket.status === "resolved" || ticket.status === "closed") return null;
  const tone = { calm: "", warn: "chip-warn", late: "chip-danger" }[urgency(ticket.waiting_since, now, ticket.channel)];
  return (
    <span className={cx("chip", tone)} data-waiting="">
      <Clock aria-hidden="true" />
      <span aria-hidden="true">{since(ticket.waiting_since, now)}</span>
      <span className="sr-only">{t("row.waiting", { time: sinceLong(ticket.waiting_since, now) })}</span>
    </span>
  );
}

function StatusMark({ ticket }: { ticket: Ticket }) {
  if (ticket.status === "open") return null;
  const Icon = { pending: Hourglass, snoozed: Moon, resolved: Check, closed: Archive }[ticket.status];
  return (
    <span className="chip">
      <Icon aria-hidden="true" />
      {t(`status.${ticket.status}`)}
    </span>
  );
}

export function PriorityMark({ priority }: { priority: Priority }) {
  if (priority === "normal" || priority === "low") return null;
  const Icon = priority === "urgent" ? AlertTriangle : ChevronsUp;
  return (
    <span className={priority === "urgent" ? "text-danger" : "text-warn"}>
      <Icon size={14} aria-hidden="true" />
      <span className="sr-only">{t(`priority.${priority}`)}</span>
    </span>
  );
}

const channels: Record<string, typeof Mail> = { chat: MessageCircle, email: Mail, api: Plug };

export function ChannelIcon({ channel }: { channel: string }) {
  const Icon = channels[channel] ?? Plug;
  return <Icon size={12} className="flex-none text-fg-3" aria-hidden="true" />;
}

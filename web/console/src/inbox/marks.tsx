import { AlertTriangle, Archive, Check, ChevronsUp, Clock, Hourglass, Mail, MessageCircle, Moon, PencilLine, Plug } from "lucide-react";
import type { Priority, Ticket } from "../api/types";
import { t } from "../i18n/t";
import { dateTime, since, sinceLong, soon, urgency } from "../i18n/time";
import { cx } from "../ui/basics";
import { w } from "./words";

export function customerName(ticket: Ticket): string {
  return ticket.customer_name || t("customer.visitor");
}

export function Waiting({ ticket, now }: { ticket: Ticket; now: number }) {
  if (!ticket.waiting_since || ticket.status === "resolved" || ticket.status === "closed") return null;
  const tone = { calm: "", warn: "chip-warn", late: "chip-danger" }[urgency(ticket.waiting_since, now, ticket.channel)];
  return (
    <span className={cx("chip", tone)} data-waiting="">
      <Clock aria-hidden="true" />
      <bdi aria-hidden="true">{since(ticket.waiting_since, now)}</bdi>
      <span className="sr-only">{t("row.waiting", { time: sinceLong(ticket.waiting_since, now) })}</span>
    </span>
  );
}

/** StatusMark names every status but open; of a snooze it tells the end. */
export function StatusMark({ ticket, now, brief }: { ticket: Ticket; now: number; brief: boolean }) {
  if (ticket.status === "open") return null;
  const Icon = { pending: Hourglass, snoozed: Moon, resolved: Check, closed: Archive }[ticket.status];
  const until = ticket.status === "snoozed" ? ticket.snoozed_until : null;
  return (
    <span className="chip" data-mark={ticket.status}>
      <Icon aria-hidden="true" />
      {until ? (
        <>
          <bdi aria-hidden="true">{soon(until, now)}</bdi>
          <span className="sr-only">{w("row.snoozed", { time: dateTime(until) })}</span>
        </>
      ) : (
        <span className={brief ? "sr-only" : undefined}>{t(`status.${ticket.status}`)}</span>
      )}
    </span>
  );
}

export function DraftMark() {
  return (
    <span className="row-draft">
      <PencilLine size={12} aria-hidden="true" />
      {w("row.draft")}
    </span>
  );
}

export function PriorityMark({ priority }: { priority: Priority }) {
  if (priority === "normal" || priority === "low") return null;
  const Icon = priority === "urgent" ? AlertTriangle : ChevronsUp;
  return (
    <span className={cx("flex-none", priority === "urgent" ? "text-danger" : "text-warn")}>
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

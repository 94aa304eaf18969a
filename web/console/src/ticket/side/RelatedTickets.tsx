import { Link } from "wouter";
import type { Ticket, TicketDetail } from "../../api/types";
import { t } from "../../i18n/t";
import { since } from "../../i18n/time";
import { useMinute } from "../../live/clock";
import { cx, Skeleton } from "../../ui/basics";
import { Section } from "./Section";
import { useRelated } from "./useRelated";
import { s } from "./words";
import { subjectOf } from "../../inbox/subject";

/** RelatedTickets are the customer's other tickets, and what others wrote about the same thing. */
export function RelatedTickets({ ticket }: { ticket: TicketDetail }) {
  const q = useRelated(ticket);
  const previous = q.data?.previous ?? [];
  const similar = q.data?.similar ?? [];
  return (
    <>
      <Section id="previous" title={s("previous")} hint={previous.length > 0 && previous.length}>
        {q.isPending && <Skeleton className="h-10" />}
        {q.isError && <p className="text-dense text-fg-3">{s("ownershipFailed")}</p>}
        {q.isSuccess && previous.length === 0 && <p className="text-dense text-fg-3">{s("noPrevious")}</p>}
        <Rows tickets={previous} />
      </Section>
      {similar.length > 0 && (
        <Section id="similar" title={s("similar")} hint={similar.length}>
          <Rows tickets={similar} />
        </Section>
      )}
    </>
  );
}

function Rows({ tickets }: { tickets: readonly Ticket[] }) {
  const now = useMinute();
  if (tickets.length === 0) return null;
  return (
    <ul className="-mx-2">
      {tickets.map((x) => (
        <li key={x.id}>
          <Link href={`/tickets/${x.id}`} className="earlier">
            <span className="min-w-0 flex-1 truncate" dir="auto">
              {subjectOf(x) || `#${x.number}`}
            </span>
            <span className={cx("text-meta", x.status === "open" ? "text-accent-fg" : "text-fg-3")}>{t(`status.${x.status}`)}</span>
            <span className="text-meta text-fg-3">{since(x.created_at, now)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

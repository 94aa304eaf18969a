import { Link } from "wouter";
import { query } from "../api/http";
import { useDesk } from "../app/desk";
import { ChannelIcon, StatusMark, Waiting } from "../inbox/marks";
import { t } from "../i18n/t";
import { since } from "../i18n/time";
import { useMinute } from "../live/clock";
import { saidAt } from "../live/list";
import { ErrorState, RowsSkeleton } from "../ui/basics";
import { useTheirTickets, type Known } from "./data";
import { c } from "./words";
import { subjectOf } from "../inbox/subject";

/** CustomerTickets are all tickets of a customer that one may see, the newest message first. */
export function CustomerTickets({ customer }: { customer: Known }) {
  const q = useTheirTickets(customer.id);
  const now = useMinute();
  const { me } = useDesk();
  const tickets = q.data?.pages.flatMap((p) => p.items) ?? [];
  const inbox = customer.email ? `/inbox/all${query({ status: "all", q: `from:${customer.email}` })}` : null;
  return (
    <section aria-label={c("tickets")}>
      <div className="customer-tickets-head">
        <h2 className="customer-label">
          {c("tickets")}
          {customer.tickets !== undefined && customer.tickets > 0 && <span className="font-normal text-fg-3"> {customer.tickets}</span>}
        </h2>
        {inbox && tickets.length > 0 && (
          <Link href={inbox} className="link text-dense">
            {c("ticketsInbox")}
          </Link>
        )}
      </div>
      {q.isPending && <RowsSkeleton rows={4} height="h-11" />}
      {q.isError && tickets.length === 0 && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {q.isSuccess && tickets.length === 0 && <p className="text-dense text-fg-2">{c(me.agent.all_teams === false ? "ticketsNoneSeen" : "ticketsNone")}</p>}
      {tickets.length > 0 && (
        <ul className="card customer-tickets">
          {tickets.map((x) => (
            <li key={x.id}>
              <Link href={`/tickets/${x.id}`} className="customer-ticket" data-ticket={x.id}>
                <ChannelIcon channel={x.channel} />
                <span className="customer-ticket-title" dir="auto">
                  {subjectOf(x) || t("row.noSubject")}
                </span>
                <span className="customer-ticket-marks">
                  {x.status === "open" ? <span className="chip">{t("status.open")}</span> : <StatusMark ticket={x} now={now} brief={false} />}
                  <Waiting ticket={x} now={now} />
                </span>
                <span className="customer-ticket-number">#{x.number}</span>
                <time className="customer-ticket-time" dateTime={saidAt(x)}>
                  <bdi>{since(saidAt(x), now)}</bdi>
                </time>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {q.hasNextPage && (
        <button type="button" className="btn mt-3" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
          {c("ticketsMore")}
        </button>
      )}
    </section>
  );
}

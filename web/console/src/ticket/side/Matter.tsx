import { Link } from "wouter";
import type { IssueStatus, TicketDetail } from "../../api/types";
import { t, word } from "../words";
import { statusTone } from "../../issues/words";
import { cx } from "../../ui/basics";
import { Section } from "./Section";
import { useRelated, type RelatedIssue } from "./useRelated";
import { s } from "./words";

/** Matter is what the ticket is about, and whether that is a known issue that somebody works on. */
export function Matter({ ticket }: { ticket: TicketDetail }) {
  const { data } = useRelated(ticket);
  if (!ticket.topic && !data?.issue) return null;
  return (
    <Section id="topic" title={t("side.topic")}>
      {data?.issue && <IssueCard issue={data.issue} />}
      {ticket.topic && (
        <p className="text-dense">
          {ticket.topic_name && ticket.topic_name !== data?.issue?.name && <span className="matter-topic">{ticket.topic_name}</span>}
          <Link href={`/tickets?topic=${ticket.topic}`} className="link">
            {s("topicTickets")}
          </Link>
        </p>
      )}
    </Section>
  );
}

function IssueCard({ issue }: { issue: RelatedIssue }) {
  return (
    <Link href={`/issues/${issue.id}`} className="matter-issue">
      <span className="matter-name">{issue.name}</span>
      <span className="matter-facts">
        <span className={cx("chip", statusTone[issue.state as IssueStatus])}>{word(`issueStatus.${issue.state}`, issue.state)}</span>
        <span>
          {s("issueWeek", { count: issue.tickets_week })} · {s("issueCustomers", { count: issue.customers_week })}
        </span>
      </span>
    </Link>
  );
}

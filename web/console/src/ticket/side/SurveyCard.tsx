import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/http";
import type { TicketDetail } from "../../api/types";
import type { SurveyDecision, SurveyResponse, TicketSurveys } from "../../../../shared/src/wire.gen";
import { shortDate } from "../../i18n/time";
import { Section } from "./Section";
import { kindOf, reason, takenBack, why } from "../../surveys/reasons";

const SHOWN = 3;

/** SurveyCard says whether the customer was asked, why not, what was taken back, and what came of it. */
export default function SurveyCard({ ticket }: { ticket: TicketDetail }) {
  const q = useQuery({
    queryKey: ["ticket-surveys", ticket.id, ticket.last_seq],
    queryFn: ({ signal }) => api.get<TicketSurveys>(`/tickets/${ticket.id}/surveys`, signal),
    placeholderData: (was, before) => (before?.queryKey[1] === ticket.id ? was : undefined),
  });
  if (q.isError)
    return (
      <Section id="surveys" title={why("card.title")}>
        <p className="text-dense text-fg-2">{why("card.failed")}</p>
      </Section>
    );
  const decisions = [...(q.data?.decisions ?? [])].reverse().filter((d, i, all) => !repeats(d, all[i - 1])).slice(0, SHOWN);
  if (decisions.length === 0) return null;
  const answers = new Map((q.data?.responses ?? []).map((r) => [r.invitation, r]));
  return (
    <Section id="surveys" title={why("card.title")}>
      <ul className="grid gap-3" data-surveys>
        {decisions.map((d) => (
          <Decision key={d.seq} d={d} answer={answers.get(d.invitation)} />
        ))}
      </ul>
    </Section>
  );
}

/** repeats is true of the same "not asked" once more on one day, as after a resolve that was taken back. */
function repeats(d: SurveyDecision, before: SurveyDecision | undefined): boolean {
  return before !== undefined && !d.asked && !before.asked && d.reason === before.reason && shortDate(d.at) === shortDate(before.at);
}

function Decision({ d, answer }: { d: SurveyDecision; answer: SurveyResponse | undefined }) {
  const kind = kindOf(d.kind);
  const day = shortDate(d.at);
  if (!d.asked) return <li className="text-dense text-fg-2">{why("card.not", { day, why: reason(d.reason).toLowerCase() })}</li>;
  return (
    <li className="grid gap-1 text-dense">
      {answer?.answered_at ? <span>{why("card.answered", { kind, score: answer.score, scale: answer.scale, day: shortDate(answer.answered_at) })}</span> : <span>{why("card.asked", { kind, day })}</span>}
      {d.withdrawn_at && (
        <span className="text-meta text-fg-2" data-withdrawn={d.withdrawn_reason}>
          {takenBack(d.withdrawn_reason)} · {shortDate(d.withdrawn_at)}
        </span>
      )}
      {answer && answer.reasons.length > 0 && <span className="text-meta text-fg-2">{why("card.reasons", { list: answer.reasons.join(", ") })}</span>}
      {answer?.comment && (
        <blockquote className="[overflow-wrap:anywhere]" dir="auto">
          {answer.comment}
        </blockquote>
      )}
    </li>
  );
}

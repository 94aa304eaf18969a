import { useQuery } from "@tanstack/react-query";
import { api } from "../api/http";
import type { Page, Segment, Ticket } from "../api/types";
import { nameOf, useAgents, useTeams } from "../app/desk";
import { t } from "../i18n/t";
import { dateTime, lasted } from "../i18n/time";
import { useMinute } from "../live/clock";
import { Skeleton } from "../ui/basics";
import { reasonName } from "./lines";
import { Section } from "./SidePane";

/** Ownership tells who had the ticket, how long, and why it went on: without a gap from first to last. */
export function Ownership({ ticket }: { ticket: Ticket }) {
  const q = useQuery({
    queryKey: ["ownership", ticket.id],
    queryFn: ({ signal }) => api.get<Page<Segment>>(`/tickets/${ticket.id}/ownership`, signal),
  });
  const agents = useAgents().data;
  const teams = useTeams().data;
  const now = useMinute();
  const owner = (s: Segment) => {
    if (s.agent) return s.agent_name || nameOf(agents, s.agent) || t("line.someone");
    if (s.team) return t("owner.queue", { team: s.team_name || nameOf(teams, s.team) });
    return t("owner.nobody");
  };
  const items = q.data?.items ?? [];
  return (
    <Section title="side.ownership">
      {q.isPending && <Skeleton className="h-16" />}
      {q.isError && <p className="text-dense text-fg-3">{t("owner.failed")}</p>}
      <ol className="timeline">
        {items.map((s, i) => (
          <li key={i} className={s.to ? undefined : "timeline-now"}>
            <span className="min-w-0 flex-1 truncate">{owner(s)}</span>
            <span className="text-meta text-fg-3" data-tip={dateTime(s.from)}>
              {lasted(s.from, s.to ? Date.parse(s.to) : now)}
            </span>
            {s.reason && (
              <span className="basis-full text-meta text-fg-3">
                {t("owner.from", { name: i > 0 ? owner(items[i - 1]!) : t("owner.nobody"), reason: reasonName(s.reason) })}
              </span>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

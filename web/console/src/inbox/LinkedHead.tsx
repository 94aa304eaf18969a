import { ArrowLeft, X } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, query } from "../api/http";
import type { Behind, IssueList } from "../api/types";
import { nameOf, useAgents, useInboxes, useTeams } from "../app/desk";
import { t, word } from "./linked";
import { Shares } from "./Shares";
import { shortDate } from "../i18n/time";
import { linkedTitle } from "./linkedTitle";
import { withParam, type Source } from "./source";

/** LinkedHead says which tickets a link opened, how many they are, and lets go of each condition. */
export default function LinkedHead({ source, behind }: { source: Source; behind: Behind | undefined }) {
  const { about, chips } = useWords(source, behind);
  return (
    <header className="list-head">
      <div className="flex items-start gap-2">
        <Link href={backOf(source)} className="btn btn-ghost btn-icon btn-dense" aria-label={t("list.backToSource")} data-tip={t("list.backToSource")}>
          <ArrowLeft className="rtl:-scale-x-100" aria-hidden="true" />
        </Link>
        <div className="min-w-0 flex-1">
          <h1 className="pt-1 text-body font-semibold">{about}</h1>
          {behind && (
            <p className="text-meta text-fg-3" data-counted={behind.counted} data-tickets={behind.tickets}>
              {countText(behind, source.query.figure ?? "")}
            </p>
          )}
        </div>
      </div>
      {behind?.share && <Shares source={source} share={behind.share} />}
      <ul className="flex flex-wrap gap-1.5" aria-label={t("linked.filters")}>
        {chips.map((c) => (
          <li key={c.name} className="chip chip-accent filter-chip max-w-full" data-filter={c.name}>
            <span className="truncate">{c.text}</span>
            <Link href={c.without} className="chip-x" aria-label={t("linked.remove", { what: c.text })}>
              <X aria-hidden="true" />
            </Link>
          </li>
        ))}
      </ul>
    </header>
  );
}

/** countText says how many tickets are listed: of a share, of how many; and of what comes more than once in one, how often. */
export function countText(b: Behind, figure: string): string {
  if (b.tickets === 0 && b.answers && !b.share) return t("linked.tickets", { count: 0 });
  const part = b.share && b.share.shown !== "all";
  // What is counted is named where it is not the tickets: the wanted share of answers, or more handoffs than tickets.
  const unit = (part || b.counted !== b.tickets) && word(`linked.unit.${figure}_other`, "") ? (`linked.unit.${figure}` as "linked.tickets") : "linked.tickets";
  const counted = part ? t("linked.of", { n: b.counted, all: t(unit, { count: b.share!.all }) }) : t(unit, { count: b.counted });
  const parts = [b.counted === b.tickets || b.answers ? counted : t("linked.in", { what: counted, count: b.tickets })];
  if (b.answers) parts.push(t("linked.tickets", { count: b.tickets }));
  if (b.hidden > 0) parts.push(t("linked.hidden", { count: b.hidden }));
  if (b.truncated) parts.push(t("linked.truncated"));
  return parts.join(" · ");
}

interface ChipWords {
  name: string;
  text: string;
  without: string;
}

function useWords(source: Source, behind: Behind | undefined): { about: string; chips: ChipWords[] } {
  const q = source.query;
  const id = q.issue ?? q.topic;
  const issues = useQuery({ queryKey: ["issues", ""], queryFn: ({ signal }) => api.get<IssueList>("/issues", signal), enabled: id !== undefined });
  const known = q.issue ? issues.data?.items : [...(issues.data?.topics ?? []), ...(issues.data?.items ?? [])];
  const [teams, inboxes, agents] = [useTeams(), useInboxes(), useAgents()];
  const about = linkedTitle(source, nameOf(known, id));
  const of: Record<string, () => string> = {
    status: () => word(`status.${q.status}`, q.status ?? ""),
    channel: () => word(`channel.${q.channel}`, q.channel ?? ""),
    inbox: () => nameOf(inboxes.data, q.inbox),
    team: () => nameOf(teams.data, q.team),
    agent: () => nameOf(agents.data, q.agent),
    tag: () => q.tag ?? "",
    topic: () => nameOf(known, q.topic),
    touchpoint: () => q.touchpoint ?? "",
    bucket: () => word(`linked.bucket.${q.bucket}`, (q.bucket ?? "").replaceAll("_", " ")),
    hit: () => t(q.hit === "0" ? "linked.miss" : "linked.hit"),
  };
  const main = { name: q.figure ? "figure" : q.live ? "live" : q.issue ? "issue" : q.topic ? "topic" : "ids", text: q.from && q.to ? t("linked.days", { what: about, from: shortDate(q.from), to: shortDate(q.to) }) : about, without: "/inbox/all" };
  const more = Object.entries(of).filter(([name]) => q[name] && (q.figure || q.live) && name !== main.name && !(name === "hit" && (behind === undefined || behind.share)));
  return { about, chips: [main, ...more.map(([name, text]) => ({ name, text: t("linked.chip", { what: t(`linked.by.${name}` as "linked.by.team"), value: text() || "…" }), without: withParam(source, name, "") }))] };
}

const pageOf: Record<string, string> = {
  csat: "satisfaction",
  csat_mean: "satisfaction",
  nps: "satisfaction",
  ces: "satisfaction",
  ces_easy: "satisfaction",
  survey_response: "satisfaction",
  first_response: "speed",
  next_response: "speed",
  first_resolution: "speed",
  last_resolution: "speed",
  open_time: "speed",
  customer_wait: "speed",
  queue_wait: "speed",
  promise_accuracy: "speed",
  volume: "volume",
  resolved: "volume",
  backlog: "volume",
  handoffs: "handoffs",
  handoff_share: "handoffs",
  ping_pong: "handoffs",
  reopen_after_handoff: "handoffs",
};

/** backOf is where such a list usually comes from, over the same days and the same part of the desk. */
export function backOf(source: Source): string {
  const { issue, topic, week, figure, live, from, to, time, channel, inbox, team, agent, tag, touchpoint } = source.query;
  if (issue) return `/issues/${issue}`;
  if (live) return "/reports/live";
  if (figure && from) return `/reports/${pageOf[figure] ?? "overview"}${query({ from, to, time, channel, inbox, team, agent, tag, topic, touchpoint })}`;
  if (topic) return "/issues";
  if (week) return "/reports/weekly";
  return "/inbox/all";
}

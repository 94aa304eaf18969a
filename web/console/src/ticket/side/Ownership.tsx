import { useQuery } from "@tanstack/react-query";
import { Check, Hourglass } from "lucide-react";
import { useState } from "react";
import { api } from "../../api/http";
import type { Page, Segment, Ticket } from "../../api/types";
import { nameOf, useAgents, useTeams } from "../../app/desk";
import { locale } from "../../i18n/t";
import { t, word } from "../words";
import { dateTime, lasted } from "../../i18n/time";
import { useMinute } from "../../live/clock";
import { Avatar, cx, Skeleton } from "../../ui/basics";
import { reasonName } from "../lines";
import { Section } from "./Section";
import { lengthOf, partOf, slicesOf, sumsOf, toneOf } from "./story";
import { s } from "./words";

/** Ownership tells who had the ticket, how long, and why it went on: without a gap from first to last. */
export function Ownership({ ticket }: { ticket: Ticket }) {
  return (
    <Section id="ownership" title={t("side.ownership")}>
      <Story ticket={ticket} />
    </Section>
  );
}

const SHOWN = 6;

/** Story is a ticket's way through hands and queues: as a bar, in one sentence, and step by step. */
export function Story({ ticket, shown = SHOWN }: { ticket: Ticket; shown?: number }) {
  const q = useQuery({
    queryKey: ["ownership", ticket.id],
    queryFn: ({ signal }) => api.get<Page<Segment>>(`/tickets/${ticket.id}/ownership`, signal),
  });
  const now = useMinute();
  const name = useOwnerName();
  const [all, setAll] = useState(false);
  if (q.isPending) return <Skeleton className="h-16" />;
  if (q.isError) return <p className="text-dense text-fg-3">{s("ownershipFailed")}</p>;
  const segments = q.data.items;
  const from = all ? 0 : Math.max(0, segments.length - shown);
  return (
    <div className="story">
      <Bar segments={segments} now={now} name={name} />
      <p className="story-sum">{sentence(segments, now)}</p>
      {from > 0 && (
        <button type="button" className="link text-dense" onClick={() => setAll(true)}>
          {s("showChapters", { count: from })}
        </button>
      )}
      <ol className="timeline">
        {segments.slice(from).map((x, i) => (
          <Chapter key={x.from + String(from + i)} segments={segments} at={from + i} now={now} name={name} />
        ))}
      </ol>
    </div>
  );
}

type NameOf = (s: Segment) => string;

/** useOwnerName says who, or what queue, had a ticket in one segment. */
export function useOwnerName(): NameOf {
  const agents = useAgents().data;
  const teams = useTeams().data;
  return (x) => {
    const part = partOf(x);
    if (part === "owner") return x.agent_name || nameOf(agents, x.agent) || t("line.someone");
    if (part === "rest") return s("rest");
    const team = x.team_name || nameOf(teams, x.team);
    return team ? s("queue", { team }) : s("queuePlain");
  };
}

function sentence(segments: readonly Segment[], now: number): string {
  const { owned, waited, people, handoffs } = sumsOf(segments, now);
  const parts = [s("people", { count: people }), s("owned", { time: span(owned) }), s("waited", { time: span(waited) })];
  if (handoffs > 0) parts.push(s("handoffs", { count: handoffs }));
  return parts.join(" · ");
}

function Bar({ segments, now, name }: { segments: readonly Segment[]; now: number; name: NameOf }) {
  const slices = slicesOf(segments, now);
  const parts = slices.filter((x) => x.part !== "rest").map((x) => s("barPart", { name: name(x.segment), time: span(lengthOf(x.segment, now)) }));
  const { owned, waited } = sumsOf(segments, now);
  return (
    <div role="img" aria-label={s("barLabel", { all: span(owned + waited), parts: parts.join(", ") })} className="story-bar">
      {slices.map((x, i) => (
        <span
          key={i}
          className={cx("story-slice", `story-${x.part}`, x.part === "owner" && `story-tone-${toneOf(segments, x.segment.agent)}`)}
          style={x.part === "rest" ? undefined : { flexGrow: Math.max(x.share, 0.001) * 1000 }}
          data-tip={`${name(x.segment)} · ${span(lengthOf(x.segment, now))}`}
        />
      ))}
    </div>
  );
}

function Chapter({ segments, at, now, name }: { segments: readonly Segment[]; at: number; now: number; name: NameOf }) {
  const x = segments[at];
  if (!x) return null;
  const before = segments[at - 1];
  const part = partOf(x);
  return (
    <li className={cx(`chapter-${part}`, !x.to && "timeline-now")} data-part={part}>
      <span className="chapter-mark">
        {part === "owner" ? <Avatar name={name(x)} seed={x.agent ?? ""} size={20} /> : part === "queue" ? <Hourglass aria-hidden="true" /> : <Check aria-hidden="true" />}
      </span>
      <div className="min-w-0 flex-1">
        <p className="chapter-name">
          <span className="min-w-0 flex-1">{name(x)}</span>
          <span className="text-meta text-fg-3">{lasted(x.from, x.to ? Date.parse(x.to) : now)}</span>
        </p>
        <p className="text-meta text-fg-3">
          <time dateTime={x.from} title={dateTime(x.from)}>
            {whenPast(x.from)}
          </time>
          {reasonOf(x, before, name) && ` · ${reasonOf(x, before, name)}`}
        </p>
      </div>
    </li>
  );
}

/** reasonOf is why a ticket came to where it is; that it rests needs no reason. */
function reasonOf(x: Segment, before: Segment | undefined, name: NameOf): string {
  if (x.reason) return s("fromBecause", { name: before ? name(before) : t("owner.nobody"), reason: reasonName(x.reason) });
  if (partOf(x) === "rest") return "";
  if (before && partOf(before) === "rest") return s("reopened");
  return enteredBy(x.entered_by);
}

const known = ["ticket.opened", "ticket.queued", "ticket.assigned", "ticket.handed_off", "ticket.unassigned", "ticket.team_changed", "ticket.status_changed"] as const;

function enteredBy(kind: string): string {
  const k = known.find((x) => x === kind);
  return k ? s(`entered.${k}`) : word(kind, kind.replace(/[._]/g, " "));
}

const short = new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
const whenPast = (at: string) => short.format(Date.parse(at));

/** span is a length of time as the story tells it. */
function span(ms: number): string {
  return lasted(new Date(0).toISOString(), ms);
}

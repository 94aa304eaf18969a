import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../api/http";
import SetupLink from "../app/SetupLink";
import { useDesk } from "../app/desk";
import { number, percent } from "../i18n/t";
import { lasted } from "../i18n/time";
import { useStore } from "../live/store";
import { later } from "./later";

interface Day {
  resolved: number;
  replies: number;
  csat: { n: number; satisfied: number } | null;
  snoozed: number;
  first_response_p50_s: number | null;
}

/** InboxZero says that all is done, what was done today, and what could be done next. */
export default function InboxZero() {
  const { live } = useDesk();
  const { unassigned } = useStore(live.counts);
  const day = useQuery({ queryKey: ["me", "day"], queryFn: ({ signal }) => api.get<Day>("/me/day", signal), staleTime: 30_000 }).data;
  return (
    <div className="zero">
      <p className="zero-title">{later("zero.title")}</p>
      {day && (
        <dl className="zero-figures" aria-label={later("zero.figures")}>
          <Figure value={number(day.resolved)} name={later("zero.resolved", { count: day.resolved })} />
          <Figure value={number(day.replies)} name={later("zero.replies", { count: day.replies })} />
          {day.csat && day.csat.n > 0 && <Figure value={percent(day.csat.satisfied / day.csat.n)} name={later("zero.csat", { count: day.csat.n })} />}
          {day.first_response_p50_s !== null && <Figure value={lasted(new Date(0).toISOString(), day.first_response_p50_s * 1000)} name={later("zero.firstResponse")} />}
        </dl>
      )}
      {unassigned !== undefined && unassigned > 0 ? (
        <Link href="/inbox/unassigned" className="btn">
          {later("zero.take", { count: unassigned })}
        </Link>
      ) : day && day.snoozed > 0 ? (
        <Link href="/inbox/mine?status=snoozed" className="link text-dense">
          {later("zero.snoozed", { count: day.snoozed })}
        </Link>
      ) : (
        <SetupLink />
      )}
    </div>
  );
}

function Figure({ value, name }: { value: string; name: string }) {
  return (
    <div>
      <dd>{value}</dd>
      <dt>{name}</dt>
    </div>
  );
}

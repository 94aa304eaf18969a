import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useLocation, useSearch } from "wouter";
import { api, query } from "../api/http";
import type { SurveyDecisions as Answer, SurveyTally, SurveyTold, SurveyTurnout } from "../../../shared/src/wire.gen";
import { useDesk } from "../app/desk";
import { number, percent } from "../i18n/t";
import { dateTime } from "../i18n/time";
import { addDays, todayIn } from "../reports/query";
import { kindOf, reason, takenBack } from "../surveys/reasons";
import { s } from "../surveys/words";
import { cx, EmptyState, Segmented } from "../ui/basics";
import { Head, States } from "./parts";
import { SurveyNav } from "./SurveyParts";

const spans = ["7", "28", "90", "365"] as const;
type Span = (typeof spans)[number];

/** SurveyDecisions tells why people were asked or not: counts by reason, how many answered, and each decision. */
export function SurveyDecisions() {
  const { me } = useDesk();
  const params = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const span: Span = spans.find((n) => n === params.get("days")) ?? "28";
  const only = params.get("reason") ?? "";
  const to = todayIn(me.desk.time_zone);
  const days = { from: addDays(to, 1 - Number(span)), to };
  const show = (next: { days?: string; reason?: string }) => go(`/settings/surveys/decisions${query({ days: span, reason: only, ...next })}`, { replace: true });
  const q = useInfiniteQuery({
    queryKey: ["survey-decisions", days.from, days.to, only],
    queryFn: ({ pageParam, signal }) => api.get<Answer>(`/surveys/decisions${query({ ...days, reason: only, cursor: pageParam, limit: 50 })}`, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
  const told = q.data?.pages[0];
  return (
    <>
      <Head title={s("decisions.title")} lead={s("decisions.lead")} />
      <SurveyNav here="decisions" />
      <div className="mb-4">
        <Segmented<Span> label={s("decisions.range")} value={span} options={spans.map((n) => ({ value: n, label: s("decisions.days", { n: Number(n) }) }))} onChange={(n) => show({ days: n })} />
      </div>
      <States of={q}>
        {told && told.decided === 0 && <EmptyState title={s("decisions.none")} />}
        {told && told.decided > 0 && (
          <div className="grid gap-6">
            <Turnout told={told} days={days} />
            <Reasons told={told} only={only} onPick={(r) => show({ reason: r === only ? "" : r })} />
            <section aria-label={s("decisions.list")}>
              <div className="page-head mb-2">
                <h3 className="text-lead font-semibold">{only ? s("decisions.only", { reason: reason(only) }) : s("decisions.list")}</h3>
                {only && (
                  <button type="button" className="btn btn-dense" onClick={() => show({ reason: "" })}>
                    {s("decisions.all")}
                  </button>
                )}
              </div>
              {told.items.length === 0 ? (
                <EmptyState title={s("decisions.noneOf")} />
              ) : (
                <ul className="card divide-y divide-line">
                  {q.data?.pages.flatMap((p) => p.items).map((d) => <Row key={`${d.at} ${d.ticket} ${d.customer} ${d.survey} ${d.round}`} d={d} />)}
                </ul>
              )}
              {q.hasNextPage && (
                <button type="button" className="btn mt-4" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
                  {s("decisions.more")}
                </button>
              )}
            </section>
          </div>
        )}
      </States>
    </>
  );
}

function Turnout({ told, days }: { told: Answer; days: { from: string; to: string } }) {
  const q = useQuery({ queryKey: ["survey-turnout", days.from, days.to], queryFn: ({ signal }) => api.get<SurveyTurnout>(`/surveys/turnout${query(days)}`, signal) });
  const t = q.data;
  const back = told.reasons.reduce((n, r) => n + r.withdrawn, 0);
  const rate = t && t.asked > 0 ? percent(t.answered / t.asked, 1) : "–";
  return (
    <section aria-label={s("decisions.turnout")}>
      <States of={q}>
        {t && (
          <dl className="decision-tiles" data-turnout>
            <Tile label={s("decisions.decided")} value={number(told.decided)} />
            <Tile label={s("decisions.asked")} value={number(t.asked)} note={back > 0 ? s("decisions.takenBack", { n: back }) : undefined} />
            <Tile label={s("decisions.answered")} value={number(t.answered)} />
            <Tile
              label={s("decisions.rate")}
              value={rate}
              note={t.asked > 0 ? s("decisions.interval", { low: percent(t.interval[0] ?? 0, 1), high: percent(t.interval[1] ?? 1, 1), n: t.asked }) : s("decisions.nobody")}
            />
          </dl>
        )}
      </States>
      <Link href={`/reports/satisfaction${query({ range: "custom", ...days })}`} className="link mt-2 inline-block text-dense">
        {s("decisions.who")}
      </Link>
    </section>
  );
}

function Tile({ label, value, note }: { label: string; value: string; note?: string | undefined }) {
  return (
    <div>
      <dt className="text-meta text-fg-2">{label}</dt>
      <dd className="text-page font-semibold">{value}</dd>
      {note && <dd className="text-meta text-fg-3">{note}</dd>}
    </div>
  );
}

function Reasons({ told, only, onPick }: { told: Answer; only: string; onPick(reason: string): void }) {
  const most = Math.max(...told.reasons.map((r) => r.n), 1);
  return (
    <section aria-label={s("decisions.reasons")}>
      <h3 className="mb-2 text-lead font-semibold">{s("decisions.reasons")}</h3>
      <ul className="card divide-y divide-line">
        {told.reasons.map((r) => (
          <Reason key={r.reason} r={r} all={told.decided} most={most} on={r.reason === only} onPick={onPick} />
        ))}
      </ul>
    </section>
  );
}

function Reason({ r, all, most, on, onPick }: { r: SurveyTally; all: number; most: number; on: boolean; onPick(reason: string): void }) {
  return (
    <li data-reason={r.reason}>
      <button type="button" className={cx("decision-reason", on && "decision-on")} aria-pressed={on} onClick={() => onPick(r.reason)}>
        <span className="min-w-0 text-start">{reason(r.reason)}</span>
        <span className="decision-bar" aria-hidden="true">
          <span style={{ inlineSize: `${(100 * r.n) / most}%` }} />
        </span>
        <span className="decision-n">{number(r.n)}</span>
        <span className="decision-n text-fg-2">{percent(r.n / all, 1)}</span>
      </button>
    </li>
  );
}

function Row({ d }: { d: SurveyTold }) {
  const outcome = !d.asked ? "" : d.withdrawn_at ? takenBack(d.withdrawn_reason) : d.answered_at ? s("decisions.replied") : s("decisions.silent");
  const ofTicket = d.round === 0;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-5 py-3" data-decision={d.reason}>
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-baseline gap-x-2 text-dense">
          <span className={cx("chip", d.asked && "chip-accent")}>{kindOf(d.kind)}</span>
          <span className="font-medium">{reason(d.reason)}</span>
          {outcome && <span className="text-fg-2">{outcome}</span>}
        </p>
        <p className="text-meta text-fg-2" dir="auto">
          {[d.customer_name || s("decisions.someone"), !ofTicket && s("decisions.round", { n: d.round })].filter(Boolean).join(" · ")}
        </p>
      </div>
      {ofTicket && (
        <Link href={`/tickets/${d.ticket}`} className="link text-dense">
          {s("decisions.ticket", { id: d.ticket })}
        </Link>
      )}
      <time className="text-meta text-fg-3" dateTime={d.at}>
        {dateTime(d.at)}
      </time>
    </li>
  );
}

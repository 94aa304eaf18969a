import { useQuery } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { useEffect, type ReactNode } from "react";
import { Link } from "wouter";
import { api } from "../api/http";
import type { Interval95, IssueDetail, Quote } from "../api/types";
import { nameOf, useAgents, useMay } from "../app/desk";
import { number, percent, sayer } from "../i18n/t";
import { date, dateTime, shortDate } from "../i18n/time";
import { cx, ErrorState, RowsSkeleton } from "../ui/basics";
import { TrendChart } from "../ui/charts";
import { Impact } from "./Impact";
import { IssueActions } from "./IssueActions";
import { IssueTickets } from "./IssueTickets";
import "./issues.css";
import en from "./issues.en.json";
import { csatText, kindTone, statusTone, stepText, t, type Key } from "./words";

const i = sayer(en);

/** IssueScreen is the evidence for one issue: how we know, what it costs, who says so, and whether the fix helped. */
export default function IssueScreen({ id }: { id: string }) {
  const q = useQuery({ queryKey: ["issue", id], queryFn: ({ signal }) => api.get<IssueDetail>(`/issues/${id}`, signal) });
  const may = useMay();
  useEffect(() => {
    if (q.data) document.title = `${q.data.name} · Heard`;
  }, [q.data]);
  return (
    <div className="page scroll">
      <Link href="/issues" className="mb-3 inline-flex items-center gap-1 text-dense text-fg-2 hover:text-fg">
        <ArrowLeft size={14} className="rtl:-scale-x-100" aria-hidden="true" />
        {t("issues.title")}
      </Link>
      {q.isPending && <RowsSkeleton height="h-32" rows={3} />}
      {q.isError && !q.data && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {q.data && <Evidence issue={q.data} mayAct={may.issues} />}
    </div>
  );
}

function Evidence({ issue, mayAct }: { issue: IssueDetail; mayAct: boolean }) {
  const agents = useAgents().data;
  const marks = [
    ...(issue.fixed_at ? [{ at: issue.fixed_at, label: t("issue.fixMark") }] : []),
    ...issue.markers.map((m, n) => ({ at: m.at, label: short(m.name), row: 1 + (n % 2) })),
  ];
  return (
    <>
      <header className="mb-5">
        <div className="flex flex-wrap items-center gap-2">
          <h1 className="text-page font-semibold">{issue.name}</h1>
          {issue.kind !== issue.status && <span className={cx("chip", kindTone[issue.kind])}>{t(`kind.${issue.kind}`)}</span>}
          <span className={cx("chip", statusTone[issue.status])} data-issue-status={issue.status}>
            {t(`issueStatus.${issue.status}`)}
            {issue.status === "fixed" && issue.verdict?.state === "too_early" ? ` · ${i(issue.verdict.change ? `short.${issue.verdict.change}` : "tooEarly")}` : ""}
          </span>
        </div>
        {issue.title && <p className="mt-1 max-w-[72ch] text-lead">{t("issue.quoted", { text: issue.title })}</p>}
        <p className="mt-1 max-w-[72ch] text-body text-fg-2">{issue.test.sentence}</p>
        <p className="mt-1 text-meta text-fg-3">
          {issue.first_seen && issue.last_seen && t("issue.seen", { first: date(issue.first_seen), last: date(issue.last_seen) })}
          {issue.owner ? ` · ${t("issue.owner", { name: nameOf(agents, issue.owner) })}` : ""}
          {issue.fixed_in ? ` · ${i("fixedIn", { version: issue.fixed_in })}` : ""}
          {issue.tracker && (
            <>
              {" · "}
              <a href={issue.tracker.url} className="link" target="_blank" rel="noopener noreferrer nofollow">
                {issue.tracker.key || new URL(issue.tracker.url).host}
              </a>
            </>
          )}
        </p>
        {mayAct && <IssueActions issue={issue} />}
      </header>
      {issue.relapse ? <RelapseCard sentence={issue.relapse.sentence} /> : issue.verdict && <VerdictCard issue={issue} />}
      <Tiles issue={issue} />
      <div className="issue-grid">
        <div className="grid content-start gap-4">
          <Card>
            <TrendChart title={t("issue.trend")} summary={t("issue.trendSummary", { observed: number(issue.test.observed), days: issue.test.window_days, expected: number(issue.test.expected) })} trend={issue.trend} marks={marks} />
            <Markers issue={issue} />
          </Card>
          <Card title="issue.tickets">
            <IssueTickets issue={issue} mayAct={mayAct} />
          </Card>
        </div>
        <div className="grid content-start gap-4">
          <Card title="issue.quotes">
            <Quotes quotes={issue.quotes} />
          </Card>
          <Card title="issue.impact">
            <Impact issue={issue} />
          </Card>
          <Card title="issue.history">
            <History issue={issue} />
          </Card>
        </div>
      </div>
    </>
  );
}

function Card({ title, children }: { title?: Key; children: ReactNode }) {
  return (
    <section className="card p-5">
      {title && <h2 className="mb-3 text-lead font-semibold">{t(title)}</h2>}
      {children}
    </section>
  );
}

function VerdictCard({ issue }: { issue: IssueDetail }) {
  const v = issue.verdict;
  if (!v) return null;
  const tone = { fixed: "bg-ok-soft text-ok", no_effect: "bg-danger-soft text-danger", too_early: "bg-info-soft text-info" }[v.state];
  return (
    <section className={cx("verdict mb-4 rounded-card p-4", tone)} aria-label={t("issue.verdict")} data-verdict={v.state}>
      <p className="font-semibold">{v.state === "too_early" && v.change ? i(`verdict.${v.change}`) : t(`verdict.${v.state}`)}</p>
      <p className="text-fg">{v.sentence}</p>
      <p className="text-meta text-fg-2">
        {t("verdict.ratio", { ratio: number(v.ratio, 2), low: number(v.low, 2), high: v.high === null ? "∞" : number(v.high, 2) })}
        {v.projected ? ` · ${t("verdict.projected", { date: shortDate(v.projected) })}` : ""}
      </p>
    </section>
  );
}

/** RelapseCard stands for the verdict of a fix after which the matter came back. */
function RelapseCard({ sentence }: { sentence: string }) {
  return (
    <section className="mb-4 rounded-card bg-danger-soft p-4 text-danger" aria-label={t("issue.verdict")} data-verdict="regressed">
      <p className="font-semibold">{t("kind.regressed")}</p>
      <p className="text-fg">{sentence}</p>
    </section>
  );
}

function Tiles({ issue }: { issue: IssueDetail }) {
  const csat = csatText(issue.csat);
  return (
    <dl className="tiles">
      <Tile label="issues.col.tickets" value={number(issue.tickets)} note={interval(issue.share, "issue.shareOf")} />
      <Tile label="issues.col.customers" value={number(issue.customers)} />
      <Tile label="issues.col.hours" value={number(issue.hours)} note={t("issue.hoursPerWeek", { n: issue.impact.hours_per_week })} />
      <Tile label="issues.col.handoffs" value={number(issue.handoffs)} note={interval(issue.handoff_share, "issue.ofTickets")} />
      <Tile label="issues.col.reopens" value={percent(issue.reopen_share.value, issue.reopen_share.value < 0.1 ? 1 : 0)} note={interval(issue.reopen_share, "issue.ofTickets")} />
      <Tile label="issues.col.csat" value={csat.text} note={csat.interval || t("issue.noCsatNote")} />
    </dl>
  );
}

function Tile({ label, value, note }: { label: Key; value: string; note?: string }) {
  return (
    <div className="tile">
      <dt className="text-meta text-fg-3">{t(label)}</dt>
      <dd className="text-page font-semibold">{value}</dd>
      {note && <dd className="text-meta text-fg-2">{note}</dd>}
    </div>
  );
}

function interval(v: Interval95, key: Key): string {
  const digits = v.value < 0.1 ? 1 : 0;
  return t(key, { value: percent(v.value, digits), low: percent(v.low, digits), high: percent(v.high, digits), n: v.n });
}

function Quotes({ quotes }: { quotes: Quote[] }) {
  if (quotes.length === 0) return <p className="text-dense text-fg-3">{t("issue.noQuotes")}</p>;
  return (
    <ul className="grid gap-3">
      {quotes.map((q) => (
        <li key={`${q.ticket}-${q.seq}`}>
          <blockquote className="quote">{q.text}</blockquote>
          <p className="mt-1 text-meta text-fg-3">
            <Link href={`/tickets/${q.ticket}`} className="link">
              {t("issue.ticket", { number: String(q.number) })}
            </Link>{" "}
            · {date(q.at)}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** short keeps a marker's name from running into its neighbour; its whole name stands under the drawing. */
function short(name: string): string {
  return name.length > 14 ? `${name.slice(0, 13)}…` : name;
}

function Markers({ issue }: { issue: IssueDetail }) {
  if (issue.markers.length === 0) return null;
  return (
    <section className="mt-3" aria-label={i("marks")}>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-meta text-fg-2">
        {issue.markers.map((m) => {
          const name = i(m.kind === "release" ? "mark.release" : "mark.incident", { name: m.name });
          return (
            <li key={`${m.kind} ${m.name} ${m.at}`} data-marker={m.kind}>
              {m.url ? (
                <a href={m.url} className="link" target="_blank" rel="noopener noreferrer nofollow">
                  {name}
                </a>
              ) : (
                name
              )}{" "}
              <time className="text-fg-3" dateTime={m.at}>
                {m.to ? `${shortDate(m.at)} – ${shortDate(m.to)}` : shortDate(m.at)}
              </time>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function History({ issue }: { issue: IssueDetail }) {
  const agents = useAgents().data;
  if (issue.history.length === 0) return <p className="text-dense text-fg-3">{t("issue.noHistory")}</p>;
  return (
    <ol className="timeline">
      {issue.history.map((h, i) => (
        <li key={i}>
          <span className="min-w-0 flex-1">{stepText(h, (id) => nameOf(agents, id))}</span>
          <time className="text-meta text-fg-3" dateTime={h.at} data-tip={dateTime(h.at)}>
            {shortDate(h.at)}
          </time>
        </li>
      ))}
    </ol>
  );
}

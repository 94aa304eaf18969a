import { useQuery } from "@tanstack/react-query";
import { TrendingUp } from "lucide-react";
import { useEffect } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { api } from "../api/http";
import type { Issue, IssueList, IssueStatus } from "../api/types";
import { nameOf, useAgents } from "../app/desk";
import { number, sayer } from "../i18n/t";
import { dateTime } from "../i18n/time";
import { cx, EmptyState, ErrorState, RowsSkeleton, Segmented } from "../ui/basics";
import { Sparkline } from "../ui/charts";
import { money } from "./Impact";
import { Quality } from "./Quality";
import "./issues.css";
import en from "./issues.en.json";
import { csatText, fixed, kindTone, statusTone, t } from "./words";

const i = sayer(en);

const groups = { active: ["flagged", "acknowledged", "in_progress", "regressed", "no_effect"], fixed: ["fixed", "verified"], set: ["wont_fix"] } as const satisfies Record<string, readonly IssueStatus[]>;
type Group = keyof typeof groups;

/** IssuesScreen ranks what customers keep running into by what it costs. */
export default function IssuesScreen() {
  const q = useQuery({ queryKey: ["issues", ""], queryFn: ({ signal }) => api.get<IssueList>("/issues", signal) });
  const params = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const asked = params.get("show");
  const group: Group = asked !== null && asked in groups ? (asked as Group) : "active";
  useEffect(() => {
    document.title = `${t("issues.title")} · Heard`;
  }, []);
  const shown = (q.data?.items ?? []).filter((i) => (groups[group] as readonly string[]).includes(i.status));
  return (
    <div className="page scroll">
      <header className="page-head mb-5">
        <div>
          <h1 className="text-page font-semibold">{t("issues.title")}</h1>
          <p className="text-body text-fg-2">{t("issues.lead")}</p>
        </div>
        <Segmented
          label={t("issues.show")}
          value={group}
          options={(Object.keys(groups) as Group[]).map((g) => ({ value: g, label: t(`issues.${g}`) }))}
          onChange={(g) => go(g === "active" ? "/issues" : `/issues?show=${g}`, { replace: true })}
        />
      </header>
      {q.isPending && <RowsSkeleton height="h-20" />}
      {q.isError && !q.data && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {q.isSuccess && shown.length === 0 && <EmptyState icon={<TrendingUp aria-hidden="true" />} title={t(`issues.none.${group}`)} />}
      {shown.length > 0 && <IssueTable issues={shown} />}
      {q.data && group === "active" && <Topics list={q.data} />}
      {q.data && group === "active" && <Quality checked={q.data.checked} />}
      {q.data?.as_of && <p className="mt-4 text-meta text-fg-3">{t("issues.asOf", { time: dateTime(q.data.as_of) })}</p>}
    </div>
  );
}

function IssueTable({ issues }: { issues: Issue[] }) {
  return (
    <div className="card overflow-hidden">
      <table className="table issue-table">
        <caption className="sr-only">{t("issues.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("issues.col.issue")}</th>
            <th scope="col">{t("issues.col.trend")}</th>
            <th scope="col" className="num">{t("issues.col.tickets")}</th>
            <th scope="col" className="num">{t("issues.col.customers")}</th>
            <th scope="col" className="num">{t("issues.col.hours")}</th>
            <th scope="col" className="num">{t("issues.col.csat")}</th>
            <th scope="col" className="num">{t("issues.col.impact")}</th>
          </tr>
        </thead>
        <tbody>
          {issues.map((i) => (
            <Row key={i.id} issue={i} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ issue }: { issue: Issue }) {
  const csat = csatText(issue.csat);
  const agents = useAgents().data;
  const observed = number(issue.test.observed);
  return (
    <tr className="issue-row" data-issue={issue.id}>
      <td className="issue-cell">
        <div className="flex flex-wrap items-center gap-2">
          <Link href={`/issues/${issue.id}`} className="issue-link">
            {issue.name}
          </Link>
          <span className={cx("chip", kindTone[issue.kind])}>{t(`kind.${issue.kind}`)}</span>
          {issue.status !== "flagged" && issue.status !== issue.kind && <span className={cx("chip", statusTone[issue.status])}>
              {t(`issueStatus.${issue.status}`)}
              {issue.status === "fixed" && issue.verdict?.state === "too_early" ? ` · ${i(issue.verdict.change ? `short.${issue.verdict.change}` : "tooEarly")}` : ""}
            </span>}
          {issue.owner && <span className="text-meta text-fg-3">{t("issue.owner", { name: nameOf(agents, issue.owner) })}</span>}
          {issue.fixed_in && <span className="text-meta text-fg-3">{i("fixedIn", { version: issue.fixed_in })}</span>}
          {issue.tracker?.key && <span className="text-meta text-fg-3">{issue.tracker.key}</span>}
        </div>
        {issue.title && <p className="mt-1 max-w-[64ch] truncate text-dense">{t("issue.quoted", { text: issue.title })}</p>}
        <p className="mt-1 max-w-[64ch] text-pretty text-dense text-fg-2">{issue.verdict && issue.status !== "flagged" ? issue.verdict.sentence : issue.test.sentence}</p>
      </td>
      <td className="spark-cell">
        <Sparkline trend={issue.trend} label={t("issues.sparkline", { observed, expected: number(issue.test.expected) })} />
      </td>
      <td className="num" data-label={t("issues.col.tickets")}>{number(issue.tickets)}</td>
      <td className="num" data-label={t("issues.col.customers")}>{number(issue.customers)}</td>
      <td className="num" data-label={t("issues.col.hours")}>{fixed(issue.hours, 1)}</td>
      <td className="num" data-label={t("issues.col.csat")}>
        <span className={csat.clear && (issue.csat?.diff ?? 0) < 0 ? "font-medium text-danger" : csat.clear ? "" : "text-fg-3"}>{csat.text}</span>
        {csat.interval && <span className="block text-meta text-fg-3">{csat.interval}</span>}
      </td>
      <td className="num" data-label={t("issues.col.impact")}>
        <span className="font-semibold">{t("issue.hoursPerWeek", { n: issue.impact.hours_per_week })}</span>
        <Factor trend={issue.impact.trend} />
        {issue.cost && <span className="block text-meta text-fg-3">{money(issue.cost.amount, issue.cost.currency)}</span>}
      </td>
    </tr>
  );
}

/** Factor is what the hours are ranked with, where it changes anything. */
function Factor({ trend }: { trend: number }) {
  const n = Math.round(trend * 10) / 10;
  if (n === 1) return null;
  return <span className="block text-meta text-fg-2">{i(n > 1 ? "factor.grows" : "factor.shrinks", { n: number(n, 1) })}</span>;
}

/** Topics are the themes nobody needs to act on: listed so that no ticket is without a place. */
function Topics({ list }: { list: IssueList }) {
  if (list.topics.length === 0) return null;
  return (
    <section className="mt-8">
      <h2 className="mb-2 text-lead font-semibold">{t("issues.topics")}</h2>
      <ul className="flex flex-wrap gap-2">
        {list.topics.map((topic) => (
          <li key={topic.id}>
            <Link href={`/tickets?topic=${topic.id}`} className="topic">
              {topic.name}
              {topic.tickets !== undefined && <span className="text-fg-3">{number(topic.tickets)}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

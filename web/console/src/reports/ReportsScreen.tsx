import { lazy, Suspense, useEffect, useMemo, useRef } from "react";
import { Link, Redirect, useLocation, useSearch } from "wouter";
import { part } from "../app/soon";
import { useDesk } from "../app/desk";
import { t } from "../i18n/t";
import { cx, Loading, Skeleton } from "../ui/basics";
import { FiguresPage } from "./FiguresPage";
import { LivePage } from "./LivePage";
import { readQuery, writeQuery, wrongIn, type ReportQuery } from "./query";
import { pages, type PageName } from "./types";
import { r } from "./words";
import "../issues/issues.css";
import "./reports.css";

const WeeklyScreen = lazy(part(() => import("./WeeklyScreen")));

/** ReportsScreen is the dashboards and the archive of weekly reports; what is asked for lives in the address. */
export default function ReportsScreen({ page = "" }: { page?: string | undefined }) {
  const { me } = useDesk();
  const search = useSearch();
  const [, go] = useLocation();
  const query = useMemo(() => readQuery(search), [search]);
  const weekly = me.permissions.includes("report.read");
  const agents = me.permissions.includes("figure.agents");
  const known = pages.find((p) => p === page && (p !== "team" || agents));
  const at = known ?? (page === "weekly" && weekly ? "weekly" : undefined);
  useEffect(() => {
    if (at) document.title = `${r(`page.${at}`)} · ${t("nav.reports")} · Heard`;
  }, [at]);
  if (at === undefined) return <Redirect to="/reports/overview" replace />;
  const change = (next: Partial<ReportQuery>) => go(`/reports/${at}${writeQuery({ ...query, ...next })}`);
  return (
    <div className="page scroll reports">
      <SubNav at={at} query={query} weekly={weekly} agents={agents} />
      {at === "weekly" ? (
        <Suspense fallback={<Waiting />}>
          <WeeklyScreen />
        </Suspense>
      ) : at === "live" ? (
        <LivePage />
      ) : (
        <>
          <WrongRange search={search} query={query} />
          <FiguresPage key={at} page={at} query={query} change={change} />
        </>
      )}
    </div>
  );
}

/** SubNav leads from page to page and keeps what was asked for. */
function SubNav({ at, query, weekly, agents }: { at: PageName | "weekly"; query: ReportQuery; weekly: boolean; agents: boolean }) {
  const list: (PageName | "weekly")[] = [...pages.filter((p) => p !== "team" || agents), ...(weekly ? (["weekly"] as const) : [])];
  const kept = writeQuery(query);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [at]);
  return (
    <nav ref={nav} className="subnav" aria-label={r("nav.label")}>
      {list.map((p) => (
        <Link key={p} href={`/reports/${p}${p === "live" || p === "weekly" ? "" : kept}`} className={cx("subnav-link", p === at && "subnav-here")} aria-current={p === at ? "page" : undefined}>
          {r(`page.${p}`)}
        </Link>
      ))}
    </nav>
  );
}

/** WrongRange says which days of an address cannot be shown, and which are shown instead. */
function WrongRange({ search, query }: { search: string; query: ReportQuery }) {
  const wrong = wrongIn(search);
  if (wrong.length === 0) return null;
  return (
    <div role="alert" className="range-note" data-wrong={wrong.map((x) => x.field).join(" ")}>
      {wrong.map((x) => (
        <p key={x.field}>{x.said === "" ? r("range.missing", { field: r(`range.${x.field as "from"}`) }) : r(`range.wrong.${x.field}`, { said: x.said.slice(0, 40) })}</p>
      ))}
      <p>{r("range.instead", { range: r(`range.${query.range}`) })}</p>
    </div>
  );
}

function Waiting() {
  return (
    <Loading>
      <Skeleton className="h-64" />
    </Loading>
  );
}

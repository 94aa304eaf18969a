import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ChartColumn } from "lucide-react";
import { api, query as queryString } from "../api/http";
import SetupLink from "../app/SetupLink";
import { useDesk } from "../app/desk";
import { cx, EmptyState, ErrorState } from "../ui/basics";
import { Downloads } from "./Downloads";
import { FilterBar } from "./FilterBar";
import { AsOf, Headline, Notes, PageSkeleton } from "./Frame";
import { Panels } from "./Panels";
import { apiQuery, todayIn, type ReportQuery } from "./query";
import { Tiles } from "./Tiles";
import type { Dashboard, PageName } from "./types";
import { r } from "./words";

interface Props {
  page: PageName;
  query: ReportQuery;
  change(next: Partial<ReportQuery>): void;
}

const FRESH = 60_000;

/** nothing: one sentence says it better than a page of dashes and empty boxes. */
function nothing(d: Dashboard): boolean {
  return d.tiles.length > 0 && d.tiles.every((x) => x.n === 0) && d.panels.every((p) => p.rows.length === 0);
}

/** FiguresPage is one dashboard over the days and the part of the desk that the address names. */
export function FiguresPage({ page, query, change }: Props) {
  const { me } = useDesk();
  const asked = useMemo(() => apiQuery(query, todayIn(me.desk.time_zone)), [query, me.desk.time_zone]);
  const path = `/reports/dashboards/${page}`;
  const q = useQuery({
    queryKey: ["dashboard", page, asked],
    queryFn: ({ signal }) => api.get<Dashboard>(path + queryString(asked), signal),
    placeholderData: keepPreviousData,
    staleTime: FRESH,
  });
  return (
    <>
      <header className="report-head">
        <h1 className="text-page font-semibold">{r(`page.${page}`)}</h1>
        <p className="text-body text-fg-2">{r(`lead.${page}`)}</p>
      </header>
      <FilterBar query={query} change={change} downloads={<Downloads path={path} query={asked} />} />
      {q.isError && !q.isPlaceholderData && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {q.isPending && <PageSkeleton page={page} />}
      {q.data && (
        <div className={cx("report-body", q.isPlaceholderData && "stale")} data-page={q.data.page} data-ready={!q.isFetching || undefined} aria-busy={q.isPlaceholderData}>
          {nothing(q.data) ? (
            <section className="card">
              <EmptyState icon={<ChartColumn aria-hidden="true" />} title={r("page.nothing")}>
                <SetupLink />
              </EmptyState>
            </section>
          ) : (
            <>
              <Headline said={q.data.headline} />
              <Tiles tiles={q.data.tiles} compared={q.data.compared_with} />
              {q.data.tiles.length + q.data.panels.length === 0 && <EmptyState title={r("page.empty")} />}
              <Panels page={q.data} path={path} query={asked} />
              <Notes list={q.data.notes ?? []} />
            </>
          )}
          <AsOf page={q.data} />
        </div>
      )}
    </>
  );
}

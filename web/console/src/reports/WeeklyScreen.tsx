import { useQuery } from "@tanstack/react-query";
import { BarChart3, ChevronRight } from "lucide-react";
import { api } from "../api/http";
import type { Page, WeekBrief } from "../api/types";
import { useDesk } from "../app/desk";
import { t } from "../i18n/t";
import { weekDays } from "../i18n/time";
import { EmptyState, ErrorState, RowsSkeleton } from "../ui/basics";
import { WeeklyAround, weekName } from "./WeeklyAround";
import "../issues/issues.css";

/** WeeklyScreen is the archive of weekly reports; the pages themselves come from the server, ready to print. */
export default function WeeklyScreen() {
  const q = useQuery({ queryKey: ["weeks"], queryFn: ({ signal }) => api.get<Page<WeekBrief>>("/reports/weekly", signal) });
  const weeks = q.data?.items ?? [];
  return (
    <>
      <header className="mb-5">
        <h1 className="text-page font-semibold">{t("reports.title")}</h1>
        <p className="text-body text-fg-2">{t("reports.lead")}</p>
      </header>
      {q.isPending && <RowsSkeleton height="h-20" />}
      {q.isError && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {q.isSuccess && weeks.length === 0 && <EmptyState icon={<BarChart3 aria-hidden="true" />} title={t("reports.none")} />}
      <div className="weekly">
      {weeks.length > 0 && (
        <ol className="card divide-y divide-line overflow-hidden">
          {weeks.map((w) => (
            <Week key={w.week} week={w} />
          ))}
        </ol>
      )}
      {q.isSuccess && <WeeklyAround weeks={weeks.map((w) => w.week)} />}
      </div>
    </>
  );
}

function Week({ week }: { week: WeekBrief }) {
  const { me } = useDesk();
  return (
    <li className="relative flex items-start gap-4 px-5 py-4 hover:bg-canvas" data-week={week.week}>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-2">
          <a href={`/reports/weekly/${week.week}`} className="issue-link">
            {weekName(week.week)}
          </a>
          <span className="text-meta text-fg-3">{t("reports.range", weekDays(week.from, week.to, me.desk.time_zone))}</span>
          {week.provisional && <span className="chip chip-info">{t("reports.running")}</span>}
        </div>
        <p className="mt-0.5 max-w-[80ch] text-body text-fg-2" dir="auto">
          {week.headline}
        </p>
      </div>
      <ChevronRight size={16} className="mt-0.5 flex-none text-fg-3 rtl:-scale-x-100" aria-hidden="true" />
    </li>
  );
}

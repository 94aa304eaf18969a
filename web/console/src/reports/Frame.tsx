import { ArrowRight } from "lucide-react";
import { Link } from "wouter";
import { date } from "../i18n/time";
import { locale } from "../i18n/t";
import { cx, Loading, Skeleton } from "../ui/basics";
import { tidy } from "./format";
import { tileColumns } from "./Tiles";
import type { Dashboard, PageName, Statement } from "./types";
import { r } from "./words";

/** Headline is the largest clear change of the page; nothing when there is none. */
export function Headline({ said }: { said: Statement | null }) {
  if (!said) return null;
  return (
    <p className={cx("headline", said.good === true && "headline-good", said.good === false && "headline-bad")}>
      <bdi>{tidy(said.text)}</bdi>
      {said.where && <span className="text-fg-2">{said.where}</span>}
      {said.href && (
        <Link href={said.href} className="link inline-flex items-center gap-1 text-dense font-normal">
          {r("headline.open")}
          <ArrowRight size={14} className="rtl:-scale-x-100" aria-hidden="true" />
        </Link>
      )}
    </p>
  );
}

export function Notes({ list }: { list: string[] }) {
  if (list.length === 0) return null;
  return (
    <ul className="notes">
      {list.map((n) => (
        <li key={n}><bdi>{tidy(n)}</bdi></li>
      ))}
    </ul>
  );
}

/** AsOf tells of which days and of which moment the figures are, in the desk's own time. */
export function AsOf({ page }: { page: Dashboard }) {
  const at = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short", timeZone: page.time_zone }).format(Date.parse(page.as_of));
  const days = page.page !== "live" ? `${r("asof.days", { from: date(page.from), to: date(page.to) })} ` : "";
  const compared = page.compared_with ? `${r("asof.compared", { from: date(page.compared_with.from), to: date(page.compared_with.to) })} ` : "";
  return (
    <p className="mt-4 text-meta text-fg-3" data-as-of={page.as_of}>
      {days}
      {compared}
      {r("asof", { time: at, zone: page.time_zone, version: String(page.definition_version) })}
    </p>
  );
}

/** How many tiles and panels a page has, so that nothing moves when they come. */
const shapes: Record<PageName, [tiles: number, panels: number]> = { live: [6, 3], overview: [6, 3], satisfaction: [4, 6], speed: [6, 6], volume: [4, 6], handoffs: [4, 4], team: [0, 1], topics: [0, 1] };

export function PageSkeleton({ page }: { page: PageName }) {
  const [tiles, panels] = shapes[page];
  return (
    <Loading>
      {tiles > 0 && (
        <div className="report-tiles" style={tileColumns(tiles)}>
          {Array.from({ length: tiles }, (_, i) => (
            <div key={i} className="report-tile">
              <Skeleton className="h-4 w-24" />
              <Skeleton className="my-2 h-8 w-20" />
              <Skeleton className="h-6" />
              <Skeleton className="mt-3 h-4 w-28" />
            </div>
          ))}
        </div>
      )}
      <div className="panels">
        {Array.from({ length: panels }, (_, i) => (
          <div key={i} className={cx("panel", panels === 1 && "panel-wide")}>
            <Skeleton className="h-6 w-3/4" />
            <Skeleton className="mt-2 h-4 w-1/2" />
            <Skeleton className="mt-4 h-54" />
          </div>
        ))}
      </div>
    </Loading>
  );
}

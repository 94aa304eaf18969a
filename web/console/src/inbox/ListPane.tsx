import { ChevronDown, ListFilter, Rows3, Rows4 } from "lucide-react";
import { Link, useLocation } from "wouter";
import { t } from "../i18n/t";
import { useStore } from "../live/store";
import { EmptyState, ErrorState, Loading, Skeleton } from "../ui/basics";
import { Menu } from "../ui/layer";
import { useDensity, type Density } from "./density";
import { LinkedHead } from "./LinkedHead";
import type { ListStore } from "./listStore";
import { SearchField } from "./SearchField";
import { isEmpty } from "./selection";
import { withParam, type Source, type StatusFilter } from "./source";
import { TakeNext } from "./TakeNext";
import { TicketRows } from "./TicketRows";
import { useViews } from "./ViewsPane";
import { w } from "./words";

const filters = ["open", "snoozed", "resolved", "all"] as const satisfies readonly StatusFilter[];

interface Props {
  source: Source;
  store: ListStore;
  title: string;
  open: string | undefined;
  onStep(by: number, how: "go" | "move" | "range"): void;
}

export function ListPane({ source, store, title, open, onStep }: Props) {
  const list = useStore(store);
  const [density] = useDensity();
  const some = list.rows.length > 0 || list.arrivals.length > 0;
  return (
    <section className="pane-list" aria-label={t("list.label", { view: title })}>
      {source.linked ? <LinkedHead source={source} behind={list.behind} /> : <ListHead source={source} title={title} />}
      {list.phase === "loading" && <RowsLoading density={density} />}
      {list.phase === "error" && <ErrorState error={list.error} retry={() => void store.load()} />}
      {list.phase === "ready" && !some && <NoTickets source={source} />}
      {list.phase === "ready" && some && <TicketRows key={source.key} store={store} list={list} density={density} open={open} title={title} onStep={onStep} />}
      <SelectionTold store={store} />
    </section>
  );
}

/** SelectionTold says how many are selected to those who hear the screen. */
function SelectionTold({ store }: { store: ListStore }) {
  const chosen = useStore(store.chosen);
  const text = isEmpty(chosen) ? "" : chosen.all ? w("selection.view") : w("selection.count", { count: chosen.ids.size });
  return (
    <p role="status" className="sr-only" data-selection={chosen.all ? "all" : chosen.ids.size}>
      {text}
    </p>
  );
}

function ListHead({ source, title }: { source: Source; title: string }) {
  const [, go] = useLocation();
  return (
    <header className="list-head">
      <div className="flex items-center justify-between gap-2">
        <h1 className="sr-only">{title}</h1>
        <ViewSwitch title={title} view={source.view} />
        <span className="flex-1" />
        <TakeNext source={source} />
        <Menu
          label={t("list.statusFilter", { status: t(`filter.${source.status}`) })}
          className="btn btn-ghost btn-dense"
          named
          button={
            <>
              <ListFilter aria-hidden="true" />
              {t(`filter.${source.status}`)}
            </>
          }
          items={filters.map((f) => ({ key: f, label: t(`filter.${f}`), checked: f === source.status, onSelect: () => go(withParam(source, "status", f === "open" ? "" : f)) }))}
        />
        <DensityMenu />
      </div>
      <SearchField source={source} />
    </header>
  );
}

function DensityMenu() {
  const [density, choose] = useDensity();
  return (
    <Menu
      label={w("list.options")}
      className="btn btn-ghost btn-icon btn-dense"
      tip={{ "data-tip": w("list.options") }}
      button={density === "compact" ? <Rows4 aria-hidden="true" /> : <Rows3 aria-hidden="true" />}
      items={(["comfortable", "compact"] as const).map((d) => ({ key: d, label: w(`density.${d}`), checked: d === density, onSelect: () => choose(d) }))}
    />
  );
}

function ViewSwitch({ title, view }: { title: string; view: string }) {
  const [, go] = useLocation();
  const views = useViews();
  const entries = [...views.own, ...views.teams];
  return (
    <>
      <span className="list-title">{title}</span>
      <div className="view-switch">
        <Menu
          label={t("view.switch", { view: title })}
          className="btn btn-ghost btn-dense text-body font-semibold"
          button={
            <>
              {title}
              <ChevronDown aria-hidden="true" />
            </>
          }
          items={entries.map((v) => ({ key: v.view, label: v.name, hint: v.count ? String(v.count) : undefined, checked: v.view === view, onSelect: () => go(`/inbox/${v.view}`) }))}
        />
      </div>
    </>
  );
}

function NoTickets({ source }: { source: Source }) {
  const text = source.q !== "" ? t("list.noMatch", { q: source.q }) : source.linked ? t("list.noneLinked") : source.view === "mine" && source.status === "open" ? t("list.noneMine") : t("list.none");
  return (
    <EmptyState title={text}>
      {source.q !== "" ? (
        <Link href={withParam(source, "q", "")} className="btn">
          {t("list.clearSearch")}
        </Link>
      ) : source.view === "mine" && !source.linked ? (
        <Link href="/inbox/unassigned" className="btn">
          {t("list.seeUnassigned")}
        </Link>
      ) : null}
    </EmptyState>
  );
}

function RowsLoading({ density }: { density: Density }) {
  return (
    <Loading label={t("list.loading")}>
      {Array.from({ length: density === "compact" ? 14 : 9 }, (_, i) => (
        <div key={i} className={`ticket-row row-${density}`} aria-hidden="true">
          <span className="row-mark" />
          <div className="row-line">
            <Skeleton className="h-3 w-28" />
            {density === "compact" && <Skeleton className="h-3 flex-1" />}
          </div>
          {density === "comfortable" && <Skeleton className="row-subject h-3 w-4/5" />}
          {density === "comfortable" && <Skeleton className="h-3 w-3/5" />}
        </div>
      ))}
    </Loading>
  );
}

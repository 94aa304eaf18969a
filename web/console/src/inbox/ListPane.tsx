import { ArrowDownWideNarrow, ArrowUpNarrowWide, ChevronDown, Clock, ListFilter, PanelLeftOpen, Rows3, Rows4 } from "lucide-react";
import { lazy, memo, Suspense, useContext, useEffect, useRef, type CSSProperties, type RefObject } from "react";
import { useLocation } from "wouter";
import type { Behind } from "../api/types";
import { Problem } from "../api/http";
import { usePreferences, type Density } from "../app/preferences";
import { part, soon } from "../app/soon";
import { useDesk } from "../app/desk";
import { t } from "../i18n/t";
import { dateTime } from "../i18n/time";
import type { ShortcutId } from "../keys/registry";
import { KeyboardContext } from "../keys/useKeys";
import { useStore } from "../live/store";
import { orders, type Order } from "../live/list";
import { cx, EmptyState, ErrorState, Loading, Skeleton } from "../ui/basics";
import { Menu } from "../ui/layer";
import { bulksOf } from "./bulk";
import type { ListStore, ListView } from "./listStore";
import { Divider } from "./Divider";
import { SearchField } from "./SearchField";
import { isEmpty, type Selection } from "./selection";
import { rememberOrder, withParam, type Source, type StatusFilter } from "./source";
import { TakeNext } from "./TakeNext";
import { TicketRows } from "./TicketRows";
import { countText, useTotal, useViews } from "./views";
import { w } from "./words";

const LinkedHead = lazy(part(() => import("./LinkedHead")));
const SetupLink = lazy(part(() => import("../app/SetupLink")));
const LoneAnswers = lazy(part(() => import("./LoneAnswers")));
const bulkBar = () => import("./BulkBar");
const BulkBar = lazy(part(bulkBar));
const BulkRuns = lazy(part(() => import("./BulkRuns")));
const Scope = lazy(part(() => import("./Scope")));
const InboxZero = lazy(part(() => import("./InboxZero")));
const NoMatch = lazy(part(() => import("./NoMatch")));

const filters = ["open", "snoozed", "resolved", "all"] as const satisfies readonly StatusFilter[];

interface Props {
  source: Source;
  store: ListStore;
  title: string;
  open: string | undefined;
  onStep(by: number, how: "go" | "move" | "range"): void;
}

export function ListPane({ source, store, title, open, onStep }: Props) {
  const { live } = useDesk();
  const list = useStore(store);
  const bulks = useStore(bulksOf(live));
  const [{ density, list_width }] = usePreferences();
  const pane = useRef<HTMLElement>(null);
  const some = list.rows.length > 0 || list.arrivals.length > 0;
  const total = useTotal(source, list);
  // Pages that hold nothing that belongs lead on: until one does, or they end, nobody knows that there is nothing.
  const seeking = list.phase === "ready" && !some && list.next !== undefined && !list.stuck;
  useEffect(() => {
    if (seeking) void store.loadMore();
  }, [seeking, list.next, store]);
  useEffect(() => {
    // Who has a list will select in it: the first time waits for nothing.
    if (some) void soon(bulkBar)().catch(() => undefined);
  }, [some]);
  return (
    <section ref={pane} className="pane-list" aria-label={t("list.label", { view: title })} style={list_width ? ({ "--list-width": `${list_width}px` } as CSSProperties) : undefined}>
      <Head source={source} store={store} list={list} title={title} total={total} />
      {seeking && list.readTo && <p className="list-far" role="status">{source.order === "newest" ? w("list.far", { time: dateTime(list.readTo) }) : w("list.further")}</p>}
      {(list.phase === "loading" || seeking) && <RowsLoading density={density} />}
      {list.phase === "error" && !isRefused(list.error) && <ErrorState error={list.error} retry={() => void store.load()} />}
      {list.phase === "ready" && !some && !seeking && (list.stuck ? <ErrorState error={null} retry={() => void store.loadMore()} /> : <NoTickets source={source} behind={list.behind} />)}
      {list.phase === "ready" && some && <TicketRows key={source.key} store={store} list={list} density={density} open={open} title={title} total={total} onStep={onStep} />}
      <SelectionTold store={store} />
      {bulks.length > 0 && (
        <Suspense>
          <BulkRuns store={store} />
        </Suspense>
      )}
      <Divider pane={pane} />
    </section>
  );
}

/** A search that the server does not understand is told at the search. */
function isRefused(error: unknown): boolean {
  return error instanceof Problem && error.fields.q !== undefined;
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

interface HeadProps {
  source: Source;
  store: ListStore;
  list: ListView;
  title: string;
  total: number | undefined;
}

/** Head is the title, or what can be done with the selection: both are as high, so that no row moves. */
const Head = memo(function Head({ source, store, list, title, total }: HeadProps) {
  const chosen = useStore(store.chosen);
  const choosing = !isEmpty(chosen);
  const pressed = useRef<ShortcutId>(null);
  const bar = choosing && (
    <>
      <HeldKeys pressed={pressed} />
      <Suspense fallback={<div className="list-top" />}>
        <BulkBar store={store} total={total} pressed={pressed} />
      </Suspense>
    </>
  );
  if (source.linked) {
    return (
      <Suspense fallback={<header className="list-head h-24" />}>
        <LinkedHead source={source} behind={list.behind} />
        {bar && <div className="bulk-over">{bar}</div>}
      </Suspense>
    );
  }
  return (
    <header className="list-head">
      <h1 className="sr-only">{title}</h1>
      {bar || <TitleRow source={source} title={title} />}
      {choosing && reachesAll(chosen, list) ? (
        <Suspense fallback={<p className="scope" />}>
          <Scope store={store} total={total} />
        </Suspense>
      ) : (
        <SearchField source={source} error={list.error} />
      )}
    </header>
  );
});

const held = ["ticket.resolve", "ticket.resolve-next", "ticket.assign", "ticket.take", "ticket.handoff", "ticket.snooze", "ticket.status", "ticket.tag", "ticket.priority"] as const;

/** HeldKeys keep keys from the open ticket while others are selected; the bar does what was pressed before it was there. */
function HeldKeys({ pressed }: { pressed: RefObject<ShortcutId | null> }) {
  const keyboard = useContext(KeyboardContext);
  useEffect(() => {
    const offs = held.map((id) => keyboard.handle(id, () => (pressed.current = id), true));
    return () => {
      pressed.current = null;
      offs.forEach((off) => off());
    };
  }, [keyboard, pressed]);
  return null;
}

function reachesAll(chosen: Selection, list: ListView): boolean {
  return chosen.all || (chosen.ids.size > 1 && chosen.ids.size >= list.rows.length);
}

function TitleRow({ source, title }: { source: Source; title: string }) {
  const [, go] = useLocation();
  const [{ views_collapsed }, change] = usePreferences();
  return (
    <div className="list-top">
      {views_collapsed && (
        <button type="button" className="btn btn-ghost btn-icon btn-dense views-show" aria-label={w("views.show")} data-tip={w("views.show")} onClick={() => change({ views_collapsed: false })}>
          <PanelLeftOpen className="rtl:-scale-x-100" aria-hidden="true" />
        </button>
      )}
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
        items={filters.map((f) => ({ key: f, label: t(`filter.${f}`), checked: f === source.status, onSelect: () => go(withParam(source, "status", f === source.usual ? "" : f)) }))}
      />
      <OrderMenu source={source} />
      <DensityMenu />
    </div>
  );
}

const orderIcon = { newest: ArrowDownWideNarrow, oldest: ArrowUpNarrowWide, waiting: Clock } as const satisfies Record<Order, unknown>;

/** OrderMenu chooses how the tickets follow on each other. The order before it is written into the address too, so that back finds it. */
function OrderMenu({ source }: { source: Source }) {
  const [, go] = useLocation();
  const now = w("list.order", { order: w(`order.${source.order}`) });
  const Icon = orderIcon[source.order];
  const choose = (order: Order) => {
    rememberOrder(source.view, order);
    if (order === source.order) return;
    go(withParam(source, "order", source.order), { replace: true });
    go(withParam(source, "order", order));
  };
  return (
    <Menu
      label={now}
      className={cx("btn btn-ghost btn-icon btn-dense", source.order !== "newest" && "order-other")}
      tip={{ "data-tip": now, "data-order": source.order }}
      button={<Icon aria-hidden="true" />}
      items={orders.map((o) => ({ key: o, label: w(`order.${o}`), checked: o === source.order, onSelect: () => choose(o) }))}
    />
  );
}

function DensityMenu() {
  const [{ density }, change] = usePreferences();
  return (
    <Menu
      label={w("list.options")}
      className="btn btn-ghost btn-icon btn-dense"
      tip={{ "data-tip": w("list.options") }}
      button={density === "compact" ? <Rows4 aria-hidden="true" /> : <Rows3 aria-hidden="true" />}
      items={(["comfortable", "compact"] as const).map((d) => ({ key: d, label: w(`density.${d}`), checked: d === density, onSelect: () => change({ density: d }) }))}
    />
  );
}

function ViewSwitch({ title, view }: { title: string; view: string }) {
  const [, go] = useLocation();
  const views = useViews();
  const entries = [...views.own, ...views.teams, ...views.saved];
  return (
    <>
      <span className="list-title">{title}</span>
      <div className="view-switch">
        <Menu
          label={t("view.switch", { view: title })}
          className="btn btn-ghost btn-dense text-body font-semibold"
          button={
            <>
              <span className="truncate">{title}</span>
              <ChevronDown aria-hidden="true" />
            </>
          }
          items={entries.map((v) => ({ key: v.view, label: v.name, hint: v.count ? countText(v.count, v.more) : undefined, checked: v.view === view, onSelect: () => go(`/inbox/${v.view}`) }))}
        />
      </div>
    </>
  );
}

function NoTickets({ source, behind }: { source: Source; behind: Behind | undefined }) {
  if (source.q === "" && behind?.answers && behind.tickets === 0) {
    return (
      <Suspense>
        <LoneAnswers source={source} behind={behind} />
      </Suspense>
    );
  }
  if (source.view === "mine" && source.status === "open" && source.q === "" && !source.linked) {
    return (
      <Suspense>
        <InboxZero />
      </Suspense>
    );
  }
  if (source.q !== "") {
    return (
      <Suspense>
        <NoMatch source={source} />
      </Suspense>
    );
  }
  const text = behind?.share && behind.counted === 0 ? w("list.noHit", { count: behind.share.all }) : source.linked ? t("list.noneLinked") : source.view === "mentions" ? w("list.noMentions") : t("list.none");
  return (
    <EmptyState title={text}>
      {!source.linked && source.view === "all" && (
        <Suspense>
          <SetupLink />
        </Suspense>
      )}
    </EmptyState>
  );
}

function RowsLoading({ density }: { density: Density }) {
  return (
    <Loading label={t("list.loading")}>
      {Array.from({ length: density === "compact" ? 14 : 9 }, (_, i) => (
        <div key={i} className={`ticket-row row-${density}`} aria-hidden="true">
          <div className="row-line">
            <Skeleton className="h-3 w-28" />
            {density === "compact" && <Skeleton className="h-3 flex-1" />}
          </div>
          {density === "comfortable" && <Skeleton className="my-1 h-3 w-4/5" />}
          {density === "comfortable" && <Skeleton className="h-3 w-3/5" />}
        </div>
      ))}
    </Loading>
  );
}

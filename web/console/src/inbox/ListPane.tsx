import { ChevronDown, ListFilter, Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { t } from "../i18n/t";
import { keyProps, useKey } from "../keys/useKeys";
import { useStore } from "../live/store";
import { EmptyState, ErrorState, Loading, Skeleton } from "../ui/basics";
import { Menu } from "../ui/layer";
import type { ListStore } from "./listStore";
import { LinkedHead } from "./LinkedHead";
import { withParam, type Source, type StatusFilter } from "./source";
import { TakeNext } from "./TakeNext";
import { TicketRows } from "./TicketRows";
import { useViews } from "./ViewsPane";

const filters = ["open", "snoozed", "resolved", "all"] as const satisfies readonly StatusFilter[];

interface Props {
  source: Source;
  store: ListStore;
  title: string;
  open: string | undefined;
}

export function ListPane({ source, store, title, open }: Props) {
  const list = useStore(store);
  return (
    <section className="pane-list" aria-label={t("list.label", { view: title })}>
      {source.linked ? <LinkedHead source={source} behind={list.behind} /> : <ListHead source={source} title={title} />}
      {list.phase === "loading" && <RowsLoading />}
      {list.phase === "error" && <ErrorState error={list.error} retry={() => void store.load()} />}
      {list.phase === "ready" && list.rows.length === 0 && list.arrivals.length === 0 && <NoTickets source={source} />}
      {list.phase === "ready" && (list.rows.length > 0 || list.arrivals.length > 0) && <TicketRows source={source} store={store} list={list} open={open} title={title} />}
    </section>
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
      </div>
      <SearchField source={source} />
    </header>
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

const SEARCH_AFTER = 250;

function SearchField({ source }: { source: Source }) {
  const [, go] = useLocation();
  const ref = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(source.q);
  useKey("list.search", () => ref.current?.select());
  useEffect(() => setText(source.q), [source.q]);
  useEffect(() => {
    const q = text.trim();
    if (q === source.q) return;
    const id = window.setTimeout(() => go(withParam(source, "q", q), { replace: true }), SEARCH_AFTER);
    return () => window.clearTimeout(id);
  }, [text, source, go]);
  return (
    <div className="relative" role="search">
      <Search size={14} aria-hidden="true" className="pointer-events-none absolute inset-y-0 start-2.5 my-auto text-fg-3" />
      <input
        ref={ref}
        type="search"
        className="field search-field"
        aria-label={t("list.search")}
        placeholder={t("list.search")}
        value={text}
        maxLength={200}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key !== "Escape") return;
          setText("");
          e.currentTarget.blur();
        }}
        {...keyProps("list.search", t("list.search"))}
      />
      {text !== "" && (
        <button type="button" className="btn btn-ghost btn-icon btn-dense absolute inset-y-0 end-0.5 my-auto" aria-label={t("list.clearSearch")} onClick={() => setText("")}>
          <X aria-hidden="true" />
        </button>
      )}
    </div>
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

function RowsLoading() {
  return (
    <Loading label={t("list.loading")}>
      {Array.from({ length: 9 }, (_, i) => (
        <div key={i} className="grid h-[72px] content-center gap-2 border-b border-line px-4">
          <Skeleton className="h-3.5 w-32" />
          <Skeleton className="h-3.5 w-56" />
        </div>
      ))}
    </Loading>
  );
}

import { BadgeCheck, Search, Users, X } from "lucide-react";
import { memo, useEffect, useId, useRef, type KeyboardEvent, type RefObject } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { usePreferences, type Density } from "../app/preferences";
import { t } from "../i18n/t";
import { dateTime, since } from "../i18n/time";
import { useMinute } from "../live/clock";
import SetupLink from "../app/SetupLink";
import { Avatar, cx, EmptyState, ErrorState, Loading, Skeleton } from "../ui/basics";
import type { Known, useCustomers } from "./data";
import { c } from "./words";

/** The height of a row, which the style sheet has too. */
const heights: Record<Density, number> = { comfortable: 52, compact: 40 };
const AHEAD = 20;

interface Props {
  list: ReturnType<typeof useCustomers>;
  rows: readonly Known[];
  q: string;
  typed: string;
  open: string | undefined;
  cursor: string | undefined;
  field: RefObject<HTMLInputElement | null>;
  onType(text: string): void;
  onStep(by: number): void;
  onOpen(id: string): void;
}

/** CustomerList is the search and who it finds; wide it has columns, beside a customer two lines a row. */
export function CustomerList(props: Props) {
  const { list, rows, q, typed, field, onType } = props;
  // Beside a customer it is them that the page is about.
  const Title = props.open === undefined ? "h1" : "h2";
  const seeking = rows.length === 0 && list.hasNextPage;
  useEffect(() => {
    // A page may hold nobody whom one may see, and lead on all the same.
    if (seeking && !list.isFetching && !list.isError) void list.fetchNextPage();
  }, [seeking, list.isFetching, list.isError, list]);
  return (
    <section className="customers-list" aria-label={c("list")}>
      <header className="customers-head">
        <Title className="customers-title">{c("title")}</Title>
        <div className="field customers-search">
          <Search size={16} className="flex-none text-fg-3" aria-hidden="true" />
          <input
            ref={field}
            type="search"
            aria-label={c("search")}
            placeholder={c("search")}
            value={typed}
            maxLength={200}
            {...(typed !== "" && { dir: "auto" })}
            onChange={(e) => onType(e.target.value)}
            onKeyDown={(e) => e.key === "Escape" && (typed === "" ? e.currentTarget.blur() : onType(""))}
          />
          {typed !== "" && (
            <button type="button" className="chip-x" aria-label={c("clear")} onClick={() => onType("")}>
              <X size={14} aria-hidden="true" />
            </button>
          )}
        </div>
      </header>
      {(list.isPending || (seeking && !list.isError)) && <RowsLoading />}
      {list.isError && rows.length === 0 && <ErrorState error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && !seeking && <EmptyState icon={<Users aria-hidden="true" />} title={q === "" ? c("none") : c("noMatch", { q })}>{q === "" && <SetupLink />}</EmptyState>}
      {rows.length > 0 && <Rows {...props} />}
    </section>
  );
}

function Rows({ list, rows, q, open, cursor, onStep, onOpen }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const handle = useRef<VirtualizerHandle>(null);
  const [{ density }] = usePreferences();
  const height = heights[density];
  const id = useId();
  const now = useMinute();
  const at = rows.findIndex((r) => r.id === cursor);
  useEffect(() => {
    if (at >= 0) handle.current?.scrollToIndex(at, { align: "nearest" });
    // Only a move of the cursor scrolls; a row that moved by itself does not.
  }, [cursor, height]);
  const more = () => {
    const v = handle.current;
    if (v && list.hasNextPage && !list.isFetchingNextPage && !list.isFetchNextPageError && v.scrollOffset + v.viewportSize > v.scrollSize - AHEAD * height) void list.fetchNextPage();
  };
  useEffect(more, [list.data, list.hasNextPage, list.isFetchingNextPage, height]);
  const onKey = (e: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[e.key];
    if (by === undefined || e.altKey || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    onStep(by);
  };
  return (
    <>
      <Columns />
      <div className="relative min-h-0 flex-1">
        <div ref={scroll} role="listbox" tabIndex={0} aria-label={q === "" ? c("list") : c("listOf", { q })} aria-activedescendant={at >= 0 ? `${id}-${cursor}` : undefined} aria-busy={list.isPlaceholderData || undefined} className="customers-rows scroll" onKeyDown={onKey}>
          <Virtualizer key={density} ref={handle} scrollRef={scroll} data={rows} itemSize={height} keepMounted={at >= 0 ? [at] : []} onScroll={more}>
            {(row: Known, i: number) => <Row key={row.id} id={`${id}-${row.id}`} customer={row} now={now} open={row.id === open} cursor={row.id === cursor} position={i + 1} size={list.hasNextPage ? -1 : rows.length} onOpen={onOpen} />}
          </Virtualizer>
        </div>
      </div>
      {list.isFetchNextPageError && (
        <p className="list-stuck customers-stuck" role="alert">
          {c("stuck")}
          <button type="button" className="btn btn-dense" onClick={() => void list.fetchNextPage()}>
            {t("action.retry")}
          </button>
        </p>
      )}
    </>
  );
}

function Columns() {
  return (
    <div className="customers-cols" aria-hidden="true">
      <span>{c("col.customer")}</span>
      <span>{c("col.email")}</span>
      <span>{c("col.tickets")}</span>
      <span>{c("col.contact")}</span>
    </div>
  );
}

interface RowProps {
  id: string;
  customer: Known;
  now: number;
  open: boolean;
  cursor: boolean;
  position: number;
  size: number;
  onOpen(id: string): void;
}

const Row = memo(function Row({ id, customer, now, open, cursor, position, size, onOpen }: RowProps) {
  const name = customer.name || customer.email || t("customer.visitor");
  return (
    <div
      id={id}
      role="option"
      aria-selected={open}
      aria-posinset={position}
      aria-setsize={size}
      className={cx("customer-row", open && "customer-open", cursor && "customer-cursor")}
      data-customer={customer.id}
      onClick={(e) => (e.metaKey || e.ctrlKey ? window.open(`/customers/${customer.id}`, "_blank", "noopener") : onOpen(customer.id))}
      onAuxClick={(e) => e.button === 1 && window.open(`/customers/${customer.id}`, "_blank", "noopener")}
    >
      <span className="customer-who">
        <Avatar name={name} seed={customer.id} size={28} />
        <span className="truncate font-medium" dir="auto">
          {name}
        </span>
        {customer.verified && (
          <span className="flex-none text-ok" data-verified="">
            <BadgeCheck size={14} aria-hidden="true" />
            <span className="sr-only">{t("customer.verified")}</span>
          </span>
        )}
        {customer.blocked && <span className="chip chip-danger">{t("customer.blocked")}</span>}
      </span>
      <span className="customer-mail">{customer.email ? <bdi>{customer.email}</bdi> : <span className="text-fg-3">{c("row.noEmail")}</span>}</span>
      <Counts customer={customer} />
      <Contact at={customer.last_contact_at} now={now} />
    </div>
  );
});

function Counts({ customer: { open_tickets: open, tickets } }: { customer: Known }) {
  return (
    <span className="customer-counts">
      {tickets !== undefined && <span>{c("row.all", { count: tickets })}</span>}
      {open !== undefined && open > 0 && <span className="chip customer-open-count">{c("row.open", { count: open })}</span>}
    </span>
  );
}

function Contact({ at, now }: { at: string | null | undefined; now: number }) {
  if (!at) return <span className="customer-contact" />;
  return (
    <time className="customer-contact" dateTime={at} data-tip={dateTime(at)}>
      <span className="sr-only">{c("row.contact", { when: "" })}</span>
      <bdi>{since(at, now)}</bdi>
    </time>
  );
}

function RowsLoading() {
  return (
    <Loading label={t("state.loading")}>
      <Columns />
      {Array.from({ length: 10 }, (_, i) => (
        <div key={i} className="customer-row" aria-hidden="true">
          <span className="customer-who">
            <Skeleton className="size-7 rounded-full" />
            <Skeleton className="h-3 w-32" />
          </span>
          <Skeleton className="h-3 w-40" />
        </div>
      ))}
    </Loading>
  );
}

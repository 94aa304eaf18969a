import { ArrowUp } from "lucide-react";
import { useCallback, useEffect, useId, useRef, type KeyboardEvent } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useLocation } from "wouter";
import type { Density } from "../app/preferences";
import { t } from "../i18n/t";
import { dateTime } from "../i18n/time";
import { useMinute } from "../live/clock";
import { awaited, waiting, type Ticket } from "../live/list";
import { useStore } from "../live/store";
import { cx } from "../ui/basics";
import { rowHeight } from "./density";
import type { ListStore, ListView } from "./listStore";
import { usePlace } from "./place";
import { Row, type Touch } from "./Row";
import { extend, has, isEmpty, toggle } from "./selection";
import { pathTo } from "./source";
import { useLooking } from "./useLooking";
import { useSettled } from "./useSettled";
import { w } from "./words";

export { ChannelIcon, PriorityMark, Waiting } from "./marks";

/** How many rows before the end the next page is asked for: while one scrolls, and while one does not. */
const AHEAD = 40;
const NEAR = 4;

interface Props {
  store: ListStore;
  list: ListView;
  density: Density;
  open: string | undefined;
  title: string;
  /** How many tickets the list has in all, where somebody counted them. */
  total: number | undefined;
  onStep(by: number, how: "go" | "move" | "range"): void;
}

/** TicketRows is the list itself: a listbox whose rows never move under the pointer. */
export function TicketRows({ store, list, density, open, title, total, onStep }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useRef<VirtualizerHandle>(null);
  const id = useId();
  const now = useMinute();
  const height = rowHeight[density];
  const chosen = useStore(store.chosen);
  const cursor = chosen.cursor ?? open ?? null;
  useSettled(store, scroll, list, height);
  const looks = useLooking(list.rows, scroll, height);
  const seen = usePlace({ store, list, height, open, scroll });
  const at = list.rows.findIndex((r) => r.id === cursor);
  const openAt = list.rows.findIndex((r) => r.id === open);
  useEffect(() => {
    if (cursor === null || cursor === seen.current) return;
    seen.current = null;
    if (at >= 0) rows.current?.scrollToIndex(at, { align: "nearest" });
    // Only a move of the cursor scrolls; a row that moved by itself does not.
  }, [cursor, height]);
  const size = list.next === undefined ? list.rows.length : total === undefined ? -1 : Math.max(total, list.rows.length + 1);
  const news = waiting(list);
  const unawaited = list.order === "waiting" ? list.rows.findIndex((r) => !awaited(r)) : -1;
  const onTouch = useTouch(store, open);
  const more = (ahead: number) => {
    const el = scroll.current;
    if (el && el.scrollTop + el.clientHeight > (list.rows.length - ahead) * height) void store.loadMore();
  };
  // A page may hold nothing that belongs here, and lead on all the same: where it leads to counts, not how long the list
  // is. A list that does not fill the window cannot be scrolled, and reads on by itself.
  useEffect(() => more(NEAR), [list.next, list.rows.length, list.phase, height]);

  return (
    <div className="relative min-h-0 flex-1">
      {news > 0 && (
        <button
          type="button"
          className="new-pill"
          onClick={() => {
            const first = list.arrivals[0]?.id;
            store.showArrivals();
            const there = store.get().rows.findIndex((r) => r.id === first);
            rows.current?.scrollToIndex(Math.max(0, list.order === "newest" ? 0 : there), { align: "nearest" });
          }}
        >
          {list.order === "newest" && <ArrowUp aria-hidden="true" />}
          {t("list.new", { count: news })}
        </button>
      )}
      <div
        ref={scroll}
        role="listbox"
        tabIndex={0}
        aria-label={t("list.label", { view: title })}
        aria-multiselectable="true"
        aria-activedescendant={at >= 0 ? `${id}-${cursor}` : undefined}
        className={cx("ticket-rows scroll", !isEmpty(chosen) && "rows-choosing")}
        onKeyDown={(e) => {
          if (listKey(e, onStep, () => cursor !== null && store.chosen.patch(toggle(chosen, cursor)))) e.preventDefault();
        }}
      >
        <Virtualizer key={density} ref={rows} scrollRef={scroll} data={list.rows} itemSize={height} keepMounted={[at, openAt].filter((i) => i >= 0)} onScroll={() => more(AHEAD)}>
          {(ticket: Ticket, i: number) => (
            <Row
              key={ticket.id}
              id={`${id}-${ticket.id}`}
              ticket={ticket}
              now={now}
              density={density}
              open={ticket.id === open}
              checked={has(chosen, ticket.id)}
              cursor={ticket.id === cursor}
              left={ticket.id !== open && list.left.has(ticket.id)}
              position={i + 1}
              size={size}
              unawaited={i === unawaited}
              looked={looks.get(ticket.id)}
              onTouch={onTouch}
            />
          )}
        </Virtualizer>
      </div>
      {!list.stuck && ((list.readTo && list.more) || list.partial) && (
        <p className="list-far list-far-below" role="status">
          {!list.readTo ? w("list.newest") : list.order === "newest" ? w("list.far", { time: dateTime(list.readTo) }) : w("list.further")}
        </p>
      )}
      {list.stuck && (
        <p className="list-stuck" role="alert">
          {w("list.stuck")}
          <button type="button" className="btn btn-dense" onClick={() => void store.loadMore()}>
            {t("action.retry")}
          </button>
        </p>
      )}
    </div>
  );
}

/** listKey is what the keys of a listbox do; it answers whether the key was one of them. */
function listKey(e: KeyboardEvent, onStep: Props["onStep"], onToggle: () => void): boolean {
  const page = Math.max(1, Math.floor(e.currentTarget.clientHeight / rowHeight.comfortable) - 1);
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  const by = steps[e.key];
  if (e.key === " " && !e.shiftKey) onToggle();
  else if (by === undefined || e.altKey) return false;
  else onStep(by, e.shiftKey ? "range" : e.ctrlKey || e.metaKey || Math.abs(by) > 1 ? "move" : "go");
  return true;
}

function useTouch(store: ListStore, open: string | undefined) {
  const [, go] = useLocation();
  const now = useRef(open);
  now.current = open;
  return useCallback(
    (ticket: Ticket, how: Touch) => {
      const chosen = store.chosen.get();
      const href = pathTo(store.source, ticket.id);
      if (how === "open") go(href);
      else if (how === "window") window.open(href, "_blank", "noopener");
      else if (how === "mark") store.chosen.patch({ ...toggle(chosen, ticket.id), cursor: ticket.id });
      else {
        const anchor = chosen.anchor ?? chosen.cursor ?? now.current ?? ticket.id;
        const range = extend({ ...chosen, anchor }, store.get().rows.map((r) => r.id), ticket.id);
        store.chosen.patch({ ...range, cursor: ticket.id });
      }
    },
    [store, go],
  );
}

import { useEffect, useRef, type RefObject } from "react";
import type { ListStore, ListView } from "./listStore";

/** Place is where one was in a list; it lies in the history, so that back and reload find it again. */
interface Place {
  list: string;
  /** The row at the top of the window, and how far it had gone under the edge. */
  top: string;
  by: number;
  cursor: string | null;
}

const DEEPEST = 1000;
const AFTER = 120;

function recalled(key: string): Place | null {
  const state = history.state as { place?: Place } | null;
  return state?.place?.list === key ? state.place : null;
}

function note(place: Place) {
  const state = history.state as object | null;
  history.replaceState({ ...state, place }, "");
}

/** How long a list may take to be laid out as far down as one was, in ms. */
const PATIENCE = 10_000;
const ACTS = ["wheel", "pointerdown", "touchstart", "keydown"] as const;

/** scrollOnce goes to a place as soon as the list is laid out that far; who acts meanwhile is left where they are. */
function scrollOnce(scroll: RefObject<HTMLDivElement | null>, top: number) {
  const end = performance.now() + PATIENCE;
  const acted = new AbortController();
  for (const act of ACTS) window.addEventListener(act, () => acted.abort(), { capture: true, passive: true, signal: acted.signal });
  const step = () => {
    const el = scroll.current;
    if (!el || acted.signal.aborted || performance.now() > end) return acted.abort();
    el.scrollTop = top;
    if (Math.abs(el.scrollTop - top) > 1) requestAnimationFrame(step);
    else acted.abort();
  };
  step();
}

interface At {
  store: ListStore;
  list: ListView;
  height: number;
  open: string | undefined;
  scroll: RefObject<HTMLDivElement | null>;
}

/**
 * usePlace brings the list back to where one was when one comes back to it, and remembers where one is. It answers the
 * row that the cursor was on then: the list does not scroll to it, it was seen where it is.
 */
export function usePlace({ store, list, height, open, scroll }: At) {
  const key = store.source.key;
  const found = useRef<Place | null | undefined>(undefined);
  if (found.current === undefined) found.current = recalled(key);
  const seen = useRef(found.current?.cursor ?? null);
  const ready = list.phase === "ready";
  useEffect(() => {
    const place = found.current;
    if (!ready || !place) return;
    found.current = null;
    if (place.cursor !== null && store.chosen.get().cursor === null) store.chosen.patch({ cursor: place.cursor });
    if (place.by === 0 && place.top === store.get().rows[0]?.id) return;
    void store.loadUntil(place.top, DEEPEST).then(() => {
      const i = store.get().rows.findIndex((r) => r.id === place.top);
      if (i >= 0) scrollOnce(scroll, i * height + place.by);
    });
  }, [ready, store, scroll, height]);
  useEffect(() => {
    const el = scroll.current;
    if (!el || !ready) return;
    let timer = 0;
    const keep = () => {
      const i = Math.floor(el.scrollTop / height);
      const row = store.get().rows[i];
      if (row && found.current === null) note({ list: key, top: row.id, by: Math.round(el.scrollTop - i * height), cursor: store.chosen.get().cursor });
    };
    const later = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(keep, AFTER);
    };
    // Another ticket is another entry of the history: it says where the list is, too.
    later();
    el.addEventListener("scroll", later, { passive: true });
    return () => {
      window.clearTimeout(timer);
      el.removeEventListener("scroll", later);
    };
  }, [store, scroll, key, height, ready, open]);
  return seen;
}

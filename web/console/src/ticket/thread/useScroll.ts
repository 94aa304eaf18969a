import { useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore, type MouseEvent } from "react";
import type { VirtualizerHandle } from "virtua";
import type { Event } from "../../api/types";
import type { LiveThread, ThreadView } from "../../live/thread";
import { dayAt, type Shown } from "./folding";

const NEAR_BOTTOM = 48;
const NEAR_TOP = 600;
/** What the strip with the day hides of the top. */
const DAY_STRIP = 32;
/** Who wants to go far back reads in long strides. */
const STRIDE = 200;

interface Options {
  items: Shown[];
  store: LiveThread;
  view: ThreadView;
  /** How many messages are on their way: one's own message is always shown. */
  outgoing: number;
}

/**
 * useScroll keeps a long thread where its reader is: at the end while they are there, at the same message while older
 * ones come in above, and where they were when something comes in below.
 */
export function useScroll({ items, store, view, outgoing }: Options) {
  const handle = useRef<VirtualizerHandle>(null);
  const stick = useRef(true);
  const [atEnd, setAtEnd] = useState(true);
  const [leftAt, setLeftAt] = useState(0);
  const [day, setDay] = useState<string>();
  const [seeking, setSeeking] = useState(false);
  const shift = usePrepended(view.thread.events);
  const latest = useRef({ items, view });
  latest.current = { items, view };

  const toEnd = useCallback(() => {
    stick.current = true;
    handle.current?.scrollToIndex(latest.current.items.length - 1, { align: "end" });
  }, []);
  /** look judges where the reader is. */
  const look = useCallback(() => {
    const v = handle.current;
    if (!v) return stick.current;
    const offset = v.scrollOffset;
    const end = v.scrollSize - offset - v.viewportSize < NEAR_BOTTOM;
    setAtEnd((was) => {
      if (was && !end) setLeftAt(latest.current.view.thread.newest);
      return end;
    });
    setDay(dayAbove(v, latest.current.items));
    return end;
  }, []);
  const onScroll = useCallback(
    (offset: number) => {
      stick.current = look();
      if (offset < NEAR_TOP) void store.loadOlder();
    },
    [look, store],
  );
  /** A window of small changes may fill no screen: then nobody can scroll, and older ones come by themselves. */
  const fill = useCallback(() => {
    const v = handle.current;
    if (v && v.viewportSize > 0 && v.scrollSize <= v.viewportSize) void store.loadOlder();
  }, [store]);
  const onResize = useCallback(() => {
    if (stick.current) toEnd();
    look();
    fill();
  }, [look, toEnd, fill]);
  /** What one opens grows downwards: the reader stays at its beginning. */
  const onClickCapture = useCallback((e: MouseEvent) => {
    if ((e.target as Element).closest("[aria-expanded], summary")) stick.current = false;
  }, []);

  useLayoutEffect(() => {
    if (stick.current) toEnd();
  }, [items, toEnd]);
  useLayoutEffect(() => {
    if (outgoing > 0) toEnd();
  }, [outgoing, toEnd]);
  useEffect(fill, [items, fill]);
  useEffect(() => {
    if (!seeking) return;
    const at = items.findIndex((i) => i.type === "new");
    if (at >= 0) handle.current?.scrollToIndex(at, { align: "start", offset: -DAY_STRIP });
    if (at >= 0 || view.older === "none") setSeeking(false);
    else void store.loadOlder(STRIDE);
  }, [seeking, items, view.older, store]);
  const toNew = useCallback(() => {
    stick.current = false;
    setSeeking(true);
  }, []);
  return { handle, shift, atEnd, leftAt, day, toEnd, toNew, seeking, onScroll, onResize, onClickCapture };
}

/** dayAbove is the day that one reads in while its separator is out of sight. */
function dayAbove(v: VirtualizerHandle, items: Shown[]): string | undefined {
  if (v.scrollOffset <= 0) return undefined;
  const index = v.findItemIndex(v.scrollOffset);
  return items[index]?.type === "day" ? undefined : dayAt(items, index);
}

/** usePrepended is true in the one render in which older events came in front. */
function usePrepended(events: Event[]): boolean {
  const first = events[0]?.seq ?? 0;
  const before = useRef(first);
  const prepended = first < before.current;
  useEffect(() => {
    before.current = first;
  }, [first]);
  return prepended;
}

/** useVisible is false while the tab is in the background: what nobody sees is not read. */
export function useVisible(): boolean {
  return useSyncExternalStore(
    (changed) => {
      document.addEventListener("visibilitychange", changed);
      return () => document.removeEventListener("visibilitychange", changed);
    },
    () => document.visibilityState === "visible",
  );
}

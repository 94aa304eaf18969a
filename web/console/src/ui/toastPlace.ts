import { useEffect, type RefObject } from "react";

const GAP = 8;
const MARGIN = 16;
const PHONE = 760;

export type Home = "corner" | "strip" | "thread";

export interface Scene {
  /** The window. */
  width: number;
  height: number;
  rtl: boolean;
  /** The conversation, while a ticket is on screen. */
  thread: DOMRect | null;
  /** What stands beside the conversation. */
  side: DOMRect | null;
  /** The screen without the rail. */
  body: DOMRect | null;
  /** Cards that ask for an answer: they go first. */
  offers: DOMRect | null;
}

export interface Spot {
  home: Home;
  inset: { top?: number; bottom?: number; start: number };
  width: number;
}

/**
 * spotOf is where toasts cover no control: the corner at the end of a wide screen (beside a ticket its side pane, which
 * scrolls), above the first lines of a conversation whose end, buttons and field are all needed, and on phones a strip
 * of their own that makes the screen above it shorter.
 */
export function spotOf(s: Scene): Spot {
  const start = (left: number, width: number) => (s.rtl ? s.width - left - width : left);
  if (s.thread && !s.side) {
    const width = Math.min(400, s.thread.width - 2 * GAP);
    const under = s.offers && s.offers.bottom > s.thread.top && s.offers.left < s.thread.right ? s.offers.bottom : s.thread.top;
    return { home: "thread", inset: { top: under + GAP, start: start(s.thread.left + (s.thread.width - width) / 2, width) }, width };
  }
  if (s.width < PHONE) {
    const bottom = s.body ? s.height - s.body.bottom : 0;
    return { home: "strip", inset: { bottom: bottom + GAP, start: 12 }, width: s.width - 24 };
  }
  const width = s.side ? Math.min(400, s.side.width - 2 * MARGIN) : 400;
  return { home: "corner", inset: { bottom: MARGIN, start: s.width - width - MARGIN }, width };
}

const shown = (selector: string) => {
  const el = document.querySelector(selector);
  const r = el?.getBoundingClientRect();
  return r && r.width > 0 && r.height > 0 ? r : null;
};

function scene(inDialog: boolean): Scene {
  const root = document.documentElement;
  const rtl = getComputedStyle(root).direction === "rtl";
  const window = { width: root.clientWidth, height: innerHeight, rtl };
  if (inDialog) return { ...window, thread: null, side: null, body: null, offers: null };
  return { ...window, thread: shown(".thread"), side: shown("aside.side"), body: shown(".shell-body"), offers: shown(".offers") };
}

const rooms: Record<Home, string> = { corner: "--toast-corner", strip: "--toast-strip", thread: "--toast-thread" };

/** usePlace puts the region where it belongs while it holds something, and tells the screen how much room it takes. */
export function usePlace(region: RefObject<HTMLElement | null>, dialog: HTMLElement | undefined) {
  useEffect(() => {
    const el = region.current;
    if (!el || !("ResizeObserver" in window)) return;
    const root = document.documentElement.style;
    let frame = 0;
    const put = () => {
      frame = 0;
      const high = el.offsetHeight;
      const { home, inset, width } = spotOf(scene(dialog !== undefined));
      for (const room of Object.values(rooms)) root.removeProperty(room);
      if (high === 0) return;
      root.setProperty(rooms[home], `${high + GAP}px`);
      el.dataset["home"] = home;
      Object.assign(el.style, { insetBlockStart: inset.top === undefined ? "auto" : `${inset.top}px`, insetBlockEnd: inset.bottom === undefined ? "auto" : `${inset.bottom}px`, insetInlineStart: `${inset.start}px`, inlineSize: `${width}px` });
    };
    const soon = () => (frame ||= requestAnimationFrame(put));
    // The screen may be another one while a toast still stands.
    const moved = new MutationObserver(() => el.offsetHeight > 0 && soon());
    const sized = new ResizeObserver(put);
    sized.observe(el);
    moved.observe(document.body, { childList: true, subtree: true });
    window.addEventListener("resize", soon);
    return () => {
      cancelAnimationFrame(frame);
      sized.disconnect();
      moved.disconnect();
      window.removeEventListener("resize", soon);
    };
  }, [region, dialog]);
}

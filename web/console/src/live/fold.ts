import type { Event } from "../api/types";

/**
 * The part of a ticket's log that is on screen: a window without holes, from its oldest to its newest event.
 * Events that arrived ahead of their predecessor wait in `held` until the gap has been read.
 */
export interface Thread {
  events: Event[];
  newest: number;
  held: Event[];
}

export const emptyThread: Thread = { events: [], newest: 0, held: [] };

/** hasGap says whether something newer is known than what can be shown in order. */
export function hasGap(t: Thread): boolean {
  return t.held.length > 0;
}

/** fold adds one live event: appended in order, dropped when known, held when its predecessor is missing. */
export function fold(t: Thread, e: Event): Thread {
  if (e.seq <= t.newest) return t;
  if (e.prev > t.newest) return hold(t, e);
  return release({ ...t, events: [...t.events, e], newest: e.seq });
}

/** foldPage adds what was read from the log after `newest`: it has no gaps by itself. */
export function foldPage(t: Thread, page: Event[]): Thread {
  const fresh = page.filter((e) => e.seq > t.newest);
  const last = fresh[fresh.length - 1];
  if (last === undefined) return release(t);
  return release({ ...t, events: [...t.events, ...fresh], newest: last.seq });
}

/** foldOlder puts an older page in front of the window. */
export function foldOlder(t: Thread, page: Event[]): Thread {
  const oldest = t.events[0]?.seq ?? Infinity;
  const fresh = page.filter((e) => e.seq < oldest);
  if (fresh.length === 0) return t;
  const newest = Math.max(t.newest, fresh[fresh.length - 1]?.seq ?? 0);
  return { ...t, events: [...fresh, ...t.events], newest };
}

function hold(t: Thread, e: Event): Thread {
  if (t.held.some((h) => h.seq === e.seq)) return t;
  return { ...t, held: [...t.held, e].sort((a, b) => a.seq - b.seq) };
}

function release(t: Thread): Thread {
  let next = t;
  for (const h of t.held) {
    if (h.seq <= next.newest) continue;
    if (h.prev > next.newest) break;
    next = { ...next, events: [...next.events, h], newest: h.seq };
  }
  const held = t.held.filter((h) => h.seq > next.newest);
  return held.length === next.held.length ? next : { ...next, held };
}

/** lastPublic is the newest event that the customer sees too: what the send guard compares. */
export function lastPublic(t: Thread): number {
  for (let i = t.events.length - 1; i >= 0; i--) {
    const e = t.events[i];
    if (e !== undefined && isPublic(e.kind)) return e.seq;
  }
  return 0;
}

const publicKinds = new Set([
  "ticket.opened",
  "ticket.assigned",
  "ticket.handed_off",
  "ticket.status_changed",
  "conversation.ended",
  "survey.asked",
  "wait.promised",
]);

function isPublic(kind: string): boolean {
  return kind.startsWith("message.") || publicKinds.has(kind);
}

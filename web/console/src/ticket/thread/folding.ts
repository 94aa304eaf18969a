import type { Event } from "../../api/types";
import type { Item } from "../items";

export type LineItem = Extract<Item, { type: "line" }>;

/** What the thread shows: its items, with small changes folded and a mark above what is new. */
export type Shown = Item | { type: "changes"; key: string; lines: LineItem[] } | { type: "new"; key: "new"; count: number };

/** Changes that one wants to see while one reads what was said; the others are small. */
const weighty = new Set(["ticket.handed_off", "ticket.status_changed", "conversation.ended", "customer.left", "customer.returned", "survey.answered", "ticket.spam_marked", "ticket.offered"]);

const FOLD_FROM = 3;

const small = (i: Item | undefined): i is LineItem => i?.type === "line" && (i.undone !== undefined || (!weighty.has(i.event.kind) && i.offer === undefined));

/** foldChanges puts three and more small changes in a row behind one line; what is said is never folded. */
export function foldChanges(items: readonly Item[]): Shown[] {
  const out: Shown[] = [];
  for (let i = 0; i < items.length; ) {
    let end = i;
    while (small(items[end])) end++;
    const run = items.slice(i, end).filter(small);
    const item = items[i];
    if (run.length >= FOLD_FROM && run[0]) out.push({ type: "changes", key: `c${run[0].event.seq}`, lines: run });
    else if (run.length > 0) out.push(...run);
    else if (item) out.push(item);
    i = Math.max(end, i + 1);
  }
  return out;
}

/**
 * firstUnread is the seq of the oldest of the `unread` newest messages of the customer, up to `until`: where one has
 * to go on reading. Undefined when nothing is unread; 0 when it is older than what has been loaded.
 */
export function firstUnread(events: readonly Event[], unread: number, until: number): number | undefined {
  if (unread <= 0) return undefined;
  let left = unread;
  for (let i = events.length - 1; i >= 0; i--) {
    const e = events[i];
    if (e && e.seq <= until && e.kind === "message.posted" && e.by.kind === "customer" && --left === 0) return e.seq;
  }
  return 0;
}

/** markNew puts a mark above the first message that is new. */
export function markNew(items: Shown[], seq: number | undefined, count: number): Shown[] {
  if (!seq) return items;
  const at = items.findIndex((i) => i.type === "message" && i.event.seq === seq);
  return at < 0 ? items : [...items.slice(0, at), { type: "new", key: "new", count }, ...items.slice(at)];
}

/** saidSince counts what others said after a seq: what somebody who scrolled up has not seen. */
export function saidSince(events: readonly Event[], seq: number, me: string): number {
  let n = 0;
  for (let i = events.length - 1; i >= 0; i--) {
    const e = events[i];
    if (!e || e.seq <= seq) break;
    const said = e.kind === "message.posted" || e.kind === "note.posted";
    if (said && !(e.by.kind === "agent" && e.by.id === me)) n++;
  }
  return n;
}

/** dayAt is the day of what stands at an index: that of the last separator above it. */
export function dayAt(items: readonly Shown[], index: number): string | undefined {
  for (let i = Math.min(index, items.length - 1); i >= 0; i--) {
    const item = items[i];
    if (item?.type === "day") return item.at;
  }
  return undefined;
}

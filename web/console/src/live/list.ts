import type { Ticket as Summary } from "../api/types";

/** Ticket is a row: lists also say where the reader has a draft. */
export type Ticket = Summary & { draft?: boolean };

/** What is on screen of one view, and what waits above it. */
export interface TicketList {
  rows: Ticket[];
  /** Tickets that belong on top but would move rows under the pointer. */
  arrivals: Ticket[];
  /** Rows that do not belong any more and keep their place until nobody points at the list. */
  left: ReadonlySet<string>;
  /** Rows with a newer message that keep their place: they go up when nobody points at the list, or with the arrivals. */
  stirred: ReadonlySet<string>;
  next?: string | undefined;
  /** "newest" unless set. */
  order?: Order | undefined;
}

export const orders = ["newest", "oldest", "waiting"] as const;
export type Order = (typeof orders)[number];

export interface Placement {
  /** The ticket belongs in this view. */
  matches: boolean;
  /** Nobody is reading or pointing at the list: rows may move. */
  settled: boolean;
  /** The reader did it: the row goes, or comes back, at once. */
  own?: boolean;
  /** The ticket on screen keeps its row until another one is opened. */
  open?: string | undefined;
}

/** saidAt is the time that a row shows, and that lists are in the order of: the newest message, or the opening. */
export function saidAt(t: Ticket): string {
  return t.said_at ?? t.created_at;
}

/** newestFirst is the usual order of a view. */
export function newestFirst(a: Ticket, b: Ticket): number {
  const [said, other] = [saidAt(a), saidAt(b)];
  if (said !== other) return said < other ? 1 : -1;
  return b.id.length - a.id.length || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

/** awaited tells whether a row says that its customer waits. */
export function awaited(t: Ticket): boolean {
  return Boolean(t.waiting_since) && t.status !== "resolved" && t.status !== "closed";
}

/** waitingLongest has those first on whom nobody has answered yet; the others come after them, newest first. */
function waitingLongest(a: Ticket, b: Ticket): number {
  if (!awaited(a) || !awaited(b)) return Number(awaited(b)) - Number(awaited(a)) || newestFirst(a, b);
  const [since, other] = [a.waiting_since ?? "", b.waiting_since ?? ""];
  return since === other ? -newestFirst({ ...a, said_at: since }, { ...b, said_at: since }) : since < other ? -1 : 1;
}

const compare: Record<Order, (a: Ticket, b: Ticket) => number> = { newest: newestFirst, oldest: (a, b) => newestFirst(b, a), waiting: waitingLongest };

function inOrder(list: TicketList) {
  return compare[list.order ?? "newest"];
}

/** applyChanged folds one `changed` frame into the list; the latest version of a ticket wins. */
export function applyChanged(list: TicketList, t: Ticket, at: Placement): TicketList {
  const i = list.rows.findIndex((r) => r.id === t.id);
  const known = list.rows[i];
  const before = known ?? list.arrivals.find((r) => r.id === t.id);
  if (before !== undefined && t.last_seq < before.last_seq) return list;
  const fresh = before?.draft !== undefined && t.draft === undefined ? { ...t, draft: before.draft } : t;
  if (!at.matches) return leave(list, fresh, at, i);
  const left = without(list.left, t.id);
  const arrivals = list.arrivals.filter((r) => r.id !== t.id);
  const order = inOrder(list);
  if (known !== undefined) {
    if (order(known, fresh) === 0) return { ...list, left, rows: list.rows.with(i, fresh) };
    if (at.settled) return { ...list, left, stirred: without(list.stirred, t.id), rows: insert({ ...list, rows: list.rows.toSpliced(i, 1) }, fresh) };
    const [above, below] = [list.rows[i - 1], list.rows[i + 1]];
    const misplaced = (above !== undefined && order(fresh, above) < 0) || (below !== undefined && order(below, fresh) < 0);
    return { ...list, left, rows: list.rows.with(i, fresh), stirred: misplaced ? new Set(list.stirred).add(t.id) : list.stirred };
  }
  if (!at.own && beyond(list, fresh)) return { ...list, left, arrivals };
  const last = list.rows.at(-1);
  const moves = list.order === undefined || list.order === "newest" || last === undefined || order(fresh, last) < 0;
  if (at.own || !moves || (at.settled && list.arrivals.length === 0)) return { ...list, left, arrivals, rows: insert(list, fresh) };
  return { ...list, left, arrivals: insert({ ...list, rows: arrivals, stirred: new Set() }, fresh) };
}

/** beyond tells whether a ticket comes with a page that was not read yet. */
function beyond(list: TicketList, t: Ticket): boolean {
  const last = list.rows.findLast((r) => !list.stirred.has(r.id));
  return list.next !== undefined && last !== undefined && inOrder(list)(last, t) < 0;
}

/** insert puts a ticket where the order wants it; those that keep a place that is not theirs do not count. */
function insert(list: TicketList, t: Ticket): Ticket[] {
  const i = list.rows.findIndex((r) => !list.stirred.has(r.id) && inOrder(list)(r, t) > 0);
  return list.rows.toSpliced(i < 0 ? list.rows.length : i, 0, t);
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  if (!ids.has(id)) return ids;
  const rest = new Set(ids);
  rest.delete(id);
  return rest;
}

/** leave lets a row go: at once when the reader did it, else it fades where it stands. */
function leave(list: TicketList, t: Ticket, at: Placement, i: number): TicketList {
  const arrivals = list.arrivals.some((r) => r.id === t.id) ? list.arrivals.filter((r) => r.id !== t.id) : list.arrivals;
  if (i < 0) return arrivals === list.arrivals ? list : { ...list, arrivals };
  const stirred = without(list.stirred, t.id);
  if (at.own && t.id !== at.open) return { ...list, arrivals, stirred, left: without(list.left, t.id), rows: list.rows.toSpliced(i, 1) };
  return { ...list, arrivals, stirred, rows: list.rows.with(i, t), left: new Set(list.left).add(t.id) };
}

/** waiting is how many tickets have news that the order does not show yet; what was answered here is none. */
export function waiting(list: TicketList): number {
  const { arrivals, stirred, rows } = list;
  return arrivals.length + (stirred.size > 0 ? rows.filter((r) => stirred.has(r.id) && r.unread > 0).length : 0);
}

/** showArrivals lets the waiting tickets in or up, and those go that only kept their place. */
export function showArrivals(list: TicketList, open?: string): TicketList {
  if (list.arrivals.length + list.stirred.size === 0) return list;
  const ids = new Set(list.arrivals.map((t) => t.id));
  const rows = [...list.arrivals, ...list.rows.filter((t) => !ids.has(t.id))].sort(inOrder(list));
  return sweep({ ...list, rows, arrivals: [], stirred: new Set() }, open);
}

/** appendPage adds the next page; a ticket that moved up in between is not shown twice. */
export function appendPage(list: TicketList, page: Ticket[], next: string | undefined): TicketList {
  const ids = new Set(list.rows.map((t) => t.id));
  return { ...list, rows: [...list.rows, ...page.filter((t) => !ids.has(t.id))], next };
}

/** refreshed puts newer pages in the place of what they cover; what a long list has behind them stays as it was known. */
export function refreshed(list: TicketList, fresh: Ticket[], next: string | undefined, whole: boolean): TicketList {
  const last = fresh.at(-1);
  if (whole || next === undefined || last === undefined) return { rows: fresh, arrivals: [], left: new Set(), stirred: new Set(), next, order: list.order };
  const ids = new Set(fresh.map((t) => t.id));
  const behind = list.rows.filter((t) => !ids.has(t.id) && inOrder(list)(last, t) < 0);
  return { order: list.order, rows: [...fresh, ...behind], arrivals: [], stirred: new Set(), left: new Set([...list.left].filter((id) => !ids.has(id))), next: behind.length > 0 ? list.next : next };
}

/** sweep drops the rows that only kept their place, but the open one. */
export function sweep(list: TicketList, open: string | undefined): TicketList {
  const kept = open !== undefined && list.left.has(open) ? 1 : 0;
  if (list.left.size === kept) return list;
  return { ...list, rows: list.rows.filter((t) => t.id === open || !list.left.has(t.id)), left: new Set(kept ? [open!] : []) };
}

/** The filter of a built-in view, as far as the console can judge a ticket by itself. */
export function belongs(t: Ticket, view: string, statuses: readonly string[], me: string): boolean {
  if (statuses.length > 0 && !statuses.includes(t.status)) return false;
  if (view === "mine") return t.assignee === me;
  if (view === "unassigned") return t.assignee === null || t.assignee === undefined;
  if (view.startsWith("team:")) return t.team === view.slice(5);
  return true;
}

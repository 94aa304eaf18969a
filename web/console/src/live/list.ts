import type { Ticket } from "../api/types";

/** What is on screen of one view, and what waits above it. */
export interface TicketList {
  rows: Ticket[];
  /** Tickets that belong on top but would move rows under the pointer. */
  arrivals: Ticket[];
  next?: string | undefined;
}

export interface Placement {
  /** The ticket belongs in this view. */
  matches: boolean;
  /** Nobody is reading or pointing at the list: rows may move. */
  settled: boolean;
  /** The ticket on screen keeps its row until another one is opened. */
  open?: string | undefined;
}

/** newestFirst is the order of every view. */
export function newestFirst(a: Ticket, b: Ticket): number {
  if (a.updated_at !== b.updated_at) return a.updated_at < b.updated_at ? 1 : -1;
  return a.id.length - b.id.length || (a.id < b.id ? 1 : -1);
}

/** applyChanged folds one `changed` frame into the list; the latest version of a ticket wins. */
export function applyChanged(list: TicketList, t: Ticket, at: Placement): TicketList {
  const known = list.rows.find((r) => r.id === t.id);
  const waiting = list.arrivals.find((r) => r.id === t.id);
  if (isOlder(t, known ?? waiting)) return list;
  if (!at.matches) return leave(list, t, at, known !== undefined);
  if (known !== undefined) {
    const rows = list.rows.map((r) => (r.id === t.id ? t : r));
    const moved = known.updated_at !== t.updated_at;
    return { ...list, rows: at.settled && moved ? rows.sort(newestFirst) : rows };
  }
  if (at.settled) {
    const rows = [t, ...list.rows].sort(newestFirst);
    return { ...list, rows, arrivals: list.arrivals.filter((r) => r.id !== t.id) };
  }
  return { ...list, arrivals: [t, ...list.arrivals.filter((r) => r.id !== t.id)].sort(newestFirst) };
}

/** showArrivals lets the waiting tickets in. */
export function showArrivals(list: TicketList): TicketList {
  if (list.arrivals.length === 0) return list;
  const ids = new Set(list.arrivals.map((t) => t.id));
  const rows = [...list.arrivals, ...list.rows.filter((t) => !ids.has(t.id))].sort(newestFirst);
  return { ...list, rows, arrivals: [] };
}

/** appendPage adds the next page; a ticket that moved up in between is not shown twice. */
export function appendPage(list: TicketList, page: Ticket[], next: string | undefined): TicketList {
  const ids = new Set(list.rows.map((t) => t.id));
  return { ...list, rows: [...list.rows, ...page.filter((t) => !ids.has(t.id))], next };
}

/** settleLeft drops the rows that only stayed because they were open. */
export function settleLeft(list: TicketList, matches: (t: Ticket) => boolean, open: string | undefined): TicketList {
  const rows = list.rows.filter((t) => t.id === open || matches(t));
  return rows.length === list.rows.length ? list : { ...list, rows };
}

function leave(list: TicketList, t: Ticket, at: Placement, shown: boolean): TicketList {
  const arrivals = list.arrivals.filter((r) => r.id !== t.id);
  if (!shown) return arrivals.length === list.arrivals.length ? list : { ...list, arrivals };
  const rows =
    t.id === at.open ? list.rows.map((r) => (r.id === t.id ? t : r)) : list.rows.filter((r) => r.id !== t.id);
  return { ...list, rows, arrivals };
}

function isOlder(t: Ticket, known: Ticket | undefined): boolean {
  return known !== undefined && t.last_seq < known.last_seq;
}

/** The filter of a built-in view, as far as the console can judge a ticket by itself. */
export function belongs(t: Ticket, view: string, statuses: readonly string[], me: string): boolean {
  if (statuses.length > 0 && !statuses.includes(t.status)) return false;
  if (view === "mine") return t.assignee === me;
  if (view === "unassigned") return t.assignee === null || t.assignee === undefined;
  if (view.startsWith("team:")) return t.team === view.slice(5);
  return true;
}

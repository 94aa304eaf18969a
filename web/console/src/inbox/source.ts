import { query } from "../api/http";
import type { Ticket } from "../api/types";
import { t } from "../i18n/t";
import { recall, remember } from "../app/storage";
import { belongs, orders, type Order } from "../live/list";
import { w } from "./words";

export type StatusFilter = "open" | "snoozed" | "resolved" | "all";

const statusesOf: Record<StatusFilter, string[]> = {
  open: ["open", "pending"],
  snoozed: ["snoozed"],
  resolved: ["resolved", "closed"],
  all: ["open", "pending", "snoozed", "resolved", "closed"],
};

/** The filters that come by a link, from a report, a page of figures or an issue. */
const linkFilters = ["topic", "issue", "figure", "week", "ids", "live"] as const;
/** What narrows a figure; alone it means nothing. */
const narrowing = ["from", "to", "as_of", "time", "channel", "inbox", "team", "agent", "tag", "topic", "touchpoint", "bucket", "hit"] as const;

/** Source is which tickets a list shows: a view of the inbox, a search, or what a link asked for. */
export interface Source {
  key: string;
  view: string;
  linked: boolean;
  status: StatusFilter;
  /** What the status is unless another one is asked for. */
  usual: StatusFilter;
  q: string;
  /** How the tickets follow on each other: as the address says, else as it was last chosen for this view on this device. */
  order: Order;
  /** The query of GET /tickets. */
  query: Record<string, string>;
  /** Where the list lives; a ticket of it is at `base/id + search`. */
  base: string;
  search: string;
}

export function sourceOf(view: string | undefined, search: string): Source {
  const params = new URLSearchParams(search);
  const filters: Record<string, string> = {};
  for (const f of linkFilters) {
    const v = params.get(f);
    if (v) filters[f] = v;
  }
  const linked = Object.keys(filters).length > 0;
  if (filters.figure ?? filters.live) {
    for (const f of narrowing) {
      const v = params.get(f);
      if (v) filters[f] = v;
    }
  }
  const q = params.get("q") ?? "";
  const asked = params.get("status");
  const shown = view ?? "all";
  // What somebody named, or searched for, says itself which tickets are meant.
  const named = shown.startsWith("saved:") || shown === "mentions";
  const usual: StatusFilter = linked || named || q !== "" ? "all" : "open";
  const status: StatusFilter = asked !== null && asked in statusesOf ? (asked as StatusFilter) : usual;
  const statuses = shown === "unassigned" && status === "open" ? ["open"] : statusesOf[status];
  const q2: Record<string, string> = linked ? { ...filters, ...(asked !== null && filters.live ? { status: asked } : {}) } : { view: shown, ...(named && status === "all" ? {} : { status: statuses.join(",") }) };
  if (q !== "") q2.q = q;
  const ordered = params.get("order");
  const order = linked ? "newest" : (orderNamed(ordered) ?? orderNamed(recall(`order.${shown}`)) ?? "newest");
  if (order !== "newest") q2.order = order;
  const own = query({ ...filters, q, status: asked ?? undefined, order: linked ? undefined : orderNamed(ordered) });
  return { key: query(q2), view: shown, linked, status, usual, q, order, query: q2, base: view ? `/inbox/${view}` : "/tickets", search: own };
}

function orderNamed(name: string | null): Order | undefined {
  return orders.find((o) => o === name);
}

/** rememberOrder keeps the order that was chosen for a view. */
export function rememberOrder(view: string, order: Order) {
  remember(`order.${view}`, order === "newest" ? null : order);
}

export function pathTo(source: Source, id?: string): string {
  return (id ? `${source.base}/${id}` : source.base) + source.search;
}

/** withParam is the same list with one parameter changed. */
export function withParam(source: Source, name: string, value: string): string {
  const params = new URLSearchParams(source.search);
  if (value === "") params.delete(name);
  else params.set(name, value);
  const s = params.toString();
  return source.base + (s === "" ? "" : `?${s}`);
}

/** contains judges a changed ticket: it can join only lists that the console can judge by itself. */
export function contains(source: Source, ticket: Ticket, me: string, known: boolean): boolean {
  const byLastOwner = source.view === "mine" && source.status !== "open" && source.status !== "snoozed";
  const named = source.view.startsWith("saved:") || source.view === "mentions";
  if (source.linked || source.q !== "" || named || byLastOwner) return known;
  return belongs(ticket, source.view, (source.query.status ?? "").split(","), me);
}

export function viewName(view: string, teamName: (id: string) => string, savedName: (id: string) => string): string {
  if (view === "mentions") return w("view.mentions");
  if (view.startsWith("saved:")) return savedName(view.slice(6)) || w("view.saved");
  if (view === "mine") return t("view.mine");
  if (view === "unassigned") return t("view.unassigned");
  if (view.startsWith("team:")) return teamName(view.slice(5)) || t("view.team");
  return t("view.all");
}

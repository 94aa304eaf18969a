import type { Channel, Touchpoint } from "./types";
import { channels, touchpoints } from "./types";

/** What every page of figures is asked for; all of it lives in the address. */
export interface ReportQuery {
  range: Range;
  /** Of a custom range. */
  from: string;
  to: string;
  compare: Compare;
  time: "calendar" | "business";
  channel: Channel | "";
  inbox: string;
  team: string;
  agent: string;
  tag: string;
  topic: string;
  touchpoint: Touchpoint | "";
}

export const ranges = ["7d", "28d", "90d", "365d", "this_week", "last_week", "this_month", "last_month", "custom"] as const;
export type Range = (typeof ranges)[number];
export const compares = ["previous", "year", "none"] as const;
export type Compare = (typeof compares)[number];
export const narrowing = ["channel", "inbox", "team", "agent", "tag", "topic", "touchpoint"] as const;
export type Narrowing = (typeof narrowing)[number];

export const usual: ReportQuery = {
  range: "28d",
  from: "",
  to: "",
  compare: "previous",
  time: "calendar",
  channel: "",
  inbox: "",
  team: "",
  agent: "",
  tag: "",
  topic: "",
  touchpoint: "",
};

const DAY = 86_400_000;
const MOST_DAYS = 3660;
const MOST_TAG = 50;

/** readQuery understands an address; what it does not understand is as if it were not there. */
export function readQuery(search: string): ReportQuery {
  const p = new URLSearchParams(search);
  const word = <T extends string>(name: string, list: readonly T[], or: T): T => list.find((w) => w === p.get(name)) ?? or;
  const id = (name: string) => (/^[1-9]\d{0,18}$/.test(p.get(name) ?? "") ? p.get(name)! : "");
  const q: ReportQuery = {
    ...usual,
    range: word("range", ranges, usual.range),
    compare: word("compare", compares, usual.compare),
    time: word("time", ["calendar", "business"], usual.time),
    channel: word("channel", ["", ...channels], ""),
    inbox: id("inbox"),
    team: id("team"),
    agent: id("agent"),
    tag: (p.get("tag") ?? "").trim().slice(0, MOST_TAG),
    topic: id("topic"),
    touchpoint: word("touchpoint", ["", ...touchpoints], ""),
  };
  const [from, to] = [p.get("from") ?? "", p.get("to") ?? ""];
  if (isSpan(from, to)) return { ...q, range: "custom", from, to };
  return q.range === "custom" ? { ...q, range: usual.range } : q;
}

/** wrongIn is what an address asks for and cannot be shown: which of its words, and what they say. */
export function wrongIn(search: string): { field: "range" | "from" | "to" | "days"; said: string }[] {
  const p = new URLSearchParams(search);
  const [from, to, range] = [p.get("from") ?? "", p.get("to") ?? "", p.get("range")];
  if (isSpan(from, to)) return [];
  if (from === "" && to === "") return range !== null && (range === "custom" || !(ranges as readonly string[]).includes(range)) ? [{ field: "range", said: range }] : [];
  const odd = ([["from", from], ["to", to]] as const).filter(([, day]) => !isDay(day)).map(([field, said]) => ({ field, said }));
  return odd.length > 0 ? odd : [{ field: "days", said: `${from} – ${to}` }];
}

/** writeQuery is the address of a query: only what is not usual, always in the same order. */
export function writeQuery(q: ReportQuery): string {
  const p = new URLSearchParams();
  if (q.range === "custom") {
    p.set("from", q.from);
    p.set("to", q.to);
  } else if (q.range !== usual.range) p.set("range", q.range);
  for (const name of ["compare", "time", ...narrowing] as const) if (q[name] !== usual[name]) p.set(name, q[name]);
  const s = p.toString();
  return s === "" ? "" : `?${s}`;
}

/** apiQuery is what the server is asked: presets are days there. */
export function apiQuery(q: ReportQuery, today: string): Record<string, string> {
  const { from, to } = daysOf(q, today);
  const out: Record<string, string> = { from, to, compare: q.compare };
  if (q.time !== "calendar") out.time = q.time;
  for (const name of narrowing) if (q[name] !== "") out[name] = q[name];
  return out;
}

/** daysOf are the first and the last day of the query's range. Weeks begin on Monday. */
export function daysOf(q: Pick<ReportQuery, "range" | "from" | "to">, today: string): { from: string; to: string } {
  const monday = addDays(today, -((weekday(today) + 6) % 7));
  const first = `${today.slice(0, 8)}01`;
  switch (q.range) {
    case "custom":
      return { from: q.from, to: q.to };
    case "this_week":
      return { from: monday, to: today };
    case "last_week":
      return { from: addDays(monday, -7), to: addDays(monday, -1) };
    case "this_month":
      return { from: first, to: today };
    case "last_month": {
      const last = addDays(first, -1);
      return { from: `${last.slice(0, 8)}01`, to: last };
    }
    default: // days that are over, so that they compare with as many days before
      return { from: addDays(today, -Number.parseInt(q.range, 10)), to: addDays(today, -1) };
  }
}

/** isSpan tells whether two words are days in order, and not more of them than the server takes. */
export function isSpan(from: string, to: string): boolean {
  return isDay(from) && isDay(to) && from <= to && daysBetween(from, to) < MOST_DAYS;
}

export function isDay(s: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(s) && !Number.isNaN(Date.parse(s)) && new Date(s).toISOString().slice(0, 10) === s;
}

export function addDays(day: string, n: number): string {
  return new Date(Date.parse(day) + n * DAY).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

function weekday(day: string): number {
  return new Date(day).getUTCDay();
}

/** todayIn is the day that it is now in a time zone. */
export function todayIn(zone: string, now = Date.now()): string {
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(now).map((p) => [p.type, p.value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}

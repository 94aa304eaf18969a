import { locale, number } from "../i18n/t";
import { date, dateTime, shortDate } from "../i18n/time";
import type { Cell, Change, Range } from "./types";
import { r, words } from "./words";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** value writes a number of a figure the way people read it, as the report does: 1,204, 84.2 %, 2 h 5 min. */
export function value(unit: string, v: number | null | undefined): string {
  if (v === null || v === undefined) return "–";
  switch (unit) {
    case "seconds":
      return duration(v);
    case WORK:
      return hours(v);
    case "share":
      return signedZero(`${number(100 * v, 1)}\u00a0%`);
    case "score":
      return signedZero(number(v, 2));
  }
  return signedZero(number(v, 1));
}

/** What people work is told in hours, however many: nobody works "8.8 days". */
const WORK = "work";
const worked = new Set(["handling", "ownership_time", "online"]);

/** unitOf is how a figure's value is told. */
export function unitOf(figure: string, unit: string): string {
  return unit === "seconds" && worked.has(figure) ? WORK : unit;
}

/** isWork tells figures that sum up time of agents: the number that they stand on says nothing about how sure they are. */
export function isWork(figure: string): boolean {
  return worked.has(figure) || figure === "occupancy";
}

function hours(s: number): string {
  const h = s / HOUR;
  return Math.abs(h) < 1 ? duration(s) : r("unit.h", { n: number(h, Math.abs(h) < 10 ? 1 : 0) }).replace("-", "−");
}

/** signed is value for a difference. */
export function signed(unit: string, v: number): string {
  return v > 0 ? `+${value(unit, v)}` : value(unit, v);
}

function signedZero(text: string): string {
  return text === "-0" ? "0" : text.replace("-", "−");
}

/** short is value for the ticks of an axis. */
export function short(unit: string, v: number): string {
  if (unit === "share") return `${number(100 * v, 0)}\u00a0%`;
  if (unit === "count" && Math.abs(v) >= 10_000) return new Intl.NumberFormat(locale(), { notation: "compact", maximumFractionDigits: 1 }).format(v);
  return value(unit, v);
}

export function duration(s: number): string {
  const sign = s < 0 ? "−" : "";
  const abs = Math.abs(s);
  if (abs < 59.5) return sign + r("unit.s", { n: Math.round(abs) });
  if (abs < 3570) return sign + r("unit.min", { n: rounded(abs / MINUTE) });
  if (abs < 48 * HOUR) {
    const minutes = Math.round(abs / MINUTE);
    const h = Math.floor(minutes / 60);
    return sign + (minutes % 60 === 0 ? r("unit.h", { n: h }) : r("unit.hmin", { h, n: minutes % 60 }));
  }
  return sign + r("unit.days", { n: rounded(abs / DAY) });
}

function rounded(v: number): string {
  return number(v, v < 10 ? 1 : 0);
}

/** range writes an interval; a unit that both ends have is said once. */
export function range(unit: string, i: Range | null | undefined): string {
  if (!i) return "";
  const end = (v: number | null) => (v === null ? "…" : value(unit, v));
  const [low, high] = [end(i.low), end(i.high)];
  const tail = /^\S+(\s\D+)$/.exec(low)?.[1];
  return tail && high.endsWith(tail) ? `${low.slice(0, -tail.length)} – ${high}` : `${low} – ${high}`;
}

/** moved writes how much a figure changed: +12 %, −8.1 points, +4 min; or without the sign, where a word says which way. */
export function moved(unit: string, c: Change, signed = true): string {
  if (c.value === null) return "";
  const sign = (v: number, text: string) => (!signed ? text.replace(/^[-−]/, "") : v > 0 && !/^0( |$)/.test(text) ? `+${text}` : text.replace(/^-/, "−"));
  if (c.ratio) return sign(c.value - 1, `${number(100 * (c.value - 1), 0)} %`);
  if (unit === "share") return sign(c.value, r("unit.points", { n: number(100 * c.value, 1) }));
  if (unit === "points") return sign(c.value, r("unit.points", { n: number(c.value, 1) }));
  if (unit === "count") return sign(c.value, value(unit, Math.round(c.value)));
  return sign(c.value, value(unit, c.value));
}

/** movedRange is the interval of a change in the same words. */
export function movedRange(unit: string, c: Change): string {
  if (!c.interval) return "";
  const end = (v: number | null) => (v === null ? "…" : moved(unit, { ...c, value: v }));
  return r("change.range", { low: end(c.interval.low), high: end(c.interval.high) });
}

/** tidy keeps a number and its unit on one line, in sentences that the server wrote, and writes days as people do. */
export function tidy(text: string): string {
  return text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => date(day)).replace(/(\d) (?=(%|s|min|h|days?|points?)(?![a-z]))/g, "$1\u00a0");
}

/** cell writes one cell of a panel's table. */
export function cell(unit: string, v: Cell | undefined): string {
  if (v === null || v === undefined || v === "") return "–";
  if (typeof v === "boolean") return r(v ? "table.yes" : "table.no");
  if (typeof v === "number") return value(unit, v);
  if (Array.isArray(v)) return v.map((n) => value("count", n)).join(" ");
  if (unit === "day" || /^\d{4}-\d{2}-\d{2}$/.test(v)) return date(v);
  if (unit === "time" || /^\d{4}-\d{2}-\d{2}T/.test(v)) return dateTime(v);
  return v;
}

/** word writes a word of the API as people read it: wont_fix, no_clear_change. Sentences stay as they are. */
export function word(v: string): string {
  if (!/^[a-z0-9]+([_ ][a-z0-9]+)*$/.test(v)) return cell("", v);
  const text = words[`word.${v.replaceAll(" ", "_")}`] ?? v.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** place names a place on an axis: a day is short there. */
export function place(v: Cell | undefined): string {
  if (typeof v === "string" && /^\d{4}-\d{2}-\d{2}$/.test(v)) return shortDate(v);
  return cell("", v);
}

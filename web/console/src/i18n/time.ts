import { locale, t } from "./t";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** since is a short age: "now", "4m", "3h", "2d". */
export function since(from: string | null | undefined, now: number): string {
  if (!from) return "";
  const ms = Math.max(0, now - Date.parse(from));
  if (ms < MINUTE) return t("time.now");
  if (ms < HOUR) return t("time.m", { n: Math.floor(ms / MINUTE) });
  if (ms < DAY) return t("time.h", { n: Math.floor(ms / HOUR) });
  return t("time.d", { n: Math.floor(ms / DAY) });
}

/** lasted is a short duration; what took less than a minute took a moment. */
export function lasted(from: string, to: number): string {
  return to - Date.parse(from) < MINUTE ? t("time.moment") : since(from, to);
}

/** sinceLong is the same age in whole words, for those who hear the screen. */
export function sinceLong(from: string, now: number): string {
  const ms = Math.max(0, now - Date.parse(from));
  if (ms < HOUR) return t("time.minutes", { count: Math.floor(ms / MINUTE) });
  if (ms < DAY) return t("time.hours", { count: Math.floor(ms / HOUR) });
  return t("time.days", { count: Math.floor(ms / DAY) });
}

export type Urgency = "calm" | "warn" | "late";

/** urgency of a waiting customer: a chat is impatient within minutes, other channels within hours. */
export function urgency(from: string, now: number, channel: string): Urgency {
  const ms = now - Date.parse(from);
  const [warn, late] = channel === "chat" ? [5 * MINUTE, 20 * MINUTE] : [4 * HOUR, DAY];
  if (ms >= late) return "late";
  return ms >= warn ? "warn" : "calm";
}

const format = (o: Intl.DateTimeFormatOptions) => {
  let made: Intl.DateTimeFormat | undefined;
  return (ms: number) => (made ??= new Intl.DateTimeFormat(locale(), o)).format(ms);
};

/** A plain date (2026-11-21) is that day wherever one reads it; a moment is a day of the reader's zone. */
const dayFormat = (o: Intl.DateTimeFormatOptions) => {
  const here = format(o);
  const plain = format({ ...o, timeZone: "UTC" });
  return (at: string) => (at.length === 10 ? plain : here)(Date.parse(at));
};

const clockTime = format({ hour: "numeric", minute: "2-digit" });
const weekday = format({ weekday: "long" });
const dayMonth = format({ weekday: "short", day: "numeric", month: "long" });
const dayMonthYear = format({ day: "numeric", month: "long", year: "numeric" });
const full = format({ dateStyle: "medium", timeStyle: "short" });

const weekdayTime = format({ weekday: "short", hour: "numeric", minute: "2-digit" });

export const timeOfDay = (at: string) => clockTime(Date.parse(at));
export const dateTime = (at: string) => full(Date.parse(at));
export const shortDate = dayFormat({ day: "numeric", month: "short" });
export const date = dayFormat({ day: "numeric", month: "short", year: "numeric" });

/** weekDays are the first and the last day of a week that is given by its two ends, in the desk's own zone. */
export function weekDays(from: string, to: string, zone: string): { from: string; to: string } {
  const o = { day: "numeric", month: "short", year: "numeric" } as const;
  if (from.length === 10) return { from: date(from), to: date(to) };
  const f = new Intl.DateTimeFormat(locale(), { ...o, timeZone: zone });
  return { from: f.format(Date.parse(from)), to: f.format(Date.parse(to) - 1) };
}

/** dayKey tells two days apart in the reader's zone. */
export function dayKey(at: string): string {
  const d = new Date(at);
  return `${d.getFullYear()}-${d.getMonth()}-${d.getDate()}`;
}

/** dayName is what a day separator says. */
export function dayName(at: string, now: number): string {
  const ms = Date.parse(at);
  const days = Math.round((startOfDay(now) - startOfDay(ms)) / DAY);
  if (days === 0) return t("time.today");
  if (days === 1) return t("time.yesterday");
  if (days > 1 && days < 7) return weekday(ms);
  return new Date(ms).getFullYear() === new Date(now).getFullYear() ? dayMonth(ms) : dayMonthYear(ms);
}

function startOfDay(ms: number): number {
  const d = new Date(ms);
  return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
}

/** soon is a moment to come, as short as it can be said: today's hour, a weekday, a date. */
export function soon(at: string, now: number): string {
  const ms = Date.parse(at);
  const days = Math.round((startOfDay(ms) - startOfDay(now)) / DAY);
  if (days === 0) return clockTime(ms);
  return days > 0 && days < 7 ? weekdayTime(ms) : shortDate(at);
}

const bytes = new Map<string, Intl.NumberFormat>();

/** fileSize is a size as people say it: 12 kB, 3.4 MB. */
export function fileSize(n: number): string {
  const unit = n < 1_000_000 ? "kilobyte" : "megabyte";
  let f = bytes.get(unit);
  if (f === undefined) bytes.set(unit, (f = new Intl.NumberFormat(locale(), { style: "unit", unit, maximumFractionDigits: unit === "megabyte" ? 1 : 0 })));
  return f.format(unit === "megabyte" ? n / 1e6 : Math.max(1, n / 1000));
}

import { locale } from "../i18n/t";
import { clock, tokens, type Token } from "./when/tokens";
import { addDays, addMonths, daysIn, here, momentOf, wallAt, weekday, type Wall } from "./when/wall";
import { wordsOf, type Unit } from "./when/words";

export interface WhenOptions {
  /** An IANA zone; the reader's own when absent. */
  zone?: string;
  /** Whose names of days and months are understood beside the English ones. */
  locale?: string;
}

/** When nothing is said about the time of day, it is when desks begin; an "end" is when they stop. */
const MORNING = 9;
const EVENING = 17;
const LONGEST_TEXT = 80;
const FRIDAY = 5;
const SATURDAY = 6;

const minutes: Partial<Record<Unit, number>> = { minute: 1, hour: 60 };

/**
 * parseWhen understands a moment as people write it: "tomorrow 9", "mon", "in 3 hours", "next week", "25 dec", "2h",
 * "2026-12-24 14:30". What it does not understand to the last word is null, never a guess. The moment may be in the
 * past: the caller says so.
 */
export function parseWhen(text: string, now: number, o: WhenOptions = {}): Date | null {
  if (text.length > LONGEST_TEXT) return null;
  const zone = o.zone ?? here();
  const said = tokens(text, wordsOf(o.locale ?? locale()));
  if (said === null || said.length === 0) return null;
  const plan = read(said);
  const ms = plan && moment(plan, now, zone);
  return ms === null || Number.isNaN(ms) ? null : new Date(ms);
}

/** What a text asks for, before it is a moment. */
interface Plan {
  instant?: number;
  date?: { year?: number; month: number; day: number };
  clock?: { hour: number; minute: number };
  /** Minutes from now. */
  minutes?: number;
  days?: number;
  months?: number;
  weekday?: number;
  /** Weeks, counted from the Monday of this one. */
  week?: number;
  month?: number;
  end?: "week" | "month";
}

/** read puts tokens together; null when they contradict each other. */
function read(said: Token[]): Plan | null {
  const plan: Plan = {};
  const rest = [...said];
  while (rest.length > 0) {
    const taken = pair(rest[0], rest[1], rest[2], plan) ?? single(rest[0], plan);
    if (taken === null) return null;
    rest.splice(0, taken);
  }
  return consistent(plan) ? plan : null;
}

/** pair reads what only means something together, and answers how many tokens that were. */
function pair(a: Token | undefined, b: Token | undefined, c: Token | undefined, plan: Plan): number | null {
  if (a === undefined || b === undefined) return null;
  const day = a.is === "number" && b.is === "month" ? a.n : a.is === "month" && b.is === "number" ? b.n : undefined;
  const month = a.is === "month" ? a.month : b.is === "month" ? b.month : undefined;
  if (day !== undefined && month !== undefined && day >= 1 && day <= 31 && Number.isInteger(day)) {
    const year = c?.is === "number" && c.n >= 2000 && c.n < 2200 ? c.n : undefined;
    return set(plan, "date", { month, day, ...(year === undefined ? {} : { year }) }, year === undefined ? 2 : 3);
  }
  if ((a.is === "number" || a.is === "few") && b.is === "unit") return span(plan, a.n, b.unit, 2);
  if (a.is === "end" && b.is === "unit" && (b.unit === "week" || b.unit === "month")) return set(plan, "end", b.unit, 2);
  if (a.is === "end" && b.is === "day") return set(plan, "days", b.by, 2) && set(plan, "clock", { hour: EVENING, minute: 0 }, 2);
  return a.is === "next" ? afterNext(b, plan) : null;
}

function afterNext(b: Token, plan: Plan): number | null {
  if (b.is === "weekday") return set(plan, "week", 1, 2) && set(plan, "weekday", b.day, 2);
  if (b.is === "weekend") return set(plan, "week", 1, 2) && set(plan, "weekday", SATURDAY, 2);
  if (b.is !== "unit") return null;
  if (b.unit === "week") return set(plan, "week", 1, 2);
  if (b.unit === "month") return set(plan, "month", 1, 2);
  return b.unit === "day" ? set(plan, "days", 1, 2) : span(plan, 1, b.unit, 2);
}

function single(a: Token | undefined, plan: Plan): number | null {
  switch (a?.is) {
    case "instant":
      return set(plan, "instant", a.ms, 1);
    case "date":
      return set(plan, "date", a, 1);
    case "clock":
      return set(plan, "clock", a, 1);
    case "span":
      return span(plan, a.n, a.unit, 1);
    case "day":
      if (a.hour !== undefined && plan.clock === undefined) plan.clock = { hour: a.hour, minute: 0 };
      return set(plan, "days", a.by, 1);
    case "weekday":
      return set(plan, "weekday", a.day, 1);
    case "weekend":
      return set(plan, "weekday", SATURDAY, 1);
    case "number":
      return hour(a.n, a.padded, plan);
    default:
      return null;
  }
}

/** hour reads a number that stands alone: 9 is nine o'clock, 1530 is half past three. */
function hour(n: number, padded: boolean, plan: Plan): number | null {
  const [h, m] = n >= 100 ? [Math.floor(n / 100), n % 100] : [n, 0];
  const at = Number.isInteger(n) ? clock(h, m, undefined, padded || n >= 100) : null;
  return at?.is === "clock" ? set(plan, "clock", at, 1) : null;
}

/** set takes each kind of thing once: a text that says two days is not understood. */
function set<K extends keyof Plan>(plan: Plan, key: K, value: Plan[K], taken: number): number | null {
  if (plan[key] !== undefined) return null;
  plan[key] = value;
  return taken;
}

function span(plan: Plan, n: number, unit: Unit, taken: number): number | null {
  const each = minutes[unit];
  // "0 days" says nothing; "1h 0m" does.
  if (n === 0 && each === undefined) return null;
  if (each !== undefined) plan.minutes = (plan.minutes ?? 0) + n * each;
  else if (!Number.isInteger(n)) plan.minutes = (plan.minutes ?? 0) + n * 1440 * (unit === "week" ? 7 : unit === "month" ? NaN : 1);
  else if (unit === "month") plan.months = (plan.months ?? 0) + n;
  else plan.days = (plan.days ?? 0) + n * (unit === "week" ? 7 : 1);
  return taken;
}

function consistent(p: Plan): boolean {
  const days = [p.date, p.weekday ?? p.week, p.month, p.end, p.days ?? p.months, p.instant].filter((x) => x !== undefined).length;
  if (days > 1) return false;
  if (p.instant !== undefined) return p.clock === undefined && p.minutes === undefined;
  if (p.minutes === 0 && !p.days && !p.months) return false;
  // "1 day 4 hours" is a span; "3 hours at 9" is nonsense.
  if (p.minutes !== undefined) return p.clock === undefined && (days === 0 || p.days !== undefined || p.months !== undefined);
  return days === 1 || p.clock !== undefined;
}

function moment(p: Plan, now: number, zone: string): number | null {
  if (p.instant !== undefined) return p.instant;
  const today = wallAt(now, zone);
  if (p.minutes !== undefined) {
    const from = momentOf(addMonths(addDays(today, p.days ?? 0), p.months ?? 0), zone);
    return Math.ceil((p.days === undefined && p.months === undefined ? now : from) / 60_000) * 60_000 + Math.round(p.minutes) * 60_000;
  }
  const day = dayOf(p, today);
  if (day === null) return null;
  const at = (d: Wall) => {
    const { hour, minute } = p.clock ?? { hour: p.end ? EVENING : MORNING, minute: 0 };
    return hour === 24 ? momentOf({ ...addDays(d, 1), hour: 0, minute: 0 }, zone) : momentOf({ ...d, hour, minute }, zone);
  };
  const then = at(day);
  const onlyClock = p.date === undefined && p.weekday === undefined && p.week === undefined && p.days === undefined && p.months === undefined && p.month === undefined && p.end === undefined;
  return onlyClock && then <= now ? at(addDays(day, 1)) : then;
}

function dayOf(p: Plan, today: Wall): Wall | null {
  if (p.date) return dateOf(p.date, today);
  const monday = addDays(today, -((weekday(today) + 6) % 7));
  if (p.week !== undefined) return addDays(monday, 7 * p.week + (p.weekday === undefined ? 0 : (p.weekday + 6) % 7));
  // A weekday is the next one: on a Monday, "mon" is in a week.
  if (p.weekday !== undefined) return addDays(today, ((p.weekday - weekday(today) + 6) % 7) + 1);
  if (p.month !== undefined) return { ...addMonths(today, p.month), day: 1 };
  if (p.end === "week") return addDays(monday, FRIDAY - 1 + (weekday(today) === SATURDAY || weekday(today) === 0 ? 7 : 0));
  if (p.end === "month") return { ...today, day: daysIn(today.year, today.month) };
  return addMonths(addDays(today, p.days ?? 0), p.months ?? 0);
}

const LEAP = 8;

/** dateOf is a date of this year, or of the next that has it when it has passed. */
function dateOf({ year, month, day }: NonNullable<Plan["date"]>, today: Wall): Wall | null {
  const fits = (y: number) => day <= daysIn(y, month);
  if (year !== undefined) return fits(year) ? { ...today, year, month, day } : null;
  const passed = month < today.month || (month === today.month && day < today.day);
  for (let y = today.year + (passed ? 1 : 0); y <= today.year + LEAP; y++) if (fits(y)) return { ...today, year: y, month, day };
  return null;
}

export interface Preset {
  key: "h" | "t" | "w";
  at: Date;
}

/** presets are the moments that people choose most, each by one letter; on a Sunday two of them are the same one. */
export function presets(now: number, o: WhenOptions = {}): Preset[] {
  const all: Preset[] = [];
  for (const [key, text] of [["h", "3h"], ["t", "tomorrow"], ["w", "next week"]] as const) {
    const at = parseWhen(text, now, o);
    if (at) all.push({ key, at });
  }
  return all;
}

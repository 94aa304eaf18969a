/** Wall is what calendar and clock on the wall show. */
export interface Wall {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(zone: string): Intl.DateTimeFormat {
  let f = clocks.get(zone);
  if (f === undefined) {
    f = new Intl.DateTimeFormat("en-US-u-ca-gregory", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
    clocks.set(zone, f);
  }
  return f;
}

/** wallAt is what the wall shows at a moment in a zone. */
export function wallAt(ms: number, zone: string): Wall {
  const part: Record<string, number> = {};
  for (const { type, value } of clock(zone).formatToParts(ms)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part;
  return { year, month, day, hour, minute };
}

/**
 * momentOf is when the wall of a zone shows this. An hour that is skipped in spring counts on from where it would have
 * begun, as alarm clocks do; of an hour that comes twice in autumn it is the first.
 */
export function momentOf(w: Wall, zone: string): number {
  const plain = utc(w);
  const before = plain - shift(plain - DAY, zone);
  const after = plain - shift(plain + DAY, zone);
  const fits = [before, after].filter((ms) => utc(wallAt(ms, zone)) === plain);
  return fits.length > 0 ? Math.min(...fits) : before;
}

/** addDays is another day, at the same place of the clock. */
export function addDays(w: Wall, days: number): Wall {
  const d = new Date(Date.UTC(w.year, w.month - 1, w.day + days));
  return { ...w, year: d.getUTCFullYear(), month: d.getUTCMonth() + 1, day: d.getUTCDate() };
}

/** addMonths is the same day of another month, or its last. */
export function addMonths(w: Wall, months: number): Wall {
  const first = new Date(Date.UTC(w.year, w.month - 1 + months, 1));
  const year = first.getUTCFullYear();
  const month = first.getUTCMonth() + 1;
  return { ...w, year, month, day: Math.min(w.day, daysIn(year, month)) };
}

export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** weekday is 0 for Sunday to 6 for Saturday. */
export function weekday(w: Wall): number {
  return new Date(Date.UTC(w.year, w.month - 1, w.day)).getUTCDay();
}

function utc(w: Wall): number {
  return Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute);
}

/** shift is how far a zone is from UTC at a moment. */
function shift(ms: number, zone: string): number {
  const whole = Math.floor(ms / MINUTE) * MINUTE;
  return utc(wallAt(whole, zone)) - whole;
}

/** here is the reader's own zone. */
export function here(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

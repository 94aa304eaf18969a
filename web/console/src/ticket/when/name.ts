import { locale } from "../../i18n/t";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const forms = new Map<string, Intl.DateTimeFormat>();

function form(o: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(o);
  let f = forms.get(key);
  if (f === undefined) forms.set(key, (f = new Intl.DateTimeFormat(locale(), o)));
  return f;
}

/** whenName is a moment to come in words: "Tomorrow 09:00", "Fri, 27 Nov, 16:00". */
export function whenName(at: Date, now: number): string {
  const days = Math.round((midnight(at.getTime()) - midnight(now)) / DAY);
  const clock = { hour: "numeric", minute: "2-digit" } as const;
  if (days === 0 || days === 1) return `${capital(new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(days, "day"))} ${form(clock).format(at)}`;
  const sameYear = at.getFullYear() === new Date(now).getFullYear();
  return form({ weekday: "short", day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }), ...clock }).format(at);
}

/** fromNow is how far away a moment is: "in 2 days". */
export function fromNow(at: Date, now: number): string {
  const ms = at.getTime() - now;
  const f = new Intl.RelativeTimeFormat(locale(), { style: "short" });
  if (Math.abs(ms) < HOUR) return f.format(Math.round(ms / 60_000), "minute");
  if (Math.abs(ms) < DAY) return f.format(Math.round(ms / HOUR), "hour");
  return f.format(Math.round(ms / DAY), "day");
}

function midnight(ms: number): number {
  const d = new Date(ms);
  return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
}

function capital(s: string): string {
  return s.charAt(0).toLocaleUpperCase(locale()) + s.slice(1);
}

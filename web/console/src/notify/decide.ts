import type { NotificationKind, NotificationSettings, NotificationWays, QuietHours } from "../../../shared/src/wire.gen";

/** What is the case when something happens: the wishes of the agent, the clock, and what is on screen. */
export interface Situation {
  settings: NotificationSettings;
  now: number;
  /** Of the desk, where the agent chose no other. */
  zone: string;
  /** Some console of the agent has the focus. */
  focused: boolean;
  /** The ticket stands in a console that has it. */
  onScreen: boolean;
  permission: "default" | "granted" | "denied" | "unsupported";
}

/** How an agent is told, beside the bell. */
export interface Telling {
  desktop: boolean;
  sound: boolean;
  toast: boolean;
}

/** What somebody who works in another ticket is told inside the console. Assigned tickets have words of their own. */
const spoken: readonly NotificationKind[] = ["mentioned", "outgoing_refused"];

/** decide says who is told how. */
export function decide(kind: NotificationKind, s: Situation): Telling {
  const ways = s.settings.matrix[kind] ?? silent;
  if (s.onScreen) return { desktop: false, sound: false, toast: false };
  const quiet = isQuiet(s.settings.quiet, s.now, s.zone);
  return {
    desktop: ways.desktop && !quiet && !s.focused && s.permission === "granted",
    sound: ways.sound && !quiet && s.settings.sound.volume > 0,
    toast: (ways.bell || ways.desktop) && s.focused && spoken.includes(kind),
  };
}

const silent: NotificationWays = { bell: false, desktop: false, sound: false, push: false };

/** isQuiet tells whether a moment is in the quiet hours, by the clock on the wall of their zone. */
export function isQuiet(q: QuietHours, now: number, zone: string): boolean {
  const from = minutes(q.from);
  const to = minutes(q.to);
  if (!q.on || from < 0 || to < 0) return false;
  const { day, minute } = wall(now, q.zone || zone);
  if (from < to) return minute >= from && minute < to && q.days.includes(day);
  const before = ((day + 5) % 7) + 1;
  return (minute >= from && q.days.includes(day)) || (minute < to && q.days.includes(before));
}

function minutes(text: string): number {
  const m = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return m ? Number(m[1]) * 60 + Number(m[2]) : -1;
}

const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function wall(now: number, zone: string): { day: number; minute: number } {
  const o = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const parts = new Intl.DateTimeFormat("en-US", { ...o, ...(zone ? { timeZone: zone } : {}) }).formatToParts(now);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  return { day: days.indexOf(part("weekday")) + 1, minute: Number(part("hour")) * 60 + Number(part("minute")) };
}

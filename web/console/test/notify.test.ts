import { expect, test } from "vitest";
import type { Notification, NotificationKind, NotificationSettings, QuietHours } from "../../shared/src/wire.gen";
import { titled } from "../src/notify/badge";
import { decide, isQuiet, type Situation } from "../src/notify/decide";
import { groups } from "../src/notify/groups";
import { ticketIn } from "../src/notify/place";

const loud = { bell: true, desktop: true, sound: true, push: true };
const off = { bell: false, desktop: false, sound: false, push: false };
const night: QuietHours = { on: true, from: "22:00", to: "07:00", days: [1, 2, 3, 4, 5], zone: "" };
const settings = (more: Partial<NotificationSettings> = {}): NotificationSettings => ({
  matrix: { assigned: loud, mentioned: loud, customer_replied: { ...loud, desktop: false }, low_score: off },
  quiet: { ...night, on: false },
  sound: { name: "chime", volume: 60, repeat_unassigned: false },
  preview: false,
  ...more,
});
const away = (more: Partial<Situation> = {}): Situation => ({ settings: settings(), now: Date.parse("2026-11-20T12:00:00Z"), zone: "Europe/Vienna", focused: false, onScreen: false, permission: "granted", ...more });
const at = (utc: string) => Date.parse(`${utc}:00Z`);

const cases: [string, NotificationKind, Partial<Situation>, { desktop: boolean; sound: boolean; toast: boolean }][] = [
  ["nobody looks: window and sound", "assigned", {}, { desktop: true, sound: true, toast: false }],
  ["the ticket is on a screen that has the focus: nothing", "mentioned", { focused: true, onScreen: true }, { desktop: false, sound: false, toast: false }],
  ["in another ticket: a word inside, no window", "mentioned", { focused: true }, { desktop: false, sound: true, toast: true }],
  ["the matrix says no window", "customer_replied", {}, { desktop: false, sound: true, toast: false }],
  ["the matrix says nothing", "low_score", {}, { desktop: false, sound: false, toast: false }],
  ["a kind that this console does not know", "birthday" as NotificationKind, {}, { desktop: false, sound: false, toast: false }],
  ["not permitted", "assigned", { permission: "default" }, { desktop: false, sound: true, toast: false }],
  ["quiet hours", "assigned", { settings: settings({ quiet: night }), now: at("2026-11-20T22:30") }, { desktop: false, sound: false, toast: false }],
  ["volume zero", "assigned", { settings: settings({ sound: { name: "drop", volume: 0, repeat_unassigned: false } }) }, { desktop: true, sound: false, toast: false }],
];

test.each(cases)("%s", (_name, kind, situation, want) => {
  expect(decide(kind, away(situation))).toEqual(want);
});

// 20 November 2026 is a Friday; Vienna is an hour ahead of UTC then, New York five behind.
const quiet: [string, QuietHours, number, string, boolean][] = [
  ["they begin to the minute", night, at("2026-11-20T21:00"), "Europe/Vienna", true],
  ["not before", night, at("2026-11-20T20:59"), "Europe/Vienna", false],
  ["past midnight they are Friday's still", night, at("2026-11-21T05:59"), "Europe/Vienna", true],
  ["and end", night, at("2026-11-21T06:00"), "Europe/Vienna", false],
  ["Saturday begins none", night, at("2026-11-21T22:00"), "Europe/Vienna", false],
  ["so Sunday's morning is loud", night, at("2026-11-22T03:00"), "Europe/Vienna", false],
  ["a zone of one's own counts", { ...night, zone: "America/New_York" }, at("2026-11-20T22:00"), "Europe/Vienna", false],
  ["and has its own night", { ...night, zone: "America/New_York" }, at("2026-11-21T04:00"), "Europe/Vienna", true],
  ["within a day", { ...night, from: "12:00", to: "13:00" }, at("2026-11-20T11:30"), "Europe/Vienna", true],
  ["the night that daylight saving ends in is quiet twice at two", { ...night, days: [6] }, at("2026-10-25T01:30"), "Europe/Vienna", true],
  ["off", { ...night, on: false }, at("2026-11-20T22:00"), "Europe/Vienna", false],
];

test.each(quiet)("quiet hours: %s", (_name, q, now, zone, want) => {
  expect(isQuiet(q, now, zone)).toBe(want);
});

test("the title of the tab is said anew with each count, and left as it was without one", () => {
  expect(titled("My open · Heard", 3)).toBe("(3) My open · Heard");
  expect(titled("(3) My open · Heard", 4)).toBe("(4) My open · Heard");
  expect(titled("(99+) My open · Heard", 0)).toBe("My open · Heard");
  expect(titled("Heard", 120)).toBe("(99+) Heard");
});

test("what is about one ticket is one group, where its newest is, unread while a part is", () => {
  const item = (id: string, ticket: string | undefined, read: boolean): Notification => ({
    id, kind: "assigned", ...(ticket ? { ticket } : {}), seq: 1, title: "", subject: "", text: "", by: { kind: "system" }, at: "2026-11-20T12:00:00.000Z", count: 1, read,
  });
  const list = groups([item("5", "1", true), item("4", undefined, false), item("3", "2", true), item("2", "1", false), item("1", undefined, true)]);
  expect(list.map((g) => [g.items.map((i) => i.id).join(), g.unread])).toEqual([["5,2", true], ["4", true], ["3", false], ["1", false]]);
});

test("an address tells which ticket is on screen", () => {
  expect(["/inbox/mine/12", "/tickets/7", "/inbox/mine", "/issues/7", "/settings/agents/3"].map(ticketIn)).toEqual(["12", "7", "", "", ""]);
});

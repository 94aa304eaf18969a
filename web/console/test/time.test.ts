import { expect, test } from "vitest";
import { dayName, since, sinceLong, urgency, weekDays } from "../src/i18n/time";
import { percent, t } from "../src/i18n/t";

const now = Date.UTC(2026, 10, 21, 12, 0);
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

test.each([
  [0, "now", "0 minutes"],
  [0.9, "now", "0 minutes"],
  [1, "1m", "1 minute"],
  [59, "59m", "59 minutes"],
  [60, "1h", "1 hour"],
  [23 * 60 + 59, "23h", "23 hours"],
  [48 * 60, "2d", "2 days"],
])("%d minutes of waiting read %s", (minutes, short, long) => {
  expect(since(ago(minutes), now)).toBe(short);
  expect(sinceLong(ago(minutes), now)).toBe(long);
});

test("a clock that runs behind the server shows no negative age", () => {
  expect(since(ago(-3), now)).toBe("now");
});

test("nothing waits: nothing is shown", () => {
  expect(since(null, now)).toBe("");
});

test.each([
  ["chat", 4, "calm"],
  ["chat", 5, "warn"],
  ["chat", 20, "late"],
  ["api", 60, "calm"],
  ["api", 300, "warn"],
  ["api", 1440, "late"],
])("%s waiting %d minutes is %s", (channel, minutes, want) => {
  expect(urgency(ago(minutes), now, channel)).toBe(want);
});

test("days are named as people do", () => {
  const noon = new Date(2026, 10, 21, 12).getTime();
  const day = (n: number) => new Date(2026, 10, 21 - n, 8).toISOString();
  expect(dayName(day(0), noon)).toBe("Today");
  expect(dayName(day(1), noon)).toBe("Yesterday");
  expect(dayName(day(3), noon)).toBe("Wednesday");
  expect(dayName(new Date(2025, 0, 2).toISOString(), noon)).toContain("2025");
});

test("plurals and parameters", () => {
  expect(t("list.new", { count: 3 })).toBe("3 new");
  expect(t("row.unread", { count: 1 })).toBe("1 unread message");
  expect(t("keys.then", { key: "g" })).toBe("g, then:");
  expect(percent(0.123, 1)).toBe("12.3\u00a0%");
});

test("a week is named by its days in the desk's zone, whatever the reader's", () => {
  expect(weekDays("2026-11-15T23:00:00.000Z", "2026-11-22T23:00:00.000Z", "Europe/Berlin")).toEqual({ from: "Nov 16, 2026", to: "Nov 22, 2026" });
  expect(weekDays("2026-11-16", "2026-11-22", "Asia/Tokyo")).toEqual({ from: "Nov 16, 2026", to: "Nov 22, 2026" });
});

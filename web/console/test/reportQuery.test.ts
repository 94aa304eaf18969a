import { expect, test } from "vitest";
import { addDays, apiQuery, daysOf, isDay, isSpan, readQuery, todayIn, usual, writeQuery, wrongIn, type ReportQuery } from "../src/reports/query";

const sunday = "2026-11-22";

test.each([
  ["", usual, ""],
  ["?range=28d&compare=previous&time=calendar", usual, ""],
  ["?range=90d&team=3", { ...usual, range: "90d", team: "3" }, "?range=90d&team=3"],
  ["?tag=late+parcel&compare=none&time=business", { ...usual, tag: "late parcel", compare: "none", time: "business" }, "?compare=none&time=business&tag=late+parcel"],
  ["?from=2026-10-01&to=2026-10-31", { ...usual, range: "custom", from: "2026-10-01", to: "2026-10-31" }, "?from=2026-10-01&to=2026-10-31"],
  ["?channel=chat&inbox=1&agent=9007199254740993&topic=4&touchpoint=delivery", { ...usual, channel: "chat", inbox: "1", agent: "9007199254740993", topic: "4", touchpoint: "delivery" }, "?channel=chat&inbox=1&agent=9007199254740993&topic=4&touchpoint=delivery"],
] as const)("the address %s is a query, and the query is its shortest address", (search, want, written) => {
  const got = readQuery(search);
  expect(got).toEqual(want);
  expect(writeQuery(got)).toBe(written);
  expect(readQuery(writeQuery(got))).toEqual(got);
});

test.each(["?range=soon", "?range=custom", "?from=2026-10-31&to=2026-10-01", "?from=2026-02-30&to=2026-03-02", "?from=2004-01-01&to=2026-01-01", "?from=2026-10-01", "?team=blue", "?team=-1", "?team=0", "?channel=fax", "?compare=decade", "?touchpoint=moon", "?tag=%20"])(
  "what is not understood in %s is as if it were not there",
  (search) => {
    expect(readQuery(search)).toEqual(usual);
  },
);

test.each([
  ["", []],
  ["?range=90d&team=3", []],
  ["?from=2026-10-01&to=2026-10-31", []],
  ["?from=2026-11-30&to=2026-11-01", [{ field: "days", said: "2026-11-30 – 2026-11-01" }]],
  ["?from=abc&to=2026-11-01", [{ field: "from", said: "abc" }]],
  ["?from=2026-11-01", [{ field: "to", said: "" }]],
  ["?from=2026-02-30&to=x", [{ field: "from", said: "2026-02-30" }, { field: "to", said: "x" }]],
  ["?range=soon", [{ field: "range", said: "soon" }]],
] as const)("what %s asks for and cannot be shown is told", (search, want) => {
  expect(wrongIn(search)).toEqual(want);
});

test("a tag is no longer than the server takes", () => {
  expect(readQuery(`?tag=${"x".repeat(80)}`).tag).toHaveLength(50);
});

test.each([
  ["7d", "2026-11-15", "2026-11-21"],
  ["28d", "2026-10-25", "2026-11-21"],
  ["365d", "2025-11-22", "2026-11-21"],
  ["this_week", "2026-11-16", "2026-11-22"],
  ["last_week", "2026-11-09", "2026-11-15"],
  ["this_month", "2026-11-01", "2026-11-22"],
  ["last_month", "2026-10-01", "2026-10-31"],
] as const)("%s is %s to %s on a Sunday", (range, from, to) => {
  expect(daysOf({ ...usual, range }, sunday)).toEqual({ from, to });
});

test("the week begins on Monday, also on a Monday; last month of March is February", () => {
  expect(daysOf({ ...usual, range: "this_week" }, "2026-11-16")).toEqual({ from: "2026-11-16", to: "2026-11-16" });
  expect(daysOf({ ...usual, range: "last_month" }, "2024-03-31")).toEqual({ from: "2024-02-01", to: "2024-02-29" });
});

test("the server is asked for days and for nothing that was not chosen", () => {
  const q: ReportQuery = { ...usual, range: "7d", team: "3", time: "business" };
  expect(apiQuery(q, sunday)).toEqual({ from: "2026-11-15", to: "2026-11-21", compare: "previous", team: "3", time: "business" });
});

test("a day is one of the calendar; summer time makes it no shorter", () => {
  expect(isDay("2026-02-29")).toBe(false);
  expect(isDay("2024-02-29")).toBe(true);
  expect(isDay("2026-2-1")).toBe(false);
  expect(addDays("2026-03-28", 2)).toBe("2026-03-30");
  expect(isSpan("2025-01-01", "2035-01-08")).toBe(true);
  expect(isSpan("2025-01-01", "2035-01-09")).toBe(false);
});

test("today is the desk's", () => {
  const late = Date.UTC(2026, 10, 21, 23, 30);
  expect(todayIn("UTC", late)).toBe("2026-11-21");
  expect(todayIn("Europe/Copenhagen", late)).toBe("2026-11-22");
  expect(todayIn("America/Los_Angeles", late)).toBe("2026-11-21");
});

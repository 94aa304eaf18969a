import { expect, test } from "vitest";
import { frameOf } from "../src/reports/charts/frame";
import { axisOf, heatStep, labelled, niceStep, scale, stretches } from "../src/reports/charts/scales";
import { duration, moved, range, tidy, unitOf, value } from "../src/reports/format";
import { marksOn, widths } from "../src/reports/Panels";
import { shownOf } from "../src/reports/Table";
import { tileColumns } from "../src/reports/Tiles";
import type { Change, Panel } from "../src/reports/types";

test.each([
  ["count", [0, 87], true, [0, 25, 50, 75, 100]],
  ["count", [0, 3], true, [0, 1, 2, 3]],
  ["count", [], true, [0, 1]],
  ["count", [0, 0], true, [0, 1]],
  ["seconds", [40, 500], false, [0, 300, 600]],
  ["seconds", [0, 7 * 3600], false, [0, 7200, 14400, 21600, 28800]],
  ["share", [0.82, 0.9], false, [0.75, 0.8, 0.85, 0.9, 0.95, 1]],
  ["share", [0.99, 1], false, [0.8, 0.85, 0.9, 0.95, 1]],
  ["share", [0.2, 0.6], true, [0, 0.2, 0.4, 0.6]],
  ["points", [-12, 41], false, [-20, 0, 20, 40, 60]],
] as const)("an axis of %s for %j has round ticks that hold every value", (unit, values, zero, want) => {
  const axis = axisOf([...values], { unit, zero });
  expect(axis).toEqual({ low: want[0], high: want[want.length - 1], ticks: want });
});

test("counts have no half ticks, and no step is nothing", () => {
  expect(niceStep(2, 4, "count")).toBe(1);
  expect(niceStep(0, 4, "count")).toBe(1);
  expect(niceStep(400, 4, "seconds")).toBe(120);
  expect(niceStep(400 * 86_400, 4, "seconds")).toBeGreaterThan(28 * 86_400);
});

test("a scale keeps the ends, and a flat axis does not divide by nothing", () => {
  const y = scale({ low: 0, high: 10 }, 100, 0);
  expect([y(0), y(5), y(10)]).toEqual([100, 50, 0]);
  expect(scale({ low: 3, high: 3 }, 0, 10)(3)).toBe(0);
});

test("labels stand where there is room, and the newest always has one", () => {
  expect(labelled(28, 600, 60)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
  expect(labelled(3, 600, 60)).toEqual([0, 1, 2]);
  expect(labelled(400, 20, 60)).toContain(399);
  expect(labelled(0, 600, 60)).toEqual([]);
});

test("a line does not run through what is not known", () => {
  expect(stretches([null, 1, 2, null, 3], (v) => v !== null)).toEqual([
    { at: 1, values: [1, 2] },
    { at: 4, values: [3] },
  ]);
});

test.each([
  [0, 10, 0],
  [1, 10, 1],
  [2, 10, 1],
  [3, 10, 2],
  [10, 10, 5],
  [5, 0, 0],
])("%d of at most %d has heat %d", (v, max, want) => expect(heatStep(v, max)).toBe(want));

const panel = (part: Partial<Panel>): Panel => ({ id: "p", title: "T", summary: "", chart: "line", unit: "share", columns: [], rows: [], note: "", empty: "", ...part });
const column = (key: string, role: string, unit = "") => ({ key, label: key.toUpperCase(), unit, role });

test("a wide table is a series for each value, with its own interval and number", () => {
  const f = frameOf(
    panel({
      columns: [column("day", "x"), column("median", "y", "seconds"), column("low", "low"), column("high", "high"), column("n", "n"), column("p90", "y", "seconds")],
      rows: [
        { cells: ["2026-11-01", 60, 50, 70, 9, 300], href: "/tickets?a" },
        { cells: ["2026-11-02", null, null, null, 0, null], href: "" },
      ],
    }),
  );
  expect(f.keys).toEqual(["2026-11-01", "2026-11-02"]);
  expect(f.hrefs).toEqual(["/tickets?a", ""]);
  expect(f.series.map((s) => [s.key, s.values, s.low, s.n])).toEqual([
    ["median", [60, null], [50, null], [9, 0]],
    ["p90", [300, null], undefined, undefined],
  ]);
});

test("a long table is a series for each group, with holes where a pair is missing", () => {
  const f = frameOf(
    panel({
      columns: [column("week", "x"), column("score", "group"), column("n", "y", "count")],
      rows: [
        { cells: ["W1", "5", 4], href: "/a" },
        { cells: ["W1", "4", 2], href: "/b" },
        { cells: ["W2", "5", 1], href: "/c" },
      ],
    }),
  );
  expect(f.series.map((s) => [s.label, s.values])).toEqual([
    ["5", [4, 1]],
    ["4", [2, null]],
  ]);
  expect(f.hrefs).toEqual(["/a", "/c"]);
});

test("a release stands at its day, or at the last place before it; nowhere when the axis has no days", () => {
  const frame = frameOf(panel({ columns: [column("day", "x"), column("v", "y")], rows: [{ cells: ["2026-11-02", 1], href: "" }, { cells: ["2026-11-09", 1], href: "" }] }));
  const at = (day: string) => marksOn(frame, [{ kind: "release", name: "2.4", at: `${day}T10:00:00.000Z` }]).map((m) => m.at);
  expect([at("2026-11-02"), at("2026-11-08"), at("2026-11-09"), at("2026-10-01")]).toEqual([[0], [0], [1], []]);
  expect(marksOn({ ...frame, keys: ["Chat", "E-mail"] }, [{ kind: "release", name: "2.4", at: "2026-11-02" }])).toEqual([]);
});

test("no panel stands alone beside an empty place", () => {
  const half = panel({});
  const whole = panel({ chart: "heat" });
  expect(widths([half, half, half])).toEqual([false, false, true]);
  expect(widths([half, whole, half, half])).toEqual([true, true, false, false]);
});

const change = (part: Partial<Change>): Change => ({ verdict: "up", value: null, ratio: false, relative: null, interval: null, good: null, ...part });

test("numbers read as in the report", () => {
  expect(value("share", 0.8421)).toBe("84.2\u00a0%");
  expect(value("share", 1)).toBe("100\u00a0%");
  expect(value("count", 1204)).toBe("1,204");
  expect(value("points", -12.4)).toBe("−12.4");
  expect(value("count", null)).toBe("–");
  expect([12, 90, 3600, 7500, 200_000].map(duration)).toEqual(["12 s", "1.5 min", "1 h", "2 h 5 min", "2.3 days"]);
  expect(range("share", { low: 0.79, high: 0.88 })).toBe("79 – 88\u00a0%");
  expect(range("seconds", { low: 50, high: 70 })).toBe("50 s – 1.2 min");
  expect(range("count", { low: 5, high: null })).toBe("5 – …");
  expect(moved("share", change({ value: -0.081 }))).toBe("−8.1 points");
  expect(moved("seconds", change({ value: 1.12, ratio: true }))).toBe("+12 %");
  expect(moved("seconds", change({ value: 0.88, ratio: true }), false)).toBe("12 %");
  expect(moved("points", change({ value: 7 }))).toBe("+7 points");
});

test("what agents work is told in hours, however many; a wait is told in days", () => {
  expect([1800, 5 * 3600, 760_000].map((v) => value(unitOf("handling", "seconds"), v))).toEqual(["30 min", "5 h", "211 h"]);
  expect(value(unitOf("first_response", "seconds"), 200_000)).toBe("2.3 days");
  expect(unitOf("online", "share")).toBe("share");
});

test("a sentence of the server writes its days as people do", () => {
  expect(tidy("first resolved by 2026-11-15: 12 min")).toBe("first resolved by Nov 15, 2026: 12\u00a0min");
});

test("a table of up to four columns shares its row; what belongs to a value is no column", () => {
  const table = (...columns: Panel["columns"]) => panel({ chart: "table", columns });
  const four = table(column("topic", "x"), column("a", "y"), column("a_low", "low"), column("a_high", "high"), column("b", "y"), column("c", "y"));
  const five = table(...four.columns, column("d", "y"));
  expect(widths([four, four, five])).toEqual([false, false, true]);
  const judged = shownOf(table(column("topic", "x"), column("change", "y", "share"), column("verdict", "group"), column("score", "y", "score"), column("scale", "n", "score")));
  expect(judged.map((s) => [s.column.key, s.words])).toEqual([
    ["topic", -1],
    ["change", 2],
    ["score", 4],
  ]);
});

test("rows of figures are full", () => {
  expect([3, 4, 6].map((n) => Object.values(tileColumns(n)))).toEqual([
    [3, 3],
    [4, 4],
    [6, 3],
  ]);
});

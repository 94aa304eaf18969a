import { expect, test } from "vitest";
import { along, placeMarks } from "../src/ui/charts";

const mark = (label: string, x: number, beside = false) => ({ label, x, beside });

test("names that would meet stand on lines of their own", () => {
  const placed = placeMarks([mark("Fixed", 300), mark("Flagged", 310), mark("Shop 2.15", 600, true), mark("Shop 2.16", 605, true), mark("Shop 2.17", 610, true)], 700);
  expect(placed.map((m) => m.line)).toEqual([0, 1, 0, 1, 2]);
});

test("at the edges they stand inside, and long ones are cut", () => {
  const placed = placeMarks([mark("Flagged", 2), mark("A release with a name that nobody would read to its end", 698, true)], 700);
  expect(placed.map((m) => m.anchor)).toEqual(["start", "end"]);
  expect(placed[1]?.text.length).toBeLessThanOrEqual(30);
});

test("time runs the way that the page reads", () => {
  expect([0, 1, 2].map(along(3, 100))).toEqual([0, 50, 100]);
  expect([0, 1, 2].map(along(3, 100, true))).toEqual([100, 50, 0]);
  expect(along(1, 100)(0)).toBe(0);
});

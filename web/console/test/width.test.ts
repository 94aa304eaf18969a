import { expect, test } from "vitest";
import { NARROWEST, stepOf, WIDEST, widthWithin } from "../src/inbox/width";

test.each([
  ["ArrowRight", 340, 1, 356],
  ["ArrowLeft", 340, 1, 324],
  ["ArrowRight", 340, -1, 324],
  ["ArrowLeft", NARROWEST, 1, NARROWEST],
  ["ArrowRight", WIDEST, 1, WIDEST],
  ["Home", 340, 1, NARROWEST],
  ["End", 340, 1, WIDEST],
  ["Enter", 500, 1, 0],
  ["j", 340, 1, undefined],
] as const)("%s at %i px", (key, width, direction, want) => expect(stepOf(key, width, direction)).toBe(want));

test("what is dragged past the ends stays at the ends", () => {
  expect([widthWithin(10), widthWithin(333.4), widthWithin(9999)]).toEqual([NARROWEST, 333, WIDEST]);
});

import { expect, test } from "vitest";
import { chooseLoaded, chooseView, extend, has, isEmpty, kept, nothing, size, toggle } from "../src/inbox/selection";

const rows = ["1", "2", "3", "4", "5"];
const ids = (s: { ids: ReadonlySet<string> }) => [...s.ids].sort();

test("x takes a row in and lets it go", () => {
  const one = toggle(nothing, "2");
  expect(ids(one)).toEqual(["2"]);
  expect(one.anchor).toBe("2");
  expect(isEmpty(toggle(one, "2"))).toBe(true);
});

test("a range grows from where it began, and shrinks again", () => {
  const from2 = toggle(nothing, "2");
  const to4 = extend(from2, rows, "4", "2");
  expect(ids(to4)).toEqual(["2", "3", "4"]);
  expect(ids(extend(to4, rows, "3", "4"))).toEqual(["2", "3"]);
  expect(ids(extend(to4, rows, "1", "4"))).toEqual(["1", "2"]);
});

test("a range without a beginning, or with one that is gone, begins where it ends", () => {
  expect(ids(extend(nothing, rows, "3"))).toEqual(["3"]);
  expect(ids(extend({ ...nothing, anchor: "gone" }, rows, "3"))).toEqual(["3"]);
  expect(extend(nothing, rows, "gone")).toBe(nothing);
});

test("what was chosen outside of a range stays", () => {
  const far = toggle(toggle(nothing, "5"), "1");
  expect(ids(extend(far, rows, "2"))).toEqual(["1", "2", "5"]);
});

test("all of the view, but some", () => {
  const all = toggle(chooseView(), "3");
  expect(has(all, "3")).toBe(false);
  expect(has(all, "never loaded")).toBe(true);
  expect(size(all, 1284)).toBe(1283);
  expect(size(all, undefined)).toBeUndefined();
  expect(ids(extend(all, rows, "3", "3"))).toEqual([]);
});

test("rows that leave the list are not chosen any more; a whole view does not forget its exceptions", () => {
  expect(ids(kept(chooseLoaded(rows), ["1", "5", "9"]))).toEqual(["1", "5"]);
  const all = toggle(chooseView(), "3");
  expect(kept(all, [])).toBe(all);
});

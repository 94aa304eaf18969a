import { expect, test } from "vitest";
import { pathTo, sourceOf, withParam } from "../src/inbox/source";

test("the order of a list stands in its address, and the usual one is not asked for", () => {
  const waiting = sourceOf("all", "?order=waiting&status=all");
  expect(waiting.order).toBe("waiting");
  expect(waiting.query).toMatchObject({ view: "all", order: "waiting" });
  expect(pathTo(waiting, "7")).toBe("/inbox/all/7?status=all&order=waiting");
  expect(withParam(waiting, "order", "newest")).toBe("/inbox/all?status=all&order=newest");
  for (const search of ["", "?order=newest", "?order=random"]) {
    expect(sourceOf("all", search).order).toBe("newest");
    expect(sourceOf("all", search).query).not.toHaveProperty("order");
  }
  expect(sourceOf("all", "?order=oldest").key).not.toBe(sourceOf("all", "").key);
});

test("tickets behind a figure have an order of their own", () => {
  const linked = sourceOf(undefined, "?figure=frt&week=2026-W47&order=oldest");
  expect(linked.order).toBe("newest");
  expect(linked.query).not.toHaveProperty("order");
});

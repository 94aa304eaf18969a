import { expect, test } from "vitest";
import { nextOf } from "../src/ticket/flow";
import { ticket } from "./fakes";

const rows = ["1", "2", "3", "4"].map((id) => ticket({ id }));

test.each([
  ["the one below", "2", [], "3"],
  ["at the end the one above", "4", [], "3"],
  ["not what has left the list", "2", ["3"], "4"],
  ["nor itself when it has left", "2", ["2", "3", "4"], "1"],
  ["nothing when all have left", "2", ["1", "3", "4"], undefined],
  ["the first when it is not in the list", "9", [], "1"],
])("what comes after a ticket: %s", (_, id, left, want) => {
  expect(nextOf(rows, new Set(left), id, "open")?.id).toBe(want);
});

test("an empty list has nothing next", () => {
  expect(nextOf([], new Set(), "1", "open")).toBeUndefined();
});

test("what is done or asleep comes next only in a list of such tickets", () => {
  const states = (["open", "closed", "resolved", "snoozed", "pending"] as const).map((status, i) => ticket({ id: String(i + 1), status }));
  expect(nextOf(states, new Set(), "1", "all")?.id).toBe("5");
  expect(nextOf(states, new Set(), "5", "all")?.id).toBe("1");
  expect(nextOf(states.slice(1, 4), new Set(), "2", "all")).toBeUndefined();
  expect(nextOf(states.slice(1, 3), new Set(), "2", "resolved")?.id).toBe("3");
});

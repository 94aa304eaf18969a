import { expect, test } from "vitest";
import type { Segment } from "../src/api/types";
import { partOf, slicesOf, sumsOf, toneOf } from "../src/ticket/side/story";
import { at } from "./fakes";

const part = (from: number, to: number | null, x: Partial<Segment>): Segment => ({ from: at(from), to: to === null ? null : at(to), agent: null, team: null, agent_name: "", team_name: "", entered_by: "ticket.queued", ...x });

const story = [
  part(0, 10, { team: "2", entered_by: "ticket.opened" }),
  part(10, 30, { agent: "7", entered_by: "ticket.assigned" }),
  part(30, 40, { agent: "8", entered_by: "ticket.handed_off", reason: "skill" }),
  part(40, 1000, { entered_by: "ticket.unassigned" }),
  part(1000, 1020, { team: "2", entered_by: "ticket.queued" }),
  part(1020, null, { agent: "7", entered_by: "ticket.assigned" }),
];
const now = Date.parse(at(1060));

test.each([
  ["a queue", part(0, 1, { team: "2" }), "queue"],
  ["a desk without teams", part(0, 1, { entered_by: "ticket.opened" }), "queue"],
  ["handed to a queue without teams", part(0, 1, { entered_by: "ticket.handed_off" }), "queue"],
  ["somebody", part(0, 1, { agent: "7", team: "2" }), "owner"],
  ["nobody after a resolve", part(0, 1, { entered_by: "ticket.unassigned" }), "rest"],
])("who has it: %s", (_, s, want) => {
  expect(partOf(s)).toBe(want);
});

test("a story adds up: hands, waits, people and handovers, and no rest", () => {
  expect(sumsOf(story, now)).toEqual({ owned: 70 * 60_000, waited: 30 * 60_000, people: 2, handoffs: 1 });
  expect(sumsOf([], now)).toEqual({ owned: 0, waited: 0, people: 0, handoffs: 0 });
});

test("the pieces of the bar fill it, and rest takes no room", () => {
  const slices = slicesOf(story, now);
  expect(slices.map((s) => s.part)).toEqual(["queue", "owner", "owner", "rest", "queue", "owner"]);
  expect(slices.reduce((sum, s) => sum + s.share, 0)).toBeCloseTo(1);
  expect(slices[0]?.share).toBeCloseTo(0.1);
  expect(slices[3]?.share).toBe(0);
});

test("nothing has happened yet, or clocks differ: no share is wrong", () => {
  const fresh = [part(0, null, { team: "2" })];
  expect(slicesOf(fresh, Date.parse(at(-5))).map((s) => s.share)).toEqual([0]);
});

test("everybody keeps their colour", () => {
  expect(story.map((s) => toneOf(story, s.agent))).toEqual([0, 0, 1, 0, 0, 0]);
});

import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Event } from "../src/api/types";
import { pullFrom } from "../src/inbox/TakeNext";
import { sourceOf } from "../src/inbox/source";
import type { Team } from "../src/api/types";
import { itemsOf } from "../src/ticket/items";
import { promised, routedLine, type Names } from "../src/ticket/lines";
import Why, { outcome } from "../src/ticket/Why";
import { at } from "./fakes";

afterEach(cleanup);

const people: Record<string, string> = { "7": "Mia", "8": "Noor", "9": "Lea" };
const names: Names = { me: "7", agent: (id) => people[id] ?? "", team: (id) => (id === "2" ? "Night" : "") };
const event = (kind: string, seq: number, data: Record<string, unknown>): Event => ({ seq, prev: seq - 1, kind, at: at(seq), by: { kind: "system" }, data });
const routed = event("ticket.routed", 1, {
  agent: "8",
  rule: "balanced",
  strategy: "balanced",
  relaxed: true,
  team: "2",
  candidates: [
    { agent: "8", load: 1, capacity: 5, idle_s: 90, score: 0.2, rate: 0, missing: [], out: "" },
    { agent: "7", load: 5, capacity: 5, idle_s: 10, score: 1, rate: 0, missing: [], out: "full" },
    { agent: "9", load: 0, capacity: 5, idle_s: 10, score: 0, rate: 0, missing: ["lang:de"], out: "skill" },
  ],
});

test("a decision says its rule, that skills were relaxed, who helped out, and why the others did not get it", () => {
  render(<Why event={routed} names={names} />);
  expect(screen.getByText(/smallest load for their capacity/)).toBeTruthy();
  expect(screen.getByText(/did not bind any more/)).toBeTruthy();
  expect(screen.getByText(/Night helped out/)).toBeTruthy();
  const rows = screen.getAllByRole("row").slice(1).map((r) => r.textContent);
  expect(rows).toEqual(["Noor1 of 51m0.2Chosen", "Mia5 of 510s1Full", "Lea0 of 510s0Lacks lang:de"]);
});

test("a decision from before there were strategies has no scores", () => {
  const { candidates } = routed.data as { candidates: object[] };
  const old = event("ticket.routed", 1, { agent: "8", rule: "least_loaded", candidates: candidates.map((c) => ({ ...c, score: undefined })) });
  render(<Why event={old} names={names} />);
  expect(screen.queryByText("Score")).toBeNull();
});

test.each([
  [{ out: "rate", rate: 3 }, "3 new chats in a minute"],
  [{ out: "declined" }, "Had passed on it"],
  [{ out: "something_new" }, "something_new"],
  [{ missing: ["vip"] }, "Lacks vip, less fitting"],
  [{}, "Came after"],
])("why not: %j", (c, want) => {
  expect(outcome(c)).toBe(want);
});

test("an offer and the decision behind it are one line", () => {
  const offered = event("ticket.offered", 2, { agent: "8", until: new Date(Date.parse(at(2)) + 20_000).toISOString() });
  const took = { ...event("ticket.assigned", 4, { agent: "8" }), by: { kind: "agent" as const, id: "8" } };
  const lines = itemsOf([routed, offered, took], [], 0, () => true).filter((i) => i.type === "line");
  expect(lines.map((l) => l.event.kind)).toEqual(["ticket.routed", "ticket.assigned"]);
  expect(routedLine(routed, lines[0]!.offer, names)).toBe("Offered to Noor for 20 s");
  expect(routedLine(routed, undefined, names)).toBe("Assigned to Noor by routing");
});

test.each([
  [{ low_s: 130, high_s: 290, position: 2 }, undefined, "Promised 2–5 min, number 2 in the queue"],
  [{ low_s: 130, high_s: 290 }, 185, "Promised 2–5 min, waited 3 min"],
  [{ low_s: 10, high_s: 40 }, 20, "Promised at most 1 min, waited less than 1 min"],
  [{ low_s: 60, high_s: 60 }, 60, "Promised about 1 min, waited 1 min"],
])("a promise %j, %s", (d, waited, want) => {
  expect(promised(d, waited)).toBe(want);
});

test("one pulls from the queue on screen, or from the only one that is pulled from", () => {
  const team = (id: string, strategy: string) => ({ id, name: id, strategy, auto_assign: true }) as Team;
  const all = () => true;
  const teams = [team("1", "balanced"), team("2", "manual")];
  expect(pullFrom(sourceOf("team:1", ""), teams, all)?.id).toBe("1");
  expect(pullFrom(sourceOf("mine", ""), teams, all)?.id).toBe("2");
  expect(pullFrom(sourceOf("mine", ""), [...teams, team("3", "manual")], all)).toBeUndefined();
  expect(pullFrom(sourceOf("team:1", ""), teams, () => false)).toBeUndefined();
  expect(pullFrom(sourceOf("all", ""), teams, all)).toBeUndefined();
  expect(pullFrom(sourceOf("mine", "?q=tea"), teams, all)).toBeUndefined();
});

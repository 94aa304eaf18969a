import { describe, expect, test } from "vitest";
import type { Event } from "../src/api/types";
import { itemsOf } from "../src/ticket/items";
import { foldChanges } from "../src/ticket/thread/folding";
import { lineOf, type Names } from "../src/ticket/lines";
import { actAfter } from "../src/ticket/undone";
import { at, message } from "./fakes";

const mia = { kind: "agent" as const, id: "7", name: "Mia" };
const line = (seq: number, kind: string, data: Record<string, unknown> = {}, by: Event["by"] = mia): Event => ({ seq, prev: seq - 1, kind, at: at(seq), by, data });
const names: Names = { me: "1", agent: () => "", team: () => "" };
const says = (e: Event) => lineOf(e, names) !== "";
const shown = (events: Event[]) => itemsOf(events, [], 0, says).flatMap((i) => (i.type === "line" ? [`${i.event.kind}${i.undone ? ` undone ${i.undone.seq}` : ""}`] : i.type === "day" ? [] : [i.type]));

const resolved = [line(2, "ticket.assigned", { agent: "7" }), line(3, "ticket.status_changed", { from: "open", to: "resolved" }), line(4, "ticket.unassigned", { agent: "7" })];
const asked = line(5, "survey.asked", { kind: "csat", resolve: 3 });
const back = [line(6, "ticket.status_changed", { from: "resolved", to: "open" }), line(7, "ticket.queued", {}), line(8, "ticket.act_undone", { from: 2, through: 4, back: 6 })];
const withdrawn = line(9, "survey.withdrawn", { kind: "csat", reason: "reopened", resolve: 3 });

describe("what was taken back", () => {
  test("is one line, with the survey that it asked", () => {
    expect(shown([message(1, "hi"), ...resolved, asked, ...back, withdrawn])).toEqual(["message", "ticket.status_changed undone 8"]);
  });

  test("is small: it folds with other changes", () => {
    const folded = foldChanges(itemsOf([message(1, "hi"), ...resolved, asked, ...back, withdrawn, line(10, "ticket.tagged", { tag: "a" }), line(11, "ticket.tagged", { tag: "b" })], [], 0, says));
    expect(folded.map((i) => i.type)).toEqual(["day", "message", "changes"]);
  });

  test("a resolve that stands is told, and its survey", () => {
    const again = [line(10, "ticket.status_changed", { from: "open", to: "resolved" }), line(11, "survey.asked", { kind: "csat", resolve: 10 })];
    expect(shown([...resolved, asked, ...back, withdrawn, ...again])).toEqual(["ticket.status_changed undone 8", "ticket.status_changed", "survey.asked"]);
  });

  test("a note that went with it stays", () => {
    const events: Event[] = [{ ...line(2, "note.posted"), body: "knows lamps" }, line(3, "ticket.handed_off", { from_agent: "7", to_agent: "8", reason: "skill" }), line(4, "ticket.handed_off", { from_agent: "8", to_agent: "7", reason: "other" }), line(5, "ticket.act_undone", { from: 2, through: 3, back: 4 })];
    expect(shown(events)).toEqual(["note", "ticket.handed_off undone 5"]);
  });

  test("nothing is told of what is not loaded", () => {
    expect(shown(back)).toEqual([]);
  });
});

test("what was done with a message is what follows it at once", () => {
  const same = (e: Event): Event => ({ ...e, at: at(1) });
  const events = [message(1, "done", mia), ...resolved.map(same)];
  expect(actAfter(events, 1)).toEqual({ from: 2, through: 4 });
  expect(actAfter([...events, line(5, "ticket.tagged", { tag: "x" })], 1)).toEqual({ from: 2, through: 4 });
  expect(actAfter([message(1, "done", mia)], 1)).toBeUndefined();
  expect(actAfter([], 1)).toBeUndefined();
});

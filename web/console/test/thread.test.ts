import { expect, test } from "vitest";
import type { Event } from "../src/api/types";
import { itemsOf } from "../src/ticket/items";
import { lineOf, type Names } from "../src/ticket/lines";
import { sourceOf, pathTo, withParam } from "../src/inbox/source";
import { overlaps, weekHours } from "../src/settings/SchedulesPage";
import { niceMax } from "../src/ui/charts";
import { at, message } from "./fakes";

const names: Names = { me: "7", agent: (id) => (id === "8" ? "Bo" : ""), team: (id) => (id === "2" ? "Billing" : "") };
const mia = { kind: "agent" as const, id: "7", name: "Mia" };

function event(kind: string, data: Record<string, unknown>, by: Event["by"] = mia): Event {
  return { seq: 5, prev: 4, kind, at: at(5), by, data };
}

test.each<[Event, string]>([
  [event("ticket.handed_off", { from_agent: "7", from_name: "Mia", to_agent: "8", to_name: "Bo", reason: "shift_end" }), "Mia handed over to Bo · End of shift"],
  [event("ticket.handed_off", { from_agent: "7", from_name: "Mia", to_team: "2", reason: "moon_phase" }), "Mia handed over to Billing · moon phase"],
  [event("ticket.handed_off", { from_agent: "8", from_name: "Bo", to_agent: "9", to_name: "Cy", reason: "shift_end" }, { kind: "agent", id: "3", name: "Zoe" }), "Zoe handed Bo’s ticket over to Cy · End of shift"],
  [event("ticket.handed_off", { to_agent: "9", to_name: "Cy" }, mia), "You handed over to Cy"],
  [event("customer.left", { last_seen: at(4) }, { kind: "system" }), "The customer left before anybody answered. Nobody is given this chat until they are back"],
  [event("ticket.assigned", { agent: "7", agent_name: "Mia" }), "You took the ticket"],
  [event("ticket.assigned", { agent: "8", agent_name: "Bo" }, { kind: "system" }), "Assigned to Bo"],
  [event("ticket.status_changed", { from: "open", to: "pending" }), "You set the status to Pending"],
  [event("ticket.status_changed", { from: "pending", to: "open" }, { kind: "customer" }), ""],
  [event("ticket.status_changed", { from: "open", to: "resolved" }), "You resolved the ticket"],
  [event("ticket.status_changed", { from: "resolved", to: "open" }, { kind: "customer" }), "Reopened by the customer’s message"],
  [event("ticket.tagged", { tag: "dhl" }), "You added the tag “dhl”"],
  [event("ticket.tagged", { tag: "dhl", imported: true }, { kind: "system" }), "Tag “dhl” by import"],
  [event("ticket.tagged", { tag: "dhl" }, { kind: "customer", name: "Ana" }), "Tag “dhl” by import"],
  [event("kind.of_tomorrow", {}), ""],
])("an inner event in words", (e, want) => {
  expect(lineOf(e, names)).toBe(want);
});

test("the thread has days, groups one breath, and marks only the newest reply as seen", () => {
  const events = [message(1, "a"), message(2, "b"), { ...message(3, "c", mia) }, { ...message(4, "d", mia) }];
  const items = itemsOf(events, [], 4, () => true);
  expect(items.map((i) => i.type)).toEqual(["day", "message", "message", "message", "message"]);
  const messages = items.filter((i) => i.type === "message");
  expect(messages.map((m) => m.first)).toEqual([true, false, true, false]);
  expect(messages.map((m) => m.receipt)).toEqual([undefined, undefined, undefined, "seen"]);
});

test("a routing decision and its assignment are told once", () => {
  const routed = { ...event("ticket.routed", { agent: "8", rule: "least_loaded" }, { kind: "system" }), seq: 1 };
  const assigned = { ...event("ticket.assigned", { agent: "8" }, { kind: "system" }), seq: 2 };
  const other = { ...event("ticket.assigned", { agent: "7" }, mia), seq: 3 };
  expect(itemsOf([routed, assigned, other], [], 0, () => true).map((i) => i.key)).toEqual(["day-2026-10-21", "e1", "e3"]);
});

test("an edit changes its message, a redaction hides it, neither is a line", () => {
  const events: Event[] = [message(1, "a"), message(2, "b"), { ...message(3, "better", mia), kind: "message.edited", data: { target_seq: 1 } }, { ...message(4, "", mia), kind: "message.redacted", data: { target_seq: 2 } }];
  const messages = itemsOf(events, [], 0, () => true).filter((i) => i.type === "message");
  expect(messages.map((m) => [m.body, m.edited, m.redacted])).toEqual([
    ["better", true, false],
    ["", false, true],
  ]);
});

test("links from a report open their tickets, and a ticket of that list keeps the filter", () => {
  const s = sourceOf(undefined, "figure=handoffs&week=2026-W46");
  expect(s.query).toEqual({ figure: "handoffs", week: "2026-W46" });
  expect(pathTo(s, "12")).toBe("/tickets/12?figure=handoffs&week=2026-W46");
});

test("a view shows what is open unless asked otherwise; a search looks everywhere", () => {
  expect(sourceOf("mine", "").query).toEqual({ view: "mine", status: "open,pending" });
  expect(sourceOf("unassigned", "").query).toEqual({ view: "unassigned", status: "open" });
  expect(sourceOf("mine", "q=dhl").status).toBe("all");
  expect(withParam(sourceOf("mine", "q=dhl"), "q", "")).toBe("/inbox/mine");
});

test("opening hours: several a day, no overlap, none that ends before it starts", () => {
  const morning = { day: 1, from: "09:00", to: "12:30" };
  expect(overlaps([morning, { day: 1, from: "13:30", to: "17:30" }])).toBe(0);
  expect(overlaps([morning, { day: 1, from: "12:00", to: "17:30" }])).toBe(1);
  expect(overlaps([{ day: 3, from: "17:00", to: "09:00" }])).toBe(3);
  expect(weekHours([morning, { day: 2, from: "00:00", to: "24:00" }])).toBe(27.5);
});

test.each([
  [0, 4],
  [7, 10],
  [14, 20],
  [23, 25],
  [130, 200],
])("a chart for values up to %d ends at %d", (max, want) => {
  expect(niceMax(max)).toBe(want);
});

import { expect, test } from "vitest";
import { itemsOf, type Talk } from "../src/ticket/items";
import { actsOn } from "../src/ticket/MessageMenu";
import { at, message } from "./fakes";

const mia = { kind: "agent", id: "7", name: "Mia" } as const;
const noor = { kind: "agent", id: "8", name: "Noor" } as const;
const agent = { me: "7", own: true, any: false, closed: false };
const lead = { ...agent, any: true };
const said = (part: Partial<Talk> = {}): Talk => ({ type: "message", key: "e1", event: message(1, "hi", mia), body: "hi", edited: false, redacted: false, first: true, ...part }) as Talk;
const noon = Date.parse(at(0));
const nextDay = noon + 25 * 3600_000;

test.each([
  ["my own words", said(), agent, noon, ["edit", "redact"]],
  ["my own words, a day later", said(), agent, nextDay, []],
  ["a colleague's words", said({ event: message(1, "hi", noor) }), agent, noon, []],
  ["a colleague's words, for a lead, later", said({ event: message(1, "hi", noor) }), lead, nextDay, ["edit", "redact"]],
  ["what was edited, for a lead", said({ edited: true }), lead, noon, ["edit", "redact", "versions"]],
  ["a customer's words are never changed", said({ event: message(1, "hi") }), lead, noon, ["redact"]],
  ["customer 7 is not agent 7", said({ event: message(1, "hi", { kind: "customer", id: "7" }) }), agent, noon, []],
  ["what is gone", said({ redacted: true }), lead, noon, []],
  ["a closed ticket", said(), { ...lead, closed: true }, noon, ["redact"]],
  ["without the right", said(), { ...agent, own: false }, noon, []],
] as const)("what may be done to %s", (_, item, rights, now, want) => {
  expect(actsOn(item as Talk, rights, now)).toEqual(want);
});

const talk = (events: Parameters<typeof itemsOf>[0]) => itemsOf(events, [], 0, () => true).filter((i): i is Talk => i.type === "message" || i.type === "note");

test("what was redacted before one came has no text, and what was edited says so", () => {
  const events = [
    { ...message(1, "secret"), data: { redacted: true } },
    { ...message(2, "new words"), data: { edited_at: at(9) } },
  ];
  expect(talk(events).map((i) => [i.body, i.edited, i.redacted])).toEqual([
    ["", false, true],
    ["new words", true, false],
  ]);
});

test("an edit of a note counts for the note, and an edit whose text is gone keeps the redaction", () => {
  const note = { ...message(1, "old", mia), kind: "note.posted" };
  const edit = { ...message(2, "new", mia), kind: "message.edited", data: { target_seq: 1, note: true } };
  const gone = { ...message(3, "", mia), kind: "message.redacted", body: undefined, data: { target_seq: 1, note: true } };
  expect(talk([note, edit]).map((i) => [i.type, i.body, i.edited])).toEqual([["note", "new", true]]);
  expect(talk([note, edit, gone]).map((i) => [i.body, i.redacted])).toEqual([["", true]]);
});

test("a promise is told with the wait that followed", () => {
  const promise = { ...message(1, ""), kind: "wait.promised", data: { position: 1, low_s: 120, high_s: 300 } };
  const assigned = { ...message(4, "", mia), kind: "ticket.assigned", data: { agent: "7" } };
  const waited = (events: Parameters<typeof itemsOf>[0]) => itemsOf(events, [], 0, () => true).find((i) => i.type === "line" && i.event.kind === "wait.promised");
  expect(waited([promise, assigned])).toMatchObject({ waited: 180 });
  expect(waited([promise])).not.toHaveProperty("waited");
});

import { expect, test } from "vitest";
import { accepted, remembered, suggest, type Values } from "../src/inbox/suggest";

const values: Values = {
  agents: [
    { name: "Mia Larsen", email: "mia@shop.example" },
    { name: "Noor Haddad", email: "noor@shop.example" },
    { name: "Noor Haddad", email: "noor.2@shop.example" },
  ],
  teams: ["Support", "Orders"],
  tags: ["refund", "late delivery"],
  inboxes: ["Shop"],
  topics: ["late · parcel"],
  days: ["2026-11-22", "2026-11-21"],
};
const texts = (q: string, caret = q.length) => suggest(q, caret, values, ["is:open refund"]).map((s) => s.text);

test("an empty field offers recent searches, then every key", () => {
  expect(texts("").slice(0, 3)).toEqual(["is:open refund", "is:", "assignee:"]);
  expect(texts("is:open ")).not.toContain("is:open refund");
});

test.each([
  ["ass", ["assignee:", "is:unassigned"]],
  ["-ta", ["-tag:"]],
  ["tag:re", ["tag:refund"]],
  ["-tag:late", ['-tag:"late delivery"']],
  ["tag:refund,", ['tag:refund,"late delivery"']],
  ["assignee:mia", ['assignee:"Mia Larsen"']],
  ["assignee:shop.example", ['assignee:"Mia Larsen"', "assignee:noor@shop.example", "assignee:noor.2@shop.example"]],
  ["csat:<", ["csat:<=2"]],
  ["created:", ["created:>=2026-11-22", "created:>=2026-11-21"]],
  ["nothing:here", []],
  ["refu", ["tag:refund"]],
])("%s", (q, want) => {
  expect(texts(q)).toEqual(want);
});

test("a suggestion takes the place of the term at the caret, and of nothing else", () => {
  const q = "tag:re late";
  const [refund] = suggest(q, 6, values, []);
  expect(accepted(q, 6, refund!)).toEqual({ q: "tag:refund late", caret: 11 });
  const [key] = suggest("late ", 5, values, []);
  expect(accepted("late ", 5, key!)).toEqual({ q: "late is:", caret: 8 });
  const [whole] = suggest("", 0, values, ["is:open x"]);
  expect(accepted("", 0, whole!)).toEqual({ q: "is:open x", caret: 9 });
});

test("recent searches are there once, the last first", () => {
  expect(remembered(["a", "b"], " b ")).toEqual(["b", "a"]);
  expect(remembered(["a"], "  ")).toEqual(["a"]);
  expect(remembered(["1", "2", "3", "4", "5", "6"], "7")).toHaveLength(6);
});

test("has: says what each of its values is", () => {
  const offered = suggest("has:", 4, values, []);
  expect(offered.map((s) => s.label)).toEqual(["attachment", "note", "draft", "comment"]);
  expect(offered.every((s) => (s.hint ?? "").length > 3)).toBe(true);
});

import { expect, test } from "vitest";
import { linesOf } from "../src/inbox/lines";
import { ticket } from "./fakes";

const ME = "7";
const base = { subject: "", title: "", preview: "", preview_by: "customer", topic_name: "Late delivery", team_name: "Orders" } as const;

test.each([
  ["a letter", { subject: "Refund", title: "Refund", preview: "Where **is** it?" }, { title: "Refund", by: "", said: "Where is it?" }],
  ["a chat that goes on", { title: "Where is my parcel?", preview: "Thank you!" }, { title: "Where is my parcel?", by: "", said: "Thank you!" }],
  ["a chat of one message", { title: "Where is my parcel?", preview: "Where is my parcel?" }, { title: "Where is my parcel?", by: "", said: "Late delivery" }],
  ["both cut, at different lengths", { title: "Where is my par…", preview: "Where is my parcel? I have waited…" }, { title: "Where is my par…", by: "", said: "Late delivery" }],
  ["without a title", { preview: "Hello" }, { title: "Hello", by: "", said: "Late delivery" }],
  ["nothing said yet", {}, { title: "No subject", by: "", said: "Late delivery" }],
  ["one's own answer", { title: "Refund", preview: "On its way", preview_by: "agent", preview_agent: ME, preview_name: "Mia Larsen" }, { title: "Refund", by: "You:", said: "On its way" }],
  ["a colleague's answer", { title: "Refund", preview: "On its way", preview_by: "agent", preview_agent: "8", preview_name: "Ben Okafor" }, { title: "Refund", by: "Ben:", said: "On its way" }],
  ["an agent nobody names", { title: "Refund", preview: "On its way", preview_by: "agent" }, { title: "Refund", by: "Us:", said: "On its way" }],
  ["a bot", { title: "Refund", preview: "One moment", preview_by: "bot" }, { title: "Refund", by: "Bot:", said: "One moment" }],
] as const)("the lines of a row: %s", (_name, part, want) => {
  expect(linesOf(ticket({ ...base, ...part }), ME)).toEqual(want);
});

import { beforeEach, expect, test } from "vitest";
import { Live } from "../src/live/live";
import { join, wordsOf, type Chosen } from "../src/ticket/compose/chosen";
import { writingOf, type Writing } from "../src/ticket/compose/drafts";
import type { MacroAction } from "../../shared/src/wire.gen";
import { FakeHost, FakeShelf, me, serve, until, type Call } from "./fakes";

let calls: Call[];
let answer: (c: Call) => { status?: number; body?: unknown } | undefined;
let w: Writing;

const begin = () => writingOf(new Live({ me, host: new FakeHost(), shelf: new FakeShelf(), url: "ws://x", onEpoch: () => {}, onSignedOut: () => {} }), "1", "reply");
const puts = () => calls.filter((c) => c.method === "PUT").map((c) => c.body as { body: string; rev: number });
const draft = (body: string, rev: number) => ({ ticket: "1", kind: "reply", body, attachments: [], rev, updated_at: "" });

beforeEach(() => {
  localStorage.clear();
  let rev = 0;
  answer = (c) => (c.method === "PUT" ? { body: { rev: (c.body as { body: string }).body === "" ? 0 : ++rev } } : undefined);
  calls = serve((c) => answer(c));
  w = begin();
});

test("what is written is kept on the server, each version from the one before", async () => {
  w.typed("Dear");
  w.flush();
  await until(() => puts().length === 1, "the first");
  await until(() => !localStorage.getItem("heard.draft.7.1.reply")?.includes('"dirty":true'), "its answer");
  w.typed("Dear Ana");
  w.flush();
  await until(() => puts().length === 2, "the second");
  expect(puts()).toMatchObject([{ body: "Dear", rev: 0 }, { body: "Dear Ana", rev: 1 }]);
});

test("a newer version is offered, and neither is lost", async () => {
  answer = () => ({ status: 409, body: { code: "invalid", detail: "newer", errors: [{ field: "rev", detail: "newer" }], draft: draft("Theirs", 4) } });
  w.typed("Mine");
  w.flush();
  await until(() => w.other.get() !== null, "the offer");
  expect(w.text).toBe("Mine");
  expect(w.other.get()).toMatchObject({ from: "elsewhere", body: "Theirs" });
  answer = () => ({ body: { rev: 5 } });
  w.swap();
  expect(w.text).toBe("Theirs");
  expect(w.other.get()).toMatchObject({ from: "here", body: "Mine" });
  w.swap();
  expect(w.text).toBe("Mine");
  w.dismiss();
  w.flush();
  await until(() => puts().some((p) => p.body === "Mine" && p.rev >= 4), "my version in the place of theirs");
});

test("a text that was not changed here follows the server; one that was removed there is gone here", () => {
  const seen: string[] = [];
  w.onShow((text) => seen.push(text));
  w.server(draft("From the phone", 2));
  w.server(draft("From the phone, longer", 3));
  w.server(undefined);
  expect(seen).toEqual(["From the phone", "From the phone, longer", ""]);
});

test("one that was sent elsewhere is gone here, and what is written here since goes on from it", async () => {
  w.server(draft("From the phone", 2));
  w.server(draft("", 3));
  expect(w.text).toBe("");
  answer = (c) => ((c.body as { rev: number }).rev === 9 ? { body: { rev: 10 } } : { status: 409, body: { code: "invalid", detail: "", draft: draft("", 9) } });
  w.typed("The next");
  w.flush();
  await until(() => puts().some((p) => p.rev === 9 && p.body === "The next"), "the next text, from the newest rev");
  expect(w.other.get()).toBeNull();
});

test("without a server the text stays here, and goes up later", async () => {
  answer = () => ({ status: 503, body: { code: "unavailable", detail: "" } });
  w.typed("Half a thought");
  w.flush();
  await until(() => puts().length === 1, "a try");
  expect(begin().text).toBe("Half a thought");
  w.server(draft("older", 0));
  expect(w.text).toBe("Half a thought");
});

test("what comes back stands before what was written since, and not twice", () => {
  w.typed("PS: one more");
  w.back("On its way", [], null, 3);
  expect(w.text).toBe("On its way\n\nPS: one more");
  w.back("On its way", [], null, 4);
  expect(w.text).toBe("On its way\n\nPS: one more");
});

const REFUND = "Hi Ana, your refund is on its way and takes three days.";
const said = (list: MacroAction[]) => list.map((a) => ({ ...a, text: "" }));
const refund: Chosen = { id: "5", name: "Refund", actions: [{ kind: "tag", add: ["refund"] }, { kind: "status", status: "pending" }], words: wordsOf(REFUND) };

test("what a macro does goes with the draft to the server, and comes from there to a second device", async () => {
  w.typed(REFUND);
  w.choose(refund);
  w.flush();
  await until(() => puts().length === 1, "the draft");
  expect(puts()[0]).toMatchObject({ body: REFUND, macro: "5", actions: refund.actions });
  const other = begin();
  other.server({ ...draft(REFUND, 1), macro: "5", macro_name: "Refund", actions: said(refund.actions) });
  expect(other.macro.get()).toMatchObject({ id: "5", name: "Refund", actions: refund.actions });
  other.server({ ...draft(REFUND, 2), macro: "5", actions: said(refund.actions.slice(1)) });
  expect(other.macro.get()?.actions).toEqual([refund.actions[1]]);
  other.server(draft("", 3));
  expect(other.macro.get()).toBeNull();
});

test("what a macro does goes when its text is replaced or emptied, and comes again with it", () => {
  w.typed(REFUND);
  w.choose(refund);
  w.typed(`${REFUND} Best, Mia`);
  expect(w.macro.get()?.actions).toHaveLength(2);
  w.typed("Hello bold test");
  expect(w.macro.get()).toBeNull();
  w.typed(REFUND);
  expect(w.macro.get()?.actions).toHaveLength(2);
  w.typed("");
  expect(w.macro.get()).toBeNull();
});

test("each thing that a macro does can be left out, and a reload remembers what stays", () => {
  w.typed(REFUND);
  w.choose(refund);
  w.drop(0);
  w.flush();
  expect(begin().macro.get()?.actions).toEqual([{ kind: "status", status: "pending" }]);
  w.drop(0);
  expect(w.macro.get()).toBeNull();
});

test("a second macro adds what it does; of what a ticket has one of, the newer counts", () => {
  const both = join(refund, { id: "6", name: "Late", actions: [{ kind: "tag", add: ["refund"] }, { kind: "tag", add: ["late"] }, { kind: "status", status: "open" }], words: ["late"] });
  expect(both.id).toBe("6");
  expect(both.actions).toEqual([
    { kind: "tag", add: ["refund"] },
    { kind: "tag", add: ["late"] },
    { kind: "status", status: "open" },
  ]);
});

test("after sending, what another window wrote meanwhile stays; one's own draft goes", async () => {
  w.typed("Hello Ana");
  w.flush();
  await until(() => puts().length === 1 && w.sending() !== undefined, "the draft");
  answer = (c) => ((c.body as { rev: number }).rev < 9 ? { status: 409, body: { code: "stale_draft", detail: "newer", draft: draft("From the phone", 9) } } : { body: { rev: 10 } });
  w.sent();
  await until(() => w.text === "From the phone", "the other words");
  w.typed("");
  w.flush();
  await until(() => puts().at(-1)?.rev === 9, "the words gone");

  w.typed("Hello Ana, again");
  w.flush();
  await until(() => w.sending() === 10, "the next draft");
  answer = (c) => ((c.body as { rev: number }).rev < 12 ? { status: 409, body: { code: "stale_draft", detail: "newer", draft: draft("Hello Ana", 12) } } : { body: { rev: 13 } });
  w.sent();
  await until(() => puts().at(-1)?.rev === 12 && puts().at(-1)?.body === "", "one's own draft gone");
  expect(w.text).toBe("");
});

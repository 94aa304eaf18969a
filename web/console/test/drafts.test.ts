import { beforeEach, expect, test } from "vitest";
import { Live } from "../src/live/live";
import { writingOf, type Writing } from "../src/ticket/compose/drafts";
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
  w.back("On its way", [], 3);
  expect(w.text).toBe("On its way\n\nPS: one more");
  w.back("On its way", [], 4);
  expect(w.text).toBe("On its way\n\nPS: one more");
});

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DeskContext } from "../src/app/desk";
import { Live } from "../src/live/live";
import type { TicketActions } from "../src/ticket/actions";
import { Composer, type ComposerHandle } from "../src/ticket/Composer";
import { takeBack } from "../src/ticket/compose/held";
import { FakeHost, FakeShelf, me, message, serve, ticket, until, type Call } from "./fakes";

let host: FakeHost;
let live: Live;
let left: unknown[][];

const actions = { left: (text: string, _undo: () => void, how?: string) => void left.push([text, how]) } as unknown as TicketActions;

beforeEach(async () => {
  localStorage.clear();
  left = [];
  serve((c) => (c.path.includes("/events") ? { body: { items: [message(1, "a"), message(2, "b"), message(3, "c")] } } : undefined));
  host = new FakeHost();
  live = new Live({ me, host, shelf: new FakeShelf(), url: "ws://x", onEpoch: () => {}, onSignedOut: () => {} });
  live.start();
  host.last.accept();
  await live.thread("1").load(3);
});

afterEach(cleanup);

function show() {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <DeskContext value={{ me, live }}>
        <Composer ref={createRef<ComposerHandle>()} ticket={ticket()} thread={live.thread("1")} actions={actions} />
      </DeskContext>
    </QueryClientProvider>,
  );
}

const area = () => screen.getByRole<HTMLTextAreaElement>("textbox");
const write = (text: string) => fireEvent.change(area(), { target: { value: text } });
const sends = () => host.sockets.flatMap((s) => s.sent).filter((f) => f.type === "send" || f.type === "note");

test("Ctrl+Enter sends with the newest public event on screen, and empties the field", () => {
  show();
  write("Hello Ana");
  fireEvent.keyDown(area(), { key: "Enter", ctrlKey: true });
  expect(sends()).toHaveLength(1);
  expect(sends()[0]).toMatchObject({ type: "send", ticket: "1", body: "Hello Ana", last_seq: 3 });
  expect(area().value).toBe("");
});

test("Enter while composing a character sends nothing", () => {
  show();
  write("こん");
  fireEvent.keyDown(area(), { key: "Enter", ctrlKey: true, isComposing: true });
  expect(sends()).toEqual([]);
});

test("an empty or blank message cannot be sent", () => {
  show();
  write("   ");
  fireEvent.keyDown(area(), { key: "Enter", metaKey: true });
  expect(sends()).toEqual([]);
});

test("send guard: the draft comes back with what is new, and goes out with the new last_seq", async () => {
  show();
  write("It is on its way");
  fireEvent.click(screen.getByRole("button", { name: "Send" }));
  const first = sends()[0];
  await act(async () => {
    host.last.say({ type: "error", code: "newer_messages", detail: "newer", client_id: String(first?.client_id), events: [message(4, "I found it!")] });
    await until(() => live.thread("1").get().guard !== null, "the guard");
  });
  expect(area().value).toBe("It is on its way");
  expect(screen.getByRole("alert").textContent).toContain("I found it!");
  fireEvent.click(screen.getByRole("button", { name: "Send anyway" }));
  expect(sends()).toHaveLength(2);
  expect(sends()[1]).toMatchObject({ body: "It is on its way", last_seq: 4 });
  expect(screen.queryByRole("alert")).toBeNull();
  expect(area().value).toBe("");
});

test("send guard: what it showed counts as seen, even while the log before it has not been read", async () => {
  show();
  write("Hello");
  fireEvent.click(screen.getByRole("button", { name: "Send" }));
  await act(async () => {
    host.last.say({ type: "error", code: "newer_messages", detail: "newer", client_id: String(sends()[0]?.client_id), events: [message(6, "Still there?")] });
    await until(() => live.thread("1").get().guard !== null, "the guard");
  });
  fireEvent.click(screen.getByRole("button", { name: "Send anyway" }));
  expect(sends()[1]).toMatchObject({ last_seq: 6 });
});

test("a note is another frame, and its draft is not the reply's", () => {
  show();
  write("To the customer");
  fireEvent.click(screen.getByRole("radio", { name: "Note" }));
  expect(area().value).toBe("");
  write("Among us");
  fireEvent.keyDown(area(), { key: "Enter", ctrlKey: true });
  expect(sends()[0]).toMatchObject({ type: "note", body: "Among us" });
  fireEvent.click(screen.getByRole("radio", { name: "Reply" }));
  expect(area().value).toBe("To the customer");
});

test("a draft survives leaving the ticket", () => {
  const first = show();
  write("Half a thought");
  first.unmount();
  show();
  expect(area().value).toBe("Half a thought");
});

/** held answers what the composer asks of messages that the server sends, and says what it was asked. */
function held(answer: (c: Call) => { status?: number; body?: unknown } | undefined) {
  return serve((c) => answer(c) ?? (c.path.includes("/events") ? { body: { items: [] } } : c.path.endsWith("/outgoing") && c.method === "GET" ? { body: { items: [] } } : undefined));
}
const asked = (calls: Call[]) => calls.filter((c) => c.method === "POST" && c.path === "/tickets/1/outgoing").map((c) => c.body as Record<string, unknown>);
const outgoing = (part: Record<string, unknown>) => ({ id: "77", ticket: "1", kind: "reply", body: "", attachments: [], release_at: null, created_at: "", ...part });
const resolveKeys = () => fireEvent.keyDown(area(), { key: "Enter", ctrlKey: true, shiftKey: true });

test("send and resolve goes on once the server has sent it, never before", async () => {
  const calls = held((c) => (c.method === "POST" && c.path.endsWith("/outgoing") ? { status: 201, body: outgoing({ client_id: (c.body as { client_id: string }).client_id, state: "sent", seq: 4 }) } : undefined));
  show();
  write("Done");
  resolveKeys();
  expect(left).toEqual([]);
  await act(() => until(() => left.length > 0, "the way on"));
  expect(asked(calls)).toMatchObject([{ body: "Done", then: { kind: "resolve" }, delay_s: 0 }]);
  expect(left).toEqual([["Sent and resolved", undefined]]);
});

test("who writes on stays on the ticket when the message before is sent", async () => {
  held((c) => (c.method === "POST" && c.path.endsWith("/outgoing") ? { status: 201, body: outgoing({ client_id: (c.body as { client_id: string }).client_id, state: "sent", seq: 4 }) } : undefined));
  show();
  write("Done");
  resolveKeys();
  write("PS");
  await act(() => until(() => left.length > 0, "what is told"));
  expect(left).toEqual([["Sent and resolved", "stay"]]);
});

test("another window, which learns of it from the server, is told and stays", async () => {
  const other = outgoing({ client_id: "c-2", body: "Done", state: "held", release_at: "2099-01-01T00:00:00.000Z", then: { kind: "resolve" } });
  held((c) => (c.method === "GET" && c.path.endsWith("/outgoing") ? { body: { items: [other] } } : undefined));
  show();
  await act(() => until(() => live.outbox.all().length === 1, "what the other window sent"));
  act(() => live.went("c-2", 4));
  expect(left).toEqual([["Sent and resolved", "stay"]]);
});

test("one that is refused goes nowhere, and its words wait in its bubble", async () => {
  held((c) => (c.method === "POST" && c.path.endsWith("/outgoing") ? { status: 201, body: outgoing({ client_id: (c.body as { client_id: string }).client_id, state: "refused", code: "closed" }) } : undefined));
  show();
  write("Done");
  resolveKeys();
  await act(() => until(() => live.outbox.all()[0]?.state === "refused", "the refusal"));
  expect(live.outbox.all()[0]).toMatchObject({ body: "Done", held: { id: "77", code: "closed" } });
  expect(left).toEqual([]);
});

test("without a connection send and resolve waits, resolve and all; taken back it is the draft again", async () => {
  let line = false;
  const calls = held((c) => {
    if (c.method !== "POST" || !c.path.endsWith("/outgoing")) return undefined;
    return line ? { status: 201, body: outgoing({ client_id: (c.body as { client_id: string }).client_id, state: "sent", seq: 4 }) } : { status: 503, body: { code: "unavailable", detail: "" } };
  });
  show();
  write("Done");
  resolveKeys();
  await act(() => until(() => live.outbox.all()[0]?.held?.waits === true, "the wait"));
  const o = live.outbox.all()[0];
  if (!o) throw new Error("nothing waits");
  await act(async () => void (await takeBack(live, o)));
  expect(area().value).toBe("Done");
  expect(live.outbox.all()).toEqual([]);
  resolveKeys();
  await act(() => until(() => live.outbox.all()[0]?.held?.waits === true, "the wait"));
  line = true;
  await act(async () => {
    host.last.drop(1006);
    host.pass(60_000);
    host.last.accept();
    await until(() => left.length > 0, "the way on");
  });
  expect(asked(calls).every((m) => (m.then as { kind: string }).kind === "resolve")).toBe(true);
  expect(sends()).toEqual([]);
});

test("braces keep a reply here until they are filled, or meant", async () => {
  const calls = held((c) => (c.method === "POST" && c.path.endsWith("/outgoing") ? { status: 201, body: outgoing({ client_id: (c.body as { client_id: string }).client_id, state: "sent", seq: 4 }) } : undefined));
  show();
  write("Use {{customer.name}} in your template");
  fireEvent.keyDown(area(), { key: "Enter", ctrlKey: true });
  expect(sends()).toEqual([]);
  expect(area().value).not.toBe("");
  fireEvent.click(screen.getByRole("button", { name: "Send with the braces" }));
  await act(() => until(() => asked(calls).length === 1, "the message"));
  expect(asked(calls)[0]).toMatchObject({ body: "Use {{customer.name}} in your template", placeholders: "keep" });
});

test("colleagues and the customer are told of writing; a note tells colleagues only", () => {
  show();
  write("H");
  expect(host.last.types()).toEqual(expect.arrayContaining(["composing", "typing"]));
  host.last.sent = [];
  fireEvent.click(screen.getByRole("radio", { name: "Note" }));
  host.last.sent = [];
  write("N");
  expect(host.last.types()).toEqual(["composing"]);
});

test("a message beyond 16,000 bytes says so and cannot be sent", () => {
  show();
  write("ü".repeat(8001));
  expect(screen.getByRole("alert").textContent).toContain("longer than one message");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Send" }).disabled).toBe(true);
});

test("what was sent is no draft any more, even when the tab closes at once", () => {
  const first = show();
  write("Hello Ana");
  fireEvent.keyDown(area(), { key: "Enter", ctrlKey: true });
  first.unmount();
  expect(Object.keys(localStorage).filter((k) => k.startsWith("heard.draft"))).toEqual([]);
});

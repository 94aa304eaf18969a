import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { createRef, Profiler } from "react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DeskContext } from "../src/app/desk";
import KeysSheet from "../src/app/KeysSheet";
import { writingKey, writingKeys } from "../src/keys/writing";
import { Live } from "../src/live/live";
import type { TicketActions } from "../src/ticket/actions";
import { found, isCalled, ranked } from "../src/ticket/compose/find";
import { askedAt } from "../src/ticket/compose/text";
import { formatKey } from "../src/ticket/compose/Tools";
import { Composer, type ComposerHandle } from "../src/ticket/Composer";
import { ThreadPane } from "../src/ticket/ThreadPane";
import { useThread } from "../src/ticket/useTicket";
import type { TicketDetail } from "../src/api/types";
import type { Macro } from "../../shared/src/wire.gen";
import { FakeHost, FakeShelf, me, message, serve, ticket, until } from "./fakes";

let live: Live;

beforeEach(async () => {
  localStorage.clear();
  serve((c) => (c.path.includes("/events") ? { body: { items: [message(1, "a"), message(2, "b"), message(3, "c")] } } : { body: { items: [] } }));
  const host = new FakeHost();
  live = new Live({ me, host, shelf: new FakeShelf(), url: "ws://x", onEpoch: () => {}, onSignedOut: () => {} });
  live.start();
  host.last.accept();
  await live.thread("1").load(3);
});

afterEach(cleanup);

const around = (children: React.ReactNode) => (
  <QueryClientProvider client={new QueryClient()}>
    <DeskContext value={{ me, live }}>{children}</DeskContext>
  </QueryClientProvider>
);

/** What a key of the table is on a keyboard. */
function stroke(keys: string) {
  const key = keys.split("+").at(-1) ?? "";
  return { key, code: /\d/.test(key) ? `Digit${key}` : "", ctrlKey: keys.startsWith("Mod+"), metaKey: false, shiftKey: keys.includes("Shift+"), altKey: false };
}

test("the field knows every key that the sheet lists, and no two mean the same stroke", () => {
  for (const k of writingKeys) {
    if ("typed" in k || "native" in k) continue;
    for (const keys of k.keys) expect([keys, writingKey(stroke(keys))]).toEqual([keys, k.id]);
  }
  expect(writingKey({ ...stroke("Mod+b"), altKey: true })).toBeNull();
  expect(writingKey(stroke("b"))).toBeNull();
});

test.each(["bold", "italic", "link", "code", "bullets", "numbers", "quote"] as const)("%s by its key marks what is selected", (id) => {
  const keys = writingKeys.find((k) => k.id === id)?.keys[0] ?? "";
  render(<textarea defaultValue="word" onKeyDown={formatKey} />);
  const field = screen.getByRole<HTMLTextAreaElement>("textbox");
  field.setSelectionRange(0, 4);
  fireEvent.keyDown(field, stroke(keys));
  expect(field.value).not.toBe("word");
  expect(field.value).toContain("word");
});

test("the sheet lists what works while one writes", () => {
  render(around(<KeysSheet onClose={() => {}} />));
  for (const what of ["Send and resolve", "Macros", "Mention a colleague", "Bold", "Numbered list", "Take back what was just sent, from the empty field"]) screen.getByText(what);
});

test("a button's sign opens its list while nothing follows it yet", () => {
  expect(askedAt("hi :", 4, 3)).toEqual({ kind: "emoji", from: 3, to: 4, query: "" });
  expect(askedAt("hi :sm", 6, 3)).toMatchObject({ query: "sm" });
  expect(askedAt("hi ", 3, 3)).toBeNull();
  expect(askedAt("hi :a:b", 7, 3)).toBeNull();
});

test("emoji: called by their names, those used lately first, and taken by a second colon", () => {
  expect(found("thumbs", []).map(([s]) => s)).toEqual(["👍", "👎"]);
  expect(found("sm", ["😎"])[0]?.[0]).toBe("😎");
  expect(found("", ["🚚", "🎉"]).slice(0, 3).map(([s]) => s)).toEqual(["🚚", "🎉", "😀"]);
  expect(isCalled("🎉", "tada") && isCalled("🎉", "party_popper")).toBe(true);
  expect(isCalled("🎉", "part")).toBe(false);
});

test("macros: found by their names before their texts, else in the order they came", () => {
  const macro = (id: string, name: string, body: string) => ({ id, name, body }) as Macro;
  const all = [macro("1", "Thanks", "your refund"), macro("2", "Late parcel", ""), macro("3", "Refund is on its way", "")];
  const ids = (q: string) => ranked(all, q).map((m) => m.id);
  expect(ids("")).toEqual(["1", "2", "3"]);
  expect(ids("refund")).toEqual(["3", "1"]);
  expect(ids("parc la")).toEqual(["2"]);
  expect(ids("nothing")).toEqual([]);
});

test("twenty letters draw the thread not once", async () => {
  let drawn = 0;
  const detail = ticket() as TicketDetail;
  function Screen() {
    const { store, view, retry } = useThread(detail);
    if (!store || !view) return null;
    return (
      <>
        <Profiler id="thread" onRender={() => drawn++}>
          <ThreadPane ticket={detail} store={store} view={view} retry={retry} onRead={() => {}} onEdit={() => {}} />
        </Profiler>
        <Composer ref={createRef<ComposerHandle>()} ticket={detail} thread={store} actions={{} as TicketActions} />
      </>
    );
  }
  render(around(<Screen />));
  await act(() => until(() => screen.queryByRole("log") !== null, "the thread"));
  await act(() => new Promise((r) => setTimeout(r, 50)));
  const before = drawn;
  expect(before).toBeGreaterThan(0);
  const field = screen.getByRole<HTMLTextAreaElement>("textbox");
  for (let i = 1; i <= 20; i++) fireEvent.change(field, { target: { value: "x".repeat(i) } });
  expect(field.value).toHaveLength(20);
  expect(drawn - before).toBe(0);
});

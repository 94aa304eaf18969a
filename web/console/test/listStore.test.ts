import { afterEach, expect, test, vi } from "vitest";
import { ListStore } from "../src/inbox/listStore";
import { sourceOf } from "../src/inbox/source";
import { at, ticket } from "./fakes";

const SIZE = 400;
const all = Array.from({ length: SIZE }, (_, i) => ticket({ id: String(1000 - i), said_at: at(SIZE - i) }));
let held: (() => void)[] = [];

/** A server that pages through all tickets, and answers when it is let. */
function serve(hold: boolean) {
  held = [];
  vi.stubGlobal("fetch", async (url: string) => {
    const q = new URL(url, "http://desk").searchParams;
    const from = Number(q.get("cursor") ?? 0);
    const to = from + Number(q.get("limit"));
    if (hold) await new Promise<void>((go) => held.push(go));
    return new Response(JSON.stringify({ items: all.slice(from, to), next: to < SIZE ? String(to) : null }));
  });
}

afterEach(() => vi.unstubAllGlobals());

const ids = (s: ListStore) => s.get().rows.map((t) => t.id);
const want = (n: number) => all.slice(0, n).map((t) => t.id);

test("a reload reads as far down as the list had been read", async () => {
  serve(false);
  const s = new ListStore(sourceOf("all", ""), "7");
  await s.load();
  expect(ids(s)).toEqual(want(50));
  await s.loadMore();
  await s.loadMore();
  expect(ids(s)).toEqual(want(250));
  await s.load();
  expect(ids(s)).toEqual(want(250));
});

test("a page that comes while the list is read anew is neither lost nor put in the wrong place", async () => {
  serve(false);
  const s = new ListStore(sourceOf("all", ""), "7");
  await s.load();
  serve(true);
  const again = s.load();
  const more = s.loadMore();
  while (ids(s).length < 150) {
    held.pop()?.();
    await Promise.resolve();
  }
  const answer = setInterval(() => held.shift()?.(), 0);
  await Promise.all([again, more]);
  clearInterval(answer);
  expect(ids(s)).toEqual(want(150));
  expect(s.get()).toMatchObject({ more: false, next: "150" });
});

test("pages that hold nothing lead on to those that do", async () => {
  vi.stubGlobal("fetch", async (url: string) => {
    const cursor = Number(new URL(url, "http://desk").searchParams.get("cursor") ?? 0);
    return new Response(JSON.stringify({ items: cursor < 3 ? [] : [all[cursor]], next: cursor < 4 ? String(cursor + 1) : null }));
  });
  const s = new ListStore(sourceOf("all", ""), "7");
  await s.load();
  expect(ids(s)).toEqual([all[3]!.id]);
  expect(s.get()).toMatchObject({ phase: "ready", next: "4" });
});

test("who sees in the middle of it that a page led on can ask for the next one", async () => {
  serve(false);
  const s = new ListStore(sourceOf("all", ""), "7");
  await s.load();
  const asked: Promise<void>[] = [];
  const off = s.subscribe(() => {
    if (!s.get().more && s.get().rows.length < 350) asked.push(s.loadMore());
  });
  asked.push(s.loadMore());
  for (let i = 0; i < asked.length; i++) await asked[i];
  off();
  expect(ids(s)).toEqual(want(350));
});

test("a page that does not come is said, until it does", async () => {
  serve(false);
  const s = new ListStore(sourceOf("all", ""), "7");
  await s.load();
  vi.stubGlobal("fetch", async () => new Response("{}", { status: 500 }));
  await s.loadMore();
  expect(s.get()).toMatchObject({ stuck: true, more: false, next: "50" });
  serve(false);
  await s.loadMore();
  expect(s.get()).toMatchObject({ stuck: false, next: "150" });
});

test("an act of one's own shows at once, answers what was there, and can be put back", async () => {
  serve(false);
  const s = new ListStore(sourceOf("all", ""), "7");
  await s.load();
  s.chosen.patch({ ids: new Set(want(2)) });
  const before = s.acted(want(2), () => ({ status: "resolved" }));
  expect(ids(s)).toEqual(want(50).slice(2));
  expect(s.chosen.get().ids.size).toBe(0);
  s.putBack(before);
  expect(ids(s)).toEqual(want(50));
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../src/api/http";
import { bulksOf, type Ended } from "../src/inbox/bulk";
import { ListStore } from "../src/inbox/listStore";
import { chooseLoaded } from "../src/inbox/selection";
import { sourceOf } from "../src/inbox/source";
import type { Live } from "../src/live/live";
import { ticket } from "./fakes";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Body = { client_id?: string; ids?: string[]; do?: unknown };

/** A desk of two tickets. Each answer to an act is a status (0: the line is cut), in turn; then all is well. */
async function desk(...statuses: number[]) {
  const asked: { path: string; body: Body }[] = [];
  const rows = [ticket({ id: "1" }), ticket({ id: "2" })];
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    const path = url.replace("/api/v1", "");
    if (init?.method !== "POST") return new Response(JSON.stringify({ items: rows, next: null }));
    asked.push({ path, body: JSON.parse(String(init.body)) as Body });
    const status = statuses.shift() ?? 200;
    if (status === 0) throw new TypeError("the line is cut");
    return new Response(JSON.stringify(status === 200 ? { id: "9", total: 2, done: 2, failed: [], state: "done", undoable: true } : { code: "x" }), { status });
  });
  const store = new ListStore(sourceOf("all", ""), "7");
  await store.load();
  store.chosen.patch(chooseLoaded(["1", "2"]));
  const bulks = bulksOf({ onFrame: () => () => {} } as unknown as Live);
  return { asked, store, urge: () => bulks.act(store, { kind: "priority", priority: "urgent" }, () => ({ priority: "urgent" })) };
}

/** ended lets time pass until an act has ended, or is refused. */
async function ended(act: Promise<Ended>): Promise<Ended | Problem> {
  const end = act.catch((err: Problem) => err);
  await vi.advanceTimersByTimeAsync(60_000);
  return end;
}

test("an act whose answer was lost is asked for again under its own name", async () => {
  const d = await desk(0, 503);
  const end = (await ended(d.urge())) as Ended;
  expect(end.run).toMatchObject({ id: "9", done: 2 });
  expect(d.asked.map((a) => a.body.ids)).toEqual([["1", "2"], ["1", "2"], ["1", "2"]]);
  const names = new Set(d.asked.map((a) => a.body.client_id));
  expect([...names]).toEqual([expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)]);
});

test("each act has a name of its own, and so has its undo", async () => {
  const d = await desk();
  const end = (await ended(d.urge())) as Ended;
  await ended(end.undo!());
  await ended(d.urge());
  expect(d.asked.map((a) => a.path)).toEqual(["/tickets/bulk", "/bulk/9/undo", "/tickets/bulk"]);
  expect(new Set(d.asked.map((a) => a.body.client_id)).size).toBe(3);
});

test("what is refused is not asked for again, and an act that nobody answers ends", async () => {
  for (const [statuses, tries] of [[[422], 1], [[409], 1], [[0, 0, 0, 0, 0, 0], 4]] as const) {
    const d = await desk(...statuses);
    expect(await ended(d.urge())).toBeInstanceOf(Problem);
    expect(d.asked).toHaveLength(tries);
    expect(d.store.get().rows.map((r) => r.priority)).toEqual(["normal", "normal"]);
  }
});

/** A server on which an act goes on until it is stopped, or has been asked for `steps` times. */
function server(steps: number, end: object = {}) {
  const asked: string[] = [];
  let done = 50;
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    const path = url.replace("/api/v1", "");
    const is = (what: object) => new Response(JSON.stringify(what), { status: 200 });
    if (path.startsWith("/tickets?")) return is({ items: [ticket({ id: "1" }), ticket({ id: "2" })], next: null });
    asked.push(`${init?.method ?? "GET"} ${path}`);
    if (path.endsWith("/stop")) steps = 0;
    else if (init?.method !== "POST" && steps > 0) [done, steps] = [done + 50, steps - 1];
    const through = steps === 0;
    return is({ id: "9", total: 400, done, failed: [], state: through ? "done" : "running", undoable: through, ...(through ? end : {}) });
  });
  const bulks = () => bulksOf({ onFrame: () => () => {} } as unknown as Live);
  return { asked, bulks };
}

const chosen = async () => {
  const store = new ListStore(sourceOf("all", ""), "7");
  await store.load();
  store.chosen.patch({ all: true, ids: new Set() });
  return store;
};
const urge = (store: ListStore, bulks: ReturnType<typeof bulksOf>) => bulks.act(store, { kind: "priority", priority: "urgent" }, () => ({ priority: "urgent" }));

test("a long act is stopped: what is done stays, is told with its number, and has its undo", async () => {
  const { asked, bulks } = server(100, { stopped: true });
  const [store, all] = [await chosen(), bulks()];
  const act = urge(store, all);
  await vi.advanceTimersByTimeAsync(2000);
  expect(all.get()).toMatchObject([{ id: "9", state: "running", total: 400 }]);
  await all.stop(all.get()[0]!);
  const end = (await ended(act)) as Ended;
  expect(end.run).toMatchObject({ stopped: true, total: 400 });
  expect(end.undo).toBeTypeOf("function");
  expect(asked).toContain("POST /bulk/9/stop");
  expect(store.get().rows.map((r) => r.priority)).not.toContain("urgent");
  expect(all.get()).toEqual([]);
});

test("what came or changed after the count stays to be looked at, as it was", async () => {
  const { bulks } = server(0, { left_out: 3, left: [{ ticket: "2", number: 2, subject: "Two", code: "", detail: "" }] });
  const [store, all] = [await chosen(), bulks()];
  const end = (await ended(urge(store, all))) as Ended;
  expect(end.run.left_out).toBe(3);
  expect(all.get()).toMatchObject([{ left_out: 3, left: [{ subject: "Two" }] }]);
  expect(store.get().rows.find((r) => r.id === "2")?.priority).not.toBe("urgent");
});

test("an act that goes on is taken up again after a reload, once", async () => {
  const { bulks } = server(3);
  const act = urge(await chosen(), bulks());
  await vi.advanceTimersByTimeAsync(100);
  const [store, anew] = [await chosen(), bulks()];
  expect(anew.get()).toMatchObject([{ id: "9", state: "running", total: 400, what: { kind: "priority" } }]);
  const again = anew.takeUp(store)!;
  expect(anew.takeUp(store)).toBeUndefined();
  expect(((await ended(again)) as Ended).undo).toBeTypeOf("function");
  await ended(act);
  expect(bulks().get()).toEqual([]);
});

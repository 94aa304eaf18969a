import { beforeEach, expect, test } from "vitest";
import type { Event } from "../src/api/types";
import { Live } from "../src/live/live";
import type { Outgoing } from "../src/live/outbox";
import { at, FakeHost, FakeShelf, me, message, serve, until, type Call } from "./fakes";

let log: Event[];
let host: FakeHost;
let shelf: FakeShelf;
let live: Live;
let calls: Call[];

function start() {
  live = new Live({ me, host, shelf, url: "ws://x", onEpoch: () => {}, onSignedOut: () => {} });
  live.start();
  host.last.accept();
}

beforeEach(() => {
  log = [message(1, "a"), message(2, "b"), message(3, "c")];
  host = new FakeHost();
  shelf = new FakeShelf();
  calls = serve((c) => {
    const after = /events\?after=(\d+)/.exec(c.path);
    if (after) return { body: { items: log.filter((e) => e.seq > Number(after[1])) } };
    if (c.method === "POST" && c.path.endsWith("/messages")) return { body: { seq: 4 } };
    return undefined;
  });
  start();
});

const seqs = () => live.thread("1").get().thread.events.map((e) => e.seq);

function outgoing(part: Partial<Outgoing> = {}): Outgoing {
  return { client_id: "c1", ticket: "1", kind: "reply", body: "Hello", last_seq: 3, at: at(4), state: "sending", ...part };
}

test("a frame with a gap before it makes the thread read the log", async () => {
  await live.thread("1").load(3);
  log.push(message(4, "d"), message(5, "e"));
  host.last.say({ type: "event", ticket: "1", event: message(5, "e") });
  await until(() => seqs().length === 5, "the gap to be filled");
  expect(seqs()).toEqual([1, 2, 3, 4, 5]);
});

test("after a reconnect the list is announced and each open ticket watched from its newest event", async () => {
  live.announce("mine", { status: ["open"] });
  await live.thread("1").load(3);
  live.watch("1");
  host.last.drop(1006);
  host.pass(1000);
  host.last.accept();
  expect(host.last.sent.slice(1)).toEqual([
    { type: "list", view: "mine", filter: { status: ["open"] } },
    { type: "watch", ticket: "1", after: 3 },
  ]);
});

test("a long thread opens with its newest window and reads older pages on demand", async () => {
  log = Array.from({ length: 100 }, (_, i) => message(i + 1, `m${i + 1}`));
  const thread = live.thread("1");
  await thread.load(100);
  expect(seqs()[0]).toBe(61);
  expect(thread.get().older).toBe("more");
  await thread.loadOlder();
  expect(seqs()[0]).toBe(21);
  expect(seqs()).toHaveLength(80);
});

test("a message without an ack is sent again with the same id, also after a reload", async () => {
  live.send(outgoing());
  expect(host.last.sent.at(-1)).toEqual({ type: "send", client_id: "c1", ticket: "1", body: "Hello", last_seq: 3 });
  live.stop();
  start();
  expect(host.last.sent.at(-1)).toEqual({ type: "send", client_id: "c1", ticket: "1", body: "Hello", last_seq: 3 });
});

test("a message takes the draft that it was along, also once it goes again", () => {
  live.send({ ...outgoing(), draft_rev: 4 });
  expect(host.last.sent.at(-1)).toMatchObject({ type: "send", client_id: "c1", draft_rev: 4 });
  live.retry("c1");
  expect(host.last.sent.at(-1)).toMatchObject({ type: "send", client_id: "c1", draft_rev: 4 });
  live.send({ ...outgoing(), client_id: "c2", kind: "note", draft_rev: 2 });
  expect(host.last.sent.at(-1)).toMatchObject({ type: "note", client_id: "c2", draft_rev: 2 });
});

test("an acked message leaves the outbox when its event is on screen, not before", async () => {
  await live.thread("1").load(3);
  live.send(outgoing());
  host.last.say({ type: "ack", client_id: "c1", ticket: "1", seq: 5, at: at(5) });
  host.last.say({ type: "event", ticket: "1", event: message(4, "Somebody else") });
  expect(live.outbox.all()).toHaveLength(1);
  host.last.say({ type: "event", ticket: "1", event: message(5, "Hello", { kind: "agent", id: "7" }) });
  expect(live.outbox.all()).toHaveLength(0);
  expect(shelf.getItem("heard.outbox.7")).toBeNull();
});

test("a refused message keeps its words and says why", () => {
  live.send(outgoing());
  host.last.say({ type: "error", code: "closed", detail: "This ticket is closed.", client_id: "c1" });
  expect(live.outbox.all()[0]).toMatchObject({ state: "failed", reason: "This ticket is closed.", body: "Hello" });
});

test("newer messages: the words come back as a guard with what is missing and the new last_seq", async () => {
  await live.thread("1").load(3);
  live.send(outgoing());
  host.last.say({ type: "error", code: "newer_messages", detail: "newer", client_id: "c1", events: [message(4, "Wait!")] });
  await until(() => live.thread("1").get().guard !== null, "the guard");
  const { guard } = live.thread("1").get();
  expect(guard?.item.body).toBe("Hello");
  expect(guard?.events.map((e) => e.body)).toEqual(["Wait!"]);
  expect(guard?.last_seq).toBe(4);
  expect(live.outbox.all()).toEqual([]);
  expect(seqs()).toEqual([1, 2, 3, 4]);
});

test("notes carry no last_seq: a colleague is never held back by the customer", () => {
  live.send(outgoing({ kind: "note" }));
  expect(host.last.sent.at(-1)).toEqual({ type: "note", client_id: "c1", ticket: "1", body: "Hello" });
});

test("presence, counts and typing reach those who show them", async () => {
  await live.thread("1").load(3);
  host.last.say({ type: "counts", counts: { mine: 3, all: 9 } });
  host.last.say({ type: "presence", availability: "away", agent: "8" });
  host.last.say({ type: "typing", ticket: "1", by: { kind: "customer", id: "9", name: "Ana" }, on: true });
  host.last.say({ type: "viewers", ticket: "1", agents: [{ id: "7", name: "Mia" }, { id: "8", name: "Bo" }], composing: ["8"] });
  expect(live.counts.get()).toEqual({ mine: 3, all: 9 });
  expect(live.presence.get().agents["8"]).toEqual({ availability: "away" });
  expect(live.thread("1").get().typing?.name).toBe("Ana");
  expect(live.thread("1").get().viewers.map((v) => v.id)).toEqual(["8"]);
  expect(live.thread("1").get().composing).toEqual(["8"]);
});

test("what a customer is typing is shown while it is typed, where the server lets it through", async () => {
  await live.thread("1").load(3);
  const ana = { kind: "customer", id: "9", name: "Ana" };
  host.last.say({ type: "typing", ticket: "1", by: ana, on: true, preview: "My parc" });
  expect(live.thread("1").get().typing).toMatchObject({ name: "Ana", preview: "My parc" });
  host.last.say({ type: "typing", ticket: "1", by: ana, on: true });
  expect(live.thread("1").get().typing?.preview).toBe("");
  host.last.say({ type: "typing", ticket: "1", by: ana, on: false });
  expect(live.thread("1").get().typing).toBeNull();
});

test("an offer comes by the socket, and its end is told with how it ended", () => {
  const told: string[] = [];
  live.onNotice((n) => told.push(`${n.kind} ${n.outcome ?? ""}`.trim()));
  const until = new Date(host.now() + 30_000).toISOString();
  live.offers.greeted(new Date(host.now()).toISOString());
  host.last.say({ type: "notify", kind: "offer", ticket: "5", until });
  expect(live.offers.get().map((o) => o.ticket)).toEqual(["5"]);
  host.last.say({ type: "notify", kind: "offer_ended", ticket: "5", outcome: "expired" });
  expect(live.offers.get()).toEqual([]);
  expect(told).toEqual(["offer", "offer_ended expired"]);
});

test("a customer whose id is mine is still a customer", async () => {
  await live.thread("1").load(3);
  host.last.say({ type: "typing", ticket: "1", by: { kind: "customer", id: me.agent.id, name: "Ana" }, on: true });
  expect(live.thread("1").get().typing?.name).toBe("Ana");
  host.last.say({ type: "typing", ticket: "1", by: { kind: "agent", id: me.agent.id, name: "Mia" }, on: true });
  expect(live.thread("1").get().typing?.name).toBe("Ana");
});

test("nothing but the log is asked for", async () => {
  await live.thread("1").load(3);
  expect(calls.map((c) => c.path)).toEqual(["/tickets/1/events?after=0"]);
});

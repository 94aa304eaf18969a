import { beforeEach, expect, test } from "vitest";
import { ConsoleSocket, type Frame } from "../src/live/socket";
import { FakeHost } from "./fakes";

let host: FakeHost;
let socket: ConsoleSocket;
let told: string[];
let frames: Frame[];

beforeEach(() => {
  host = new FakeHost();
  told = [];
  frames = [];
  socket = new ConsoleSocket({
    url: "ws://x/ws/console",
    epoch: "e1",
    host,
    onFrame: (f) => frames.push(f),
    onOpen: () => told.push("open"),
    onEpoch: () => told.push("epoch"),
    onSignedOut: () => told.push("signed out"),
  });
  socket.connect();
});

test("hello goes first, and nothing else before the welcome", () => {
  expect(socket.send({ type: "list", view: "mine" })).toBe(false);
  host.last.accept();
  expect(host.last.sent[0]).toEqual({ type: "hello", epoch: "e1" });
  expect(told).toEqual(["open"]);
  expect(socket.send({ type: "list", view: "mine" })).toBe(true);
});

test("a lost connection comes back with growing, jittered waits", () => {
  host.last.accept();
  host.last.drop(1006);
  expect(socket.link.state).toBe("waiting");
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    const before = host.sockets.length;
    const from = host.time;
    while (host.sockets.length === before) host.pass(50);
    waits.push(host.time - from);
    host.last.drop(1006);
  }
  expect(waits[0]).toBeLessThanOrEqual(500);
  expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
  expect(waits[7]).toBeGreaterThan(waits[0] ?? 0);
});

test("jitter spreads the waits of two consoles", () => {
  const waitOf = (chance: number) => {
    const h = new FakeHost();
    h.chance = chance;
    const s = new ConsoleSocket({ url: "", epoch: "", host: h, onFrame: () => {}, onOpen: () => {}, onEpoch: () => {}, onSignedOut: () => {} });
    s.connect();
    for (let i = 0; i < 4; i++) {
      h.last.drop(1006);
      while (s.link.state === "waiting") h.pass(10);
    }
    return h.time;
  };
  expect(waitOf(0.9)).toBeGreaterThan(waitOf(0.3));
});

test("the network's return ends the waiting at once", () => {
  host.last.accept();
  host.last.drop(1006);
  socket.now();
  expect(host.sockets).toHaveLength(2);
});

test.each([4001, 4003])("close code %i ends the session and never comes back", (code) => {
  host.last.accept();
  host.last.drop(code);
  host.pass(120_000);
  expect(told).toEqual(["open", "signed out"]);
  expect(host.sockets).toHaveLength(1);
});

test("too many connections: it waits longer than ten seconds", () => {
  host.last.drop(4029);
  host.pass(10_000);
  expect(host.sockets).toHaveLength(1);
  host.pass(2_000);
  expect(host.sockets).toHaveLength(2);
});

test("another epoch asks for a reload and greets nobody", () => {
  host.last.accept("e2");
  expect(told).toEqual(["epoch"]);
  expect(socket.link.state).toBe("connecting");
});

test("drain moves to another connection within the time given", () => {
  host.last.accept();
  host.last.say({ type: "drain", within_s: 10 });
  expect(socket.link).toMatchObject({ state: "open", draining: true });
  host.pass(10_000);
  expect(host.sockets).toHaveLength(2);
  host.last.accept();
  expect(socket.link.draining).toBe(false);
});

test("a silent connection is given up after missed heartbeats", () => {
  host.last.accept();
  host.pass(26_000);
  expect(host.last.types()).toContain("ping");
  host.pass(60_000);
  expect(host.sockets.length).toBeGreaterThan(1);
});

test("a degraded server is told, and over when it says so", () => {
  host.last.accept();
  host.last.say({ type: "state", degraded: true });
  expect(socket.link.degraded).toBe(true);
  host.last.say({ type: "state", degraded: false });
  expect(socket.link.degraded).toBe(false);
});

test("what is no frame is dropped", () => {
  host.last.accept();
  for (const data of ["", "null", "[]", "{", '{"a":1}', '"x"']) host.last.onmessage?.({ data });
  expect(frames).toEqual([]);
});

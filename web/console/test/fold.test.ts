import { expect, test } from "vitest";
import { emptyThread, fold, foldOlder, foldPage, hasGap, lastPublic, type Thread } from "../src/live/fold";
import { message } from "./fakes";

const seqs = (t: Thread) => t.events.map((e) => e.seq);
const three = foldPage(emptyThread, [message(1, "a"), message(2, "b"), message(3, "c")]);

test("an event in order is appended", () => {
  expect(seqs(fold(three, message(4, "d")))).toEqual([1, 2, 3, 4]);
});

test("a known event changes nothing", () => {
  expect(fold(three, message(2, "again"))).toBe(three);
});

test("an event beyond a gap waits, and is shown in order once the gap is read", () => {
  const gap = fold(three, message(6, "f"));
  expect(seqs(gap)).toEqual([1, 2, 3]);
  expect(hasGap(gap)).toBe(true);
  const filled = foldPage(gap, [message(4, "d"), message(5, "e")]);
  expect(seqs(filled)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(hasGap(filled)).toBe(false);
});

test("events that arrive in any order end in the one order", () => {
  const arrivals = [5, 4, 7, 6, 4, 8].map((s) => message(s, `m${s}`));
  const t = arrivals.reduce(fold, three);
  expect(seqs(t)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(t.held).toEqual([]);
});

test("a page that overlaps what is known adds only what is new", () => {
  expect(seqs(foldPage(three, [message(2, "b"), message(3, "c"), message(4, "d")]))).toEqual([1, 2, 3, 4]);
});

test("a replay after a reconnect, with live events in between, doubles nothing", () => {
  let t = fold(three, message(6, "live"));
  for (const e of [4, 5, 6].map((s) => message(s, "replayed"))) t = fold(t, e);
  expect(seqs(t)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("older events go in front and leave the newest alone", () => {
  const window = foldPage({ ...emptyThread, newest: 2 }, [message(3, "c"), message(4, "d")]);
  const t = foldOlder(window, [message(1, "a"), message(2, "b"), message(3, "c")]);
  expect(seqs(t)).toEqual([1, 2, 3, 4]);
  expect(t.newest).toBe(4);
});

test("notes and inner moves do not count for the send guard", () => {
  const t = [4, 5].reduce((was, seq) => fold(was, { ...message(seq, ""), kind: seq === 4 ? "note.posted" : "ticket.tagged" }), three);
  expect(t.newest).toBe(5);
  expect(lastPublic(t)).toBe(3);
});

import { describe, expect, test } from "vitest";
import type { Event } from "../src/api/types";
import { itemsOf } from "../src/ticket/items";
import { dayAt, firstUnread, foldChanges, markNew, saidSince } from "../src/ticket/thread/folding";
import { at, message } from "./fakes";

const mia = { kind: "agent" as const, id: "7", name: "Mia" };
const line = (seq: number, kind: string, data: Record<string, unknown> = {}): Event => ({ seq, prev: seq - 1, kind, at: at(seq), by: mia, data });
const shown = (events: Event[]) => foldChanges(itemsOf(events, [], 0, () => true));

describe("small changes", () => {
  test("three and more in a row are one; one and two stay", () => {
    const tags = (from: number, n: number) => Array.from({ length: n }, (_, i) => line(from + i, "ticket.tagged", { tag: `t${i}` }));
    expect(shown(tags(1, 2)).map((i) => i.key)).toEqual(["day-2026-10-21", "e1", "e2"]);
    const folded = shown([...tags(1, 4), message(5, "hi"), ...tags(6, 3)]);
    expect(folded.map((i) => i.key)).toEqual(["day-2026-10-21", "c1", "e5", "c6"]);
    expect(folded.filter((i) => i.type === "changes").map((i) => i.lines.map((l) => l.event.seq))).toEqual([[1, 2, 3, 4], [6, 7, 8]]);
  });

  test("what matters is never folded, and parts what is", () => {
    const events = [line(1, "ticket.tagged"), line(2, "ticket.tagged"), line(3, "ticket.handed_off"), line(4, "ticket.tagged"), line(5, "ticket.priority_changed"), line(6, "ticket.untagged"), line(7, "ticket.status_changed")];
    expect(shown(events).map((i) => i.key)).toEqual(["day-2026-10-21", "e1", "e2", "e3", "c4", "e7"]);
  });

  test("a fold keeps its name while it grows, so that it stays open", () => {
    const events = [1, 2, 3].map((n) => line(n, "ticket.tagged"));
    const key = (all: Event[]) => shown(all).find((i) => i.type === "changes")?.key;
    expect(key([...events, line(4, "ticket.tagged")])).toBe(key(events));
  });

  test("nothing is lost and nothing is told twice", () => {
    const kinds = ["ticket.tagged", "message", "ticket.handed_off", "ticket.priority_changed"];
    let x = 7;
    for (let round = 0; round < 50; round++) {
      const events = Array.from({ length: 40 }, (_, i) => {
        x = (x * 1103515245 + 12345) % 2147483648;
        const kind = kinds[x % kinds.length] ?? "message";
        return kind === "message" ? message(i + 1, "m") : line(i + 1, kind);
      });
      const seqs = shown(events).flatMap((i) => (i.type === "changes" ? i.lines.map((l) => l.event.seq) : "event" in i ? [i.event.seq] : []));
      expect(seqs).toEqual(events.map((e) => e.seq));
    }
  });
});

describe("what is new", () => {
  const events = [message(1, "a"), message(2, "b", mia), message(3, "c"), line(4, "ticket.tagged"), message(5, "d")];
  test.each([
    [0, 5, undefined],
    [1, 5, 5],
    [2, 5, 3],
    [3, 5, 1],
    [9, 5, 0],
    [1, 4, 3],
  ])("the first of %d unread up to %d is %s", (unread, until, want) => {
    expect(firstUnread(events, unread, until)).toBe(want);
  });

  test("its mark stands above it, and nowhere when it is not loaded", () => {
    const items = shown(events);
    const keys = markNew(items, 3, 2).map((i) => i.key);
    expect(keys[keys.indexOf("new") + 1]).toBe("e3");
    expect(markNew(items, 0, 2)).toBe(items);
    expect(markNew(items, 99, 2)).toBe(items);
  });

  test("only what others said counts for the pill", () => {
    expect(saidSince(events, 1, "7")).toBe(2);
    expect(saidSince(events, 1, "8")).toBe(3);
    expect(saidSince(events, 5, "8")).toBe(0);
    expect(saidSince([message(6, "x", { kind: "customer", id: "7" })], 0, "7")).toBe(1);
  });
});

test("the day of a place in the thread is that of the separator above it", () => {
  const items = shown([message(1, "a"), { ...message(2, "b"), at: "2026-11-23T09:00:00.000Z" }]);
  expect(dayAt(items, 1)).toBe(at(1));
  expect(dayAt(items, 3)).toBe("2026-11-23T09:00:00.000Z");
  expect(dayAt(items, 99)).toBe("2026-11-23T09:00:00.000Z");
  expect(dayAt([], 0)).toBeUndefined();
});

import { expect, test } from "vitest";
import { appendPage, applyChanged, belongs, refreshed, showArrivals, sweep, waiting as news, type TicketList } from "../src/live/list";
import { at, ticket } from "./fakes";

const a = ticket({ id: "1", said_at: at(30) });
const b = ticket({ id: "2", said_at: at(20) });
const c = ticket({ id: "3", said_at: at(10) });
const list: TicketList = { rows: [a, b, c], arrivals: [], left: new Set(), stirred: new Set() };
const ids = (l: TicketList) => l.rows.map((t) => t.id);

test("a changed row moves up only while nobody is at the list", () => {
  const moved = { ...c, said_at: at(40), last_seq: 4 };
  expect(ids(applyChanged(list, moved, { matches: true, settled: false }))).toEqual(["1", "2", "3"]);
  expect(ids(applyChanged(list, moved, { matches: true, settled: true }))).toEqual(["3", "1", "2"]);
});

test("an act moves no row, whoever acts and whenever", () => {
  const acted = { ...b, updated_at: at(90), priority: "urgent" as const, last_seq: 4 };
  for (const settled of [true, false]) expect(ids(applyChanged(list, acted, { matches: true, settled }))).toEqual(["1", "2", "3"]);
});

test("what keeps its place with a newer message counts as new, and goes up with what waits", () => {
  const stirred = applyChanged(list, { ...c, said_at: at(40), unread: 1, last_seq: 4 }, { matches: true, settled: false });
  expect([...stirred.stirred]).toEqual(["3"]);
  expect(news(stirred)).toBe(1);
  // What comes in meanwhile is put where the order wants it, as if the row were not where it is.
  expect(ids(applyChanged(stirred, ticket({ id: "9", said_at: at(5) }), { matches: true, settled: true }))).toEqual(["1", "2", "3", "9"]);
  const risen = showArrivals(stirred);
  expect(ids(risen)).toEqual(["3", "1", "2"]);
  expect(news(risen)).toBe(0);
  // An answer given here is no news; the row goes up all the same as soon as it may.
  const answered = applyChanged(list, { ...c, said_at: at(40), last_seq: 4 }, { matches: true, settled: false });
  expect(news(answered)).toBe(0);
  expect(ids(showArrivals(answered))).toEqual(["3", "1", "2"]);
});

test("a ticket without a message stands at the time it was opened", () => {
  const silent = ticket({ id: "9", said_at: null, created_at: at(25) });
  expect(ids(applyChanged(list, silent, { matches: true, settled: true }))).toEqual(["1", "9", "2", "3"]);
});

test("a row that stays in place still shows what changed, and keeps the reader's draft", () => {
  const drafted = { ...list, rows: [a, { ...b, draft: true }, c] };
  const l = applyChanged(drafted, { ...b, subject: "New words", last_seq: 9 }, { matches: true, settled: false });
  expect(l.rows[1]).toMatchObject({ subject: "New words", draft: true });
});

test("a new ticket waits in the pill, and comes in when asked", () => {
  const fresh = ticket({ id: "9", said_at: at(50) });
  const waiting = applyChanged(list, fresh, { matches: true, settled: false });
  expect(ids(waiting)).toEqual(["1", "2", "3"]);
  expect(waiting.arrivals.map((t) => t.id)).toEqual(["9"]);
  const shown = showArrivals(waiting);
  expect(ids(shown)).toEqual(["9", "1", "2", "3"]);
  expect(shown.arrivals).toEqual([]);
});

test("who waits in the pill is not overtaken by who comes later", () => {
  const waiting = applyChanged(list, ticket({ id: "9", said_at: at(50) }), { matches: true, settled: false });
  const later = applyChanged(waiting, ticket({ id: "10", said_at: at(60) }), { matches: true, settled: true });
  expect(ids(later)).toEqual(["1", "2", "3"]);
  expect(later.arrivals.map((t) => t.id)).toEqual(["10", "9"]);
});

test("two changes of one waiting ticket count as one, the latest", () => {
  const first = applyChanged(list, ticket({ id: "9", last_seq: 1 }), { matches: true, settled: false });
  const second = applyChanged(first, ticket({ id: "9", last_seq: 2, subject: "Later" }), { matches: true, settled: false });
  expect(second.arrivals.map((t) => t.subject)).toEqual(["Later"]);
});

test("an older version never replaces a newer one", () => {
  const l = applyChanged(list, { ...a, last_seq: 1, subject: "Old" }, { matches: true, settled: true });
  expect(l).toBe(list);
});

test("what somebody else took away fades in its place, and goes when nobody points at it", () => {
  const gone = { ...b, status: "resolved" as const, last_seq: 5 };
  const faded = applyChanged(list, gone, { matches: false, settled: false });
  expect(ids(faded)).toEqual(["1", "2", "3"]);
  expect([...faded.left]).toEqual(["2"]);
  expect(ids(sweep(faded, undefined))).toEqual(["1", "3"]);
  expect(ids(sweep(faded, "2"))).toEqual(["1", "2", "3"]);
  const back = applyChanged(faded, { ...b, last_seq: 6 }, { matches: true, settled: false });
  expect([...back.left]).toEqual([]);
});

test("what the reader took away goes at once, but not while it is open, and comes back to its place", () => {
  const gone = { ...b, status: "resolved" as const };
  const taken = applyChanged(list, gone, { matches: false, settled: false, own: true });
  expect(ids(taken)).toEqual(["1", "3"]);
  expect(ids(applyChanged(list, gone, { matches: false, settled: false, own: true, open: "2" }))).toEqual(["1", "2", "3"]);
  expect(ids(applyChanged(taken, b, { matches: true, settled: false, own: true }))).toEqual(["1", "2", "3"]);
});

test("a waiting ticket that somebody else took is no arrival any more", () => {
  const waiting = applyChanged(list, ticket({ id: "9" }), { matches: true, settled: false });
  expect(applyChanged(waiting, ticket({ id: "9", last_seq: 9 }), { matches: false, settled: false }).arrivals).toEqual([]);
});

test("a page never shows a ticket twice", () => {
  expect(ids(appendPage(list, [c, ticket({ id: "4" })], "next"))).toEqual(["1", "2", "3", "4"]);
});

test("a fresh read replaces what it covers, and keeps what a long list has behind it", () => {
  const long = { ...list, next: "behind 3" };
  expect(refreshed(long, [a], "behind 1", true)).toMatchObject({ rows: [a], next: "behind 1" });
  const partly = refreshed(long, [a], "behind 1", false);
  expect(ids(partly)).toEqual(["1", "2", "3"]);
  expect(partly.next).toBe("behind 3");
  expect(ids(refreshed(long, [a], undefined, false))).toEqual(["1"]);
});

test.each([
  ["mine", { assignee: "7" }, true],
  ["mine", { assignee: "8" }, false],
  ["unassigned", { assignee: null }, true],
  ["unassigned", { assignee: "8" }, false],
  ["team:1", { team: "1" }, true],
  ["team:2", { team: "1" }, false],
  ["all", { status: "resolved" as const }, false],
])("view %s with %o: %s", (view, part, want) => {
  expect(belongs(ticket(part), view, ["open", "pending"], "7")).toBe(want);
});

test("the oldest come first where that is the order, and what is new stands below without moving a row", () => {
  const oldest: TicketList = { ...list, rows: [c, b, a], order: "oldest" };
  const fresh = ticket({ id: "9", said_at: at(50) });
  expect(ids(applyChanged(oldest, fresh, { matches: true, settled: false }))).toEqual(["3", "2", "1", "9"]);
  // Where there is more to read, it comes with its page.
  expect(ids(applyChanged({ ...oldest, next: "x" }, fresh, { matches: true, settled: true }))).toEqual(["3", "2", "1"]);
  const between = ticket({ id: "9", said_at: at(25) });
  expect(ids(applyChanged(oldest, between, { matches: true, settled: false }))).toEqual(["3", "2", "1"]);
  expect(ids(applyChanged(oldest, between, { matches: true, settled: true }))).toEqual(["3", "2", "9", "1"]);
});

test("who waits longest stands first, and an answer moves a row only when nobody is at the list", () => {
  const waits = (id: string, since: number) => ticket({ id, waiting_since: at(since), said_at: at(90 - since) });
  const order: TicketList = { ...list, rows: [waits("5", 10), waits("6", 20), a, c], order: "waiting" };
  const answered = { ...order.rows[0]!, waiting_since: null, said_at: at(95), last_seq: 9 };
  const stays = applyChanged(order, answered, { matches: true, settled: false });
  expect(ids(stays)).toEqual(["5", "6", "1", "3"]);
  expect(ids(showArrivals(stays))).toEqual(["6", "5", "1", "3"]);
  expect(ids(applyChanged(order, answered, { matches: true, settled: true }))).toEqual(["6", "5", "1", "3"]);
  expect(ids(applyChanged(order, waits("7", 15), { matches: true, settled: true }))).toEqual(["5", "7", "6", "1", "3"]);
  // A last thank-you on what is done waits for nobody.
  expect(ids(applyChanged(order, { ...waits("8", 1), status: "resolved" }, { matches: true, settled: true }))).toEqual(["5", "6", "8", "1", "3"]);
});

import type { Event } from "../api/types";
import { dayKey } from "../i18n/time";
import type { Outgoing } from "../live/outbox";
import { undoneIn } from "./undone";

/** What was said: a public message or a note, as its text is now. */
interface Said {
  key: string;
  event: Event;
  body: string;
  edited: boolean;
  redacted: boolean;
  first: boolean;
}

/** One thing in the thread, in the order it is read. */
export type Item =
  | { type: "day"; key: string; at: string }
  | ({ type: "message"; receipt?: "sent" | "seen" } & Said)
  | ({ type: "note" } & Said)
  | { type: "line"; key: string; event: Event; waited?: number; offer?: Event; undone?: Event }
  | { type: "outgoing"; key: string; outgoing: Outgoing };

export type Talk = Extract<Item, { type: "message" | "note" }>;

const SAME_BREATH = 5 * 60_000;

/** itemsOf lays out events and what is still on its way; edits change their message, days part the rest. */
export function itemsOf(events: Event[], outgoing: Outgoing[], customerSeen: number, says: (e: Event) => boolean): Item[] {
  const { bodies, redacted } = corrections(events);
  const undone = undoneIn(events, says);
  const reply = (e: Event) => e.kind === "message.posted" && e.by.kind === "agent";
  const lastReply = events.findLast(reply);
  const lastSeen = events.findLast((e) => reply(e) && e.seq <= customerSeen);
  const items: Item[] = [];
  let day = "";
  let before: Event | undefined;
  for (const [i, event] of events.entries()) {
    if (event.kind === "message.edited" || event.kind === "message.redacted") continue;
    if (undone.hides(event) || repeats(before, event)) continue;
    const last = items[items.length - 1];
    if (offers(before, event) && last?.type === "line") {
      last.offer = event;
      before = event;
      continue;
    }
    const talk = event.kind === "message.posted" || event.kind === "note.posted";
    const taken = undone.act(event);
    if (!talk && !taken && !says(event)) continue;
    if (dayKey(event.at) !== day) {
      day = dayKey(event.at);
      items.push({ type: "day", key: `day-${day}`, at: event.at });
      before = undefined;
    }
    const key = `e${event.seq}`;
    if (talk) {
      const gone = redacted.has(event.seq) || event.data?.redacted === true;
      const edited = !gone && (bodies.has(event.seq) || event.data?.edited_at !== undefined);
      const said = { key, event, body: gone ? "" : (bodies.get(event.seq) ?? event.body ?? ""), first: !sameBreath(before, event), edited, redacted: gone };
      const receipt = event === lastSeen ? "seen" : event === lastReply ? "sent" : undefined;
      items.push(event.kind === "note.posted" ? { type: "note", ...said } : { type: "message", ...said, ...(receipt ? { receipt } : {}) });
    } else {
      const waited = event.kind === "wait.promised" ? waitAfter(events, i) : undefined;
      items.push({ type: "line", key, event: taken ?? event, ...(waited === undefined ? {} : { waited }), ...(taken ? { undone: event } : {}) });
    }
    before = event;
  }
  for (const o of outgoing) items.push({ type: "outgoing", key: o.client_id, outgoing: o });
  return items;
}

/** A routing decision already says to whom: the assignment that follows it adds nothing. A promise is told once. */
function repeats(before: Event | undefined, e: Event): boolean {
  if (e.kind === "wait.promised") return before?.kind === "wait.promised";
  return e.kind === "ticket.assigned" && before?.kind === "ticket.routed" && e.data?.agent === before.data?.agent;
}

/** An offer carries the routing decision before it out: they are one line. */
function offers(before: Event | undefined, e: Event): boolean {
  return e.kind === "ticket.offered" && before?.kind === "ticket.routed" && e.data?.agent === before.data?.agent;
}

const endsWait = new Set(["ticket.assigned", "ticket.handed_off", "conversation.ended"]);

/** waitAfter is how many seconds a customer really waited after a promise; undefined while it still waits. */
function waitAfter(events: Event[], i: number): number | undefined {
  const promise = events[i];
  const end = events.slice(i + 1).find((e) => endsWait.has(e.kind));
  return promise && end ? Math.max(0, (Date.parse(end.at) - Date.parse(promise.at)) / 1000) : undefined;
}

function corrections(events: Event[]) {
  const bodies = new Map<number, string>();
  const redacted = new Set<number>();
  for (const e of events) {
    const target = Number(e.data?.target_seq ?? 0);
    if (e.kind === "message.edited" && target > 0 && e.body !== undefined) bodies.set(target, e.body);
    if (e.kind === "message.redacted" && target > 0) redacted.add(target);
  }
  return { bodies, redacted };
}

function sameBreath(before: Event | undefined, e: Event): boolean {
  if (before === undefined || before.kind !== e.kind) return false;
  return before.by.kind === e.by.kind && before.by.id === e.by.id && Date.parse(e.at) - Date.parse(before.at) < SAME_BREATH;
}

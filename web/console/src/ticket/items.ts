import type { Event } from "../api/types";
import { dayKey } from "../i18n/time";
import type { Outgoing } from "../live/outbox";

/** One thing in the thread, in the order it is read. */
export type Item =
  | { type: "day"; key: string; at: string }
  | { type: "message"; key: string; event: Event; body: string; edited: boolean; redacted: boolean; first: boolean; receipt?: "sent" | "seen" }
  | { type: "note"; key: string; event: Event; body: string; first: boolean }
  | { type: "line"; key: string; event: Event }
  | { type: "outgoing"; key: string; outgoing: Outgoing };

const SAME_BREATH = 5 * 60_000;

/** itemsOf lays out events and what is still on its way; edits change their message, days part the rest. */
export function itemsOf(events: Event[], outgoing: Outgoing[], customerSeen: number, says: (e: Event) => boolean): Item[] {
  const { bodies, redacted } = corrections(events);
  const lastReply = events.findLast((e) => e.kind === "message.posted" && e.by.kind === "agent");
  const items: Item[] = [];
  let day = "";
  let before: Event | undefined;
  for (const event of events) {
    if (event.kind === "message.edited" || event.kind === "message.redacted") continue;
    if (repeats(before, event)) continue;
    const talk = event.kind === "message.posted" || event.kind === "note.posted";
    if (!talk && !says(event)) continue;
    if (dayKey(event.at) !== day) {
      day = dayKey(event.at);
      items.push({ type: "day", key: `day-${day}`, at: event.at });
      before = undefined;
    }
    const key = `e${event.seq}`;
    const first = !sameBreath(before, event);
    const body = bodies.get(event.seq) ?? event.body ?? "";
    if (event.kind === "message.posted") {
      const receipt = event === lastReply ? (event.seq <= customerSeen ? "seen" : "sent") : undefined;
      const gone = redacted.has(event.seq);
      items.push({ type: "message", key, event, body, first, edited: bodies.has(event.seq), redacted: gone, ...(receipt ? { receipt } : {}) });
    } else if (event.kind === "note.posted") {
      items.push({ type: "note", key, event, body, first });
    } else {
      items.push({ type: "line", key, event });
    }
    before = event;
  }
  for (const o of outgoing) items.push({ type: "outgoing", key: o.client_id, outgoing: o });
  return items;
}

/** A routing decision already says to whom: the assignment that follows it adds nothing. */
function repeats(before: Event | undefined, e: Event): boolean {
  return e.kind === "ticket.assigned" && before?.kind === "ticket.routed" && e.data?.agent === before.data?.agent;
}

function corrections(events: Event[]) {
  const bodies = new Map<number, string>();
  const redacted = new Set<number>();
  for (const e of events) {
    const target = Number(e.data?.target_seq ?? 0);
    if (e.kind === "message.edited" && target > 0) bodies.set(target, e.body ?? "");
    if (e.kind === "message.redacted" && target > 0) redacted.add(target);
  }
  return { bodies, redacted };
}

function sameBreath(before: Event | undefined, e: Event): boolean {
  if (before === undefined || before.kind !== e.kind) return false;
  return before.by.kind === e.by.kind && before.by.id === e.by.id && Date.parse(e.at) - Date.parse(before.at) < SAME_BREATH;
}

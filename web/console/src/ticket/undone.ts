import type { Event, TicketAct } from "../api/types";

interface Undone {
  /** What was taken back is not told, nor how it was, nor what came of it. */
  hides(e: Event): boolean;
  /** What the mark of an undo stands for: the one event that says best what was done. */
  act(mark: Event): Event | undefined;
}

/** What says best what an act was, where it recorded several. */
const telling = ["ticket.spam_marked", "ticket.handed_off", "ticket.status_changed", "ticket.snoozed", "ticket.assigned", "ticket.team_changed", "ticket.priority_changed", "ticket.tagged", "ticket.untagged"];

const MARK = "ticket.act_undone";

/** undoneIn tells which events were taken back soon after. A mark stands after what it undoes, so that whoever reads back meets it first. */
export function undoneIn(events: readonly Event[], says: (e: Event) => boolean): Undone {
  const gone = new Set<number>();
  const acts = new Map<number, Event>();
  for (const mark of events) {
    if (mark.kind !== MARK) continue;
    const [from, through, back] = [num(mark, "from"), num(mark, "through"), num(mark, "back")];
    for (let n = from; n <= through; n++) gone.add(n);
    for (let n = back; n < mark.seq; n++) gone.add(n);
    const act = events.filter((e) => e.seq >= from && e.seq <= through);
    const best = telling.map((kind) => act.find((e) => e.kind === kind && says(e))).find((e) => e !== undefined);
    if (best) acts.set(mark.seq, best);
  }
  // A note that went with it was written all the same; a survey that followed was taken back too.
  const wrote = (e: Event) => e.kind === "message.posted" || e.kind === "note.posted";
  return { hides: (e) => (gone.has(e.seq) && !wrote(e)) || gone.has(num(e, "resolve")), act: (mark) => acts.get(mark.seq) };
}

/** actAfter is what was done to a ticket together with the message that has a seq; undefined while that is not known. */
export function actAfter(events: readonly Event[], seq: number): TicketAct | undefined {
  const sent = events.find((e) => e.seq === seq);
  let through = seq;
  for (const e of events) if (sent && e.seq === through + 1 && e.at === sent.at && e.by.id === sent.by.id && e.kind.startsWith("ticket.")) through = e.seq;
  return through > seq ? { from: seq + 1, through } : undefined;
}

function num(e: Event, key: string): number {
  return Number(e.data?.[key] ?? 0);
}

import type { Segment } from "../../api/types";

/** A ticket is in somebody's hands, waits in a queue, or rests because it is resolved. */
export type Part = "owner" | "queue" | "rest";

const begins = new Set(["ticket.opened", "ticket.queued", "ticket.handed_off"]);

/** partOf is what a segment is: the queue of a desk without teams is known by how it began. */
export function partOf(s: Segment): Part {
  if (s.agent) return "owner";
  return s.team || begins.has(s.entered_by) ? "queue" : "rest";
}

export function lengthOf(s: Segment, now: number): number {
  return Math.max(0, (s.to ? Date.parse(s.to) : now) - Date.parse(s.from));
}

export interface Sums {
  owned: number;
  waited: number;
  /** How many different people had it. */
  people: number;
  handoffs: number;
}

/** sumsOf adds a story up; rest is nobody's time. */
export function sumsOf(segments: readonly Segment[], now: number): Sums {
  const sums: Sums = { owned: 0, waited: 0, people: 0, handoffs: 0 };
  const people = new Set<string>();
  for (const s of segments) {
    const part = partOf(s);
    if (part === "owner") sums.owned += lengthOf(s, now);
    if (part === "queue") sums.waited += lengthOf(s, now);
    if (s.agent) people.add(s.agent);
    if (s.entered_by === "ticket.handed_off") sums.handoffs++;
  }
  return { ...sums, people: people.size };
}

export interface Slice {
  part: Part;
  /** Of the time that the ticket was worked on or waited. */
  share: number;
  segment: Segment;
}

/** slicesOf are the pieces of the bar. Rest takes no room in it: a month of peace says nothing about the work. */
export function slicesOf(segments: readonly Segment[], now: number): Slice[] {
  const { owned, waited } = sumsOf(segments, now);
  const all = owned + waited;
  return segments.map((segment) => {
    const part = partOf(segment);
    return { part, share: part === "rest" || all === 0 ? 0 : lengthOf(segment, now) / all, segment };
  });
}

/** toneOf gives each person a colour of their own, in the order in which they come in. */
export function toneOf(segments: readonly Segment[], agent: string | null): number {
  const seen: string[] = [];
  for (const { agent: a } of segments) if (a && !seen.includes(a)) seen.push(a);
  return agent ? Math.max(0, seen.indexOf(agent)) % 6 : 0;
}

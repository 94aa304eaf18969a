import { recall, remember } from "../app/storage";

export type Kind = "reply" | "note";

const key = (me: string, ticket: string, kind: Kind) => `draft.${me}.${ticket}.${kind}`;

/** Drafts are kept per person, ticket and kind, so that a reply never becomes a note or the other way round. */
export function readDraft(me: string, ticket: string, kind: Kind): string {
  return recall(key(me, ticket, kind)) ?? "";
}

export function keepDraft(me: string, ticket: string, kind: Kind, text: string) {
  remember(key(me, ticket, kind), text.trim() === "" ? null : text);
}

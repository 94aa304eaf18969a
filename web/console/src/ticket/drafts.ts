/** What is being written: a reply, or a note for colleagues. */
export type Kind = "reply" | "note";

import { plain } from "./plain";

interface Named {
  subject?: string;
  title?: string;
  preview?: string;
}

/** subjectOf is what a ticket is called where one line names it; empty when nothing was ever written. */
export function subjectOf({ subject, title, preview }: Named): string {
  return subject || plain(title || preview || "");
}

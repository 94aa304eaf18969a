import { t } from "../i18n/t";
import type { Ticket } from "../live/list";
import { plain } from "./plain";
import { w } from "./words";
import { subjectOf } from "./subject";

/** Lines are what a row says of a ticket: what it is about, and who said what last. */
export interface Lines {
  title: string;
  /** Who wrote the newest message, when it was not the customer. */
  by: string;
  said: string;
}

/** linesOf tells what a search found, where neither title nor newest message shows it. It never says one thing twice: where the newest message is the title, its topic or team stands below it. */
export function linesOf(ticket: Ticket, me: string): Lines {
  const text = plain(ticket.preview);
  const title = subjectOf(ticket) || t("row.noSubject");
  if (ticket.found) return { title, by: ticket.found.note ? w("row.foundNote") : "", said: plain(ticket.found.text) };
  if (text === "" || same(title, text)) return { title, by: "", said: ticket.topic_name || ticket.team_name || "" };
  return { title, by: authorOf(ticket, me), said: text };
}

/** The server cuts both, but not at the same length. */
function same(a: string, b: string): boolean {
  const [x, y] = [uncut(a), uncut(b)];
  return x === y || (x !== a && y.startsWith(x)) || (y !== b && x.startsWith(y));
}

function uncut(text: string): string {
  return text.replace(/…$/u, "").trimEnd();
}

function authorOf(ticket: Ticket, me: string): string {
  if (ticket.preview_by === "bot") return w("row.bot");
  if (ticket.preview_by !== "agent") return "";
  if (ticket.preview_agent === me) return w("row.you");
  const name = ticket.preview_name.trim().split(/\s+/u)[0];
  return name ? w("row.by", { name }) : t("row.us");
}

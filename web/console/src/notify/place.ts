import type { Notification } from "../../../shared/src/wire.gen";

/** ticketIn is the ticket that an address of the console shows. */
export function ticketIn(path: string): string {
  return /^\/(?:inbox\/[^/]+|tickets)\/(\d+)$/.exec(path)?.[1] ?? "";
}

/** placeOf is where a notification leads. */
export function placeOf(item: Pick<Notification, "kind" | "issue" | "ticket">): string {
  if (item.ticket) return `/tickets/${item.ticket}`;
  if (item.kind === "issue_flagged") return item.issue ? `/issues/${item.issue}` : "/issues";
  if (item.kind === "report_ready") return "/reports/weekly";
  if (item.kind === "unassigned_waiting") return "/inbox/unassigned";
  return item.kind === "low_score" ? "/follow-ups" : "/inbox/mine";
}

import type { Notification } from "../../../shared/src/wire.gen";
import { sayer } from "../i18n/t";
import en from "./words.en.json";

export const n = sayer(en);

type Key = keyof typeof en;

/** sentence says what happened. */
export function sentence(item: Pick<Notification, "kind" | "title" | "by" | "count" | "ticket">): string {
  const by = item.by.kind === "agent" ? item.by.name || n("someone") : "";
  const name = item.title || n("visitor");
  switch (item.kind) {
    case "assigned":
    case "handed_off":
      if (!item.ticket && item.count > 1) return n(`${item.kind}.many`, { by: by || n("someone"), count: item.count });
      return by ? n(item.kind, { by }) : n(`${item.kind}.system`);
    case "unassigned_waiting":
      return n("unassigned_waiting", { count: item.count, team: item.title });
    case "mentioned":
      return n("mentioned", { by: by || n("someone") });
    default:
      return n(item.kind, { name, by });
  }
}

/** plainly says what happened without names, for screens that others may see. */
export function plainly(item: Notification): string {
  const key = `plain.${item.kind}`;
  return n(key as Key) === key ? sentence(item) : n(key as Key);
}

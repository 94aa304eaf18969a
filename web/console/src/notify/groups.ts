import type { Notification } from "../../../shared/src/wire.gen";

/** A Group is everything about one ticket, the newest first; what is about no ticket stands alone. */
export interface Group {
  key: string;
  items: Notification[];
  unread: boolean;
}

/** groups puts what is about one ticket where its newest is. */
export function groups(items: readonly Notification[]): Group[] {
  const out: Group[] = [];
  const at = new Map<string, Group>();
  for (const item of items) {
    const key = item.ticket ? `t${item.ticket}` : `n${item.id}`;
    const known = at.get(key);
    if (known) {
      known.items.push(item);
      known.unread ||= !item.read;
      continue;
    }
    const group = { key, items: [item], unread: !item.read };
    at.set(key, group);
    out.push(group);
  }
  return out;
}

import { useQueryClient } from "@tanstack/react-query";
import { api } from "../api/http";
import { useDesk } from "../app/desk";
import { useKey } from "../keys/useKeys";
import { useStore } from "../live/store";
import { useToast } from "../ui/toast";
import type { ListStore } from "./listStore";
import { isEmpty } from "./selection";
import { w } from "./words";

interface At {
  store: ListStore;
  /** The ticket that keys act on: the open one, or the one the cursor is at. */
  here: string | undefined;
  open: string | undefined;
  back(): void;
}

/** So many are marked at once, one by one; a whole view of unread tickets is nobody's wish. */
const MOST = 50;

/**
 * useUnread is the key that has a ticket count as unread again. Who looks at a ticket reads it: the open one is left
 * for the list first.
 */
export function useUnread({ store, here, open, back }: At) {
  const { live } = useDesk();
  const cache = useQueryClient();
  const say = useToast();
  const chosen = useStore(store.chosen);
  const ids = isEmpty(chosen) ? (here === undefined ? [] : [here]) : chosen.all ? [] : [...chosen.ids].slice(0, MOST);
  const read = (rows: readonly { id: string; last_seq: number }[]) => {
    for (const row of rows) {
      live.seen(row.id, row.last_seq);
      store.read(row.id, row.last_seq);
    }
  };
  const mark = async () => {
    const rows = store.get().rows.filter((r) => ids.includes(r.id));
    if (open !== undefined && ids.includes(open)) back();
    const answers = await Promise.allSettled(
      ids.map(async (id) => {
        await api.post(`/tickets/${id}/unread`, {});
        store.unread(id);
        void cache.invalidateQueries({ queryKey: ["ticket", id] });
      }),
    );
    const failed = answers.find((a) => a.status === "rejected");
    if (failed) return say.wrong(failed.reason);
    say(w("done.unread", { count: ids.length }), () => read(rows));
  };
  useKey("ticket.unread", ids.length > 0 ? () => void mark() : null);
}

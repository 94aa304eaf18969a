import { useEffect, useMemo } from "react";
import { useDesk } from "../app/desk";
import type { Live } from "../live/live";
import { ListStore } from "./listStore";
import { nothing } from "./selection";
import type { Source } from "./source";

const KEPT = 12;
const stores = new WeakMap<Live, Map<string, ListStore>>();

function storeOf(live: Live, source: Source): ListStore {
  let all = stores.get(live);
  if (all === undefined) stores.set(live, (all = new Map()));
  const store = all.get(source.key) ?? new ListStore(source, live.me);
  all.delete(source.key);
  all.set(source.key, store);
  for (const key of all.keys()) {
    if (all.size <= KEPT) break;
    all.delete(key);
  }
  return store;
}

/** useTicketList is the list of a source: at once from what is known, then fresh, then live. */
export function useTicketList(source: Source): ListStore {
  const { live } = useDesk();
  const store = useMemo(() => storeOf(live, source), [live, source.key]);
  store.source = source;
  useEffect(() => {
    live.announce(source.view, source.linked ? undefined : filterOf(source));
    void store.load();
    const offs = [
      live.onChanged(store.heard),
      live.onReopened(() => void store.load(), true),
      live.onFrame("draft", (f) => store.drafted(String(f.ticket), Number(f.rev) > 0 && f.gone !== true)),
      live.onAcked((o) => store.drafted(o.ticket, false)),
    ];
    return () => {
      offs.forEach((off) => off());
      store.chosen.patch(nothing);
    };
    // Another path to the same tickets is the same list.
  }, [live, store]);
  return store;
}

function filterOf({ query: { status, q } }: Source): { status?: string[]; q?: string } | undefined {
  if (!status && !q) return undefined;
  return { ...(status ? { status: status.split(",") } : {}), ...(q ? { q } : {}) };
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { api } from "../api/http";
import type { Ticket, TicketDetail } from "../api/types";
import { useDesk } from "../app/desk";
import type { ListStore } from "../inbox/listStore";
import { useStore } from "../live/store";
import type { LiveThread, ThreadView } from "../live/thread";

const REFETCH_AFTER = 120;

/** useTicket is one ticket: at once from its row, then whole, then kept current. */
export function useTicket(id: string, row: Ticket | undefined) {
  const { live } = useDesk();
  const cache = useQueryClient();
  const key = useMemo(() => ["ticket", id], [id]);
  const q = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.get<TicketDetail>(`/tickets/${id}`, signal),
    placeholderData: row as TicketDetail | undefined,
    staleTime: 5_000,
  });
  useEffect(() => {
    const offs = [
      live.onChanged((t) => {
        if (t.id === id) cache.setQueryData<TicketDetail>(key, (was) => was && { ...was, ...t });
      }),
      live.onReopened(() => void cache.invalidateQueries({ queryKey: key })),
    ];
    return () => offs.forEach((off) => off());
  }, [live, cache, key, id]);
  return q;
}

/** useThread loads a ticket's thread, follows it while it is on screen, and reads the ticket again when it moved. */
export function useThread(ticket: Ticket | undefined): { store: LiveThread | null; view: ThreadView | null; retry(): void } {
  const { live } = useDesk();
  const cache = useQueryClient();
  const id = ticket?.id;
  const store = useMemo(() => (id === undefined ? null : live.thread(id)), [live, id]);
  const lastSeq = useRef(0);
  lastSeq.current = ticket?.last_seq ?? 0;
  const begin = useCallback(() => {
    let unwatch = () => {};
    let gone = false;
    void store?.load(lastSeq.current).then(() => {
      if (!gone) unwatch = live.watch(store.ticket);
    });
    return () => {
      gone = true;
      unwatch();
    };
  }, [store, live]);
  useEffect(begin, [begin]);
  useEffect(() => {
    if (!store) return;
    let timer = 0;
    let seen = store.newest;
    return store.subscribe(() => {
      const { thread, phase } = store.get();
      if (phase !== "ready" || thread.newest === seen) return;
      const moved = thread.events.some((e) => e.seq > seen && !e.kind.startsWith("message.") && e.kind !== "note.posted");
      if (seen > 0 && moved) {
        window.clearTimeout(timer);
        timer = window.setTimeout(() => void cache.invalidateQueries({ queryKey: ["ticket", store.ticket] }), REFETCH_AFTER);
        void cache.invalidateQueries({ queryKey: ["ownership", store.ticket] });
      }
      seen = thread.newest;
    });
  }, [store, cache]);
  const view = useStoreOrNull(store);
  const retry = useCallback(() => void begin(), [begin]);
  return { store, view, retry };
}

const nothing = { get: () => null, subscribe: () => () => {} } as const;

function useStoreOrNull(store: LiveThread | null): ThreadView | null {
  return useStore((store ?? nothing) as unknown as LiveThread) as ThreadView | null;
}

/** useRead tells the server, and the list, what has been read. */
export function useRead(id: string, list: ListStore) {
  const { live } = useDesk();
  const told = useRef(0);
  return useCallback(
    (seq: number) => {
      if (seq <= told.current) return;
      told.current = seq;
      live.seen(id, seq);
      list.read(id, seq);
    },
    [live, list, id],
  );
}

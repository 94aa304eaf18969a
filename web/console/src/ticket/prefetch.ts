import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "../api/http";
import type { Ticket, TicketDetail } from "../api/types";
import { useDesk } from "../app/desk";
import type { Live } from "../live/live";

/** Somebody who stays this long on a ticket, or over a row, may well go on from there. */
const SETTLED = 120;
const HOVERED = 65;
/** What was read so lately is not read again ahead of time. */
const FRESH = 30_000;

/** usePrefetch reads tickets before they are asked for: the neighbours of the one on screen, and the one pointed at. */
export function usePrefetch(rows: readonly Ticket[], id: string | undefined) {
  const { live } = useDesk();
  const cache = useQueryClient();
  const at = rows.findIndex((r) => r.id === id);
  const next = rows[at + 1];
  const previous = at > 0 ? rows[at - 1] : undefined;
  const around = [next, previous].map((r) => (r ? `${r.id}:${r.last_seq}` : "")).join();
  useEffect(() => {
    const timer = window.setTimeout(() => {
      for (const row of [next, previous]) if (row) prefetch(cache, live, row);
    }, SETTLED);
    return () => window.clearTimeout(timer);
    // Rows are made anew with every change; which they are, and how new, is what counts.
  }, [cache, live, around]);
  useEffect(() => {
    let timer = 0;
    const over = (e: PointerEvent) => {
      window.clearTimeout(timer);
      const pointed = e.pointerType === "mouse" ? (e.target as Element).closest<HTMLElement>("[role=option][data-ticket]")?.dataset.ticket : undefined;
      const row = pointed === undefined ? undefined : rows.find((r) => r.id === pointed);
      if (row) timer = window.setTimeout(() => prefetch(cache, live, row), HOVERED);
    };
    document.addEventListener("pointerover", over);
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener("pointerover", over);
    };
  }, [cache, live, rows]);
}

function prefetch(cache: QueryClient, live: Live, row: Ticket) {
  const key = ["ticket", row.id];
  void cache.prefetchQuery({ queryKey: key, queryFn: ({ signal }) => api.get<TicketDetail>(`/tickets/${row.id}`, signal), staleTime: FRESH });
  const thread = live.thread(row.id);
  if (thread.get().phase !== "ready" || thread.newest < row.last_seq) void thread.load(row.last_seq);
}

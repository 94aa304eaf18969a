import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, query } from "../api/http";
import type { Customer, Page, Ticket } from "../api/types";
import { useDesk } from "../app/desk";

/** Known is a customer with what the desk has of them: how many tickets, when they wrote last, how happy they were. */
export interface Known extends Customer {
  open_tickets?: number;
  tickets?: number;
  last_contact_at?: string | null;
  csat?: { n: number; satisfied: number } | null;
}

const LIMIT = 50;
/** Changes come in flocks: what they touch is read again once behind each. */
const AFTER_CHANGES = 2_000;

const LIST = "customers";
const ONE = "customer";
const THEIRS = "customer-tickets";

/** useCustomers are those that a search finds, the newest contact first, page by page. */
export function useCustomers(q: string) {
  return useInfiniteQuery({
    queryKey: [LIST, q],
    queryFn: ({ pageParam, signal }) => api.get<Page<Known>>(`/customers${query({ q, limit: LIMIT, cursor: pageParam })}`, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: (was) => was,
  });
}

/** rowsOf is what pages hold, each customer once: who writes moves up between two pages. */
export function rowsOf(data: InfiniteData<Page<Known>> | undefined): Known[] {
  const seen = new Set<string>();
  return (data?.pages ?? []).flatMap((p) => p.items).filter((c) => !seen.has(c.id) && seen.add(c.id));
}

export function useCustomer(id: string, known: Known | undefined) {
  return useQuery({ queryKey: [ONE, id], queryFn: ({ signal }) => api.get<Known>(`/customers/${id}`, signal), placeholderData: known });
}

export function useTheirTickets(id: string) {
  return useInfiniteQuery({
    queryKey: [THEIRS, id],
    queryFn: ({ pageParam, signal }) => api.get<Page<Ticket>>(`/customers/${id}/tickets${query({ limit: 25, cursor: pageParam })}`, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
}

/** useFresh reads again what live changes touch: the page of a customer when one of theirs changed, the list behind any. */
export function useFresh(open: string | undefined) {
  const { live } = useDesk();
  const cache = useQueryClient();
  useEffect(() => {
    let timer = 0;
    let theirs = false;
    const read = () => {
      timer = 0;
      void cache.invalidateQueries({ queryKey: [LIST] });
      if (theirs && open) readAgain(cache, open);
      theirs = false;
    };
    const off = live.onChanged((t) => {
      theirs ||= t.customer === open;
      if (timer === 0) timer = window.setTimeout(read, AFTER_CHANGES);
    });
    return () => {
      off();
      window.clearTimeout(timer);
    };
  }, [live, cache, open]);
}

export function readAgain(cache: ReturnType<typeof useQueryClient>, id: string) {
  void cache.invalidateQueries({ queryKey: [ONE, id] });
  void cache.invalidateQueries({ queryKey: [THEIRS, id] });
}

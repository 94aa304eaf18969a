import { useQuery } from "@tanstack/react-query";
import { api, Problem } from "../../api/http";
import type { Id, Page, Ticket, TicketDetail } from "../../api/types";

/** The issue that a ticket's topic belongs to, with what came of it this week. */
export interface RelatedIssue {
  id: Id;
  name: string;
  state: string;
  tickets_week: number;
  customers_week: number;
}

export interface Related {
  previous: Ticket[];
  similar: Ticket[];
  issue: RelatedIssue | null;
}

/** useRelated are tickets that help with this one: those of the same customer, and those about the same thing. */
export function useRelated(ticket: TicketDetail) {
  return useQuery({
    queryKey: ["related", ticket.id, ticket.topic],
    queryFn: ({ signal }) => read(ticket, signal),
    staleTime: 60_000,
    placeholderData: (was, before) => (before?.queryKey[1] === ticket.id ? was : undefined),
  });
}

/** A server of before has no such list, but it knows the customer's tickets. */
async function read(ticket: TicketDetail, signal: AbortSignal): Promise<Related> {
  try {
    return await api.get<Related>(`/tickets/${ticket.id}/related`, signal);
  } catch (err) {
    if (!(err instanceof Problem) || err.status !== 404 || !ticket.customer) throw err;
    const page = await api.get<Page<Ticket>>(`/customers/${ticket.customer}/tickets`, signal);
    return { previous: page.items.filter((x) => x.id !== ticket.id).slice(0, 5), similar: [], issue: null };
  }
}

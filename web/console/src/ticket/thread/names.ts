import { useMemo } from "react";
import type { Event, TicketDetail } from "../../api/types";
import { nameOf, useAgents, useDesk, useInboxes, useTeams } from "../../app/desk";
import { t } from "../../i18n/t";
import { actor, type Names } from "../lines";
import type { WordRights } from "../MessageMenu";

export interface ThreadNames extends Names {
  customer: string;
  /** What the inbox calls itself before its customers: it says what nobody in particular says. */
  inbox: string;
}

export function useNames(ticket: TicketDetail): ThreadNames {
  const { me } = useDesk();
  const agents = useAgents().data;
  const teams = useTeams().data;
  const inbox = useInboxes().data?.find((i) => i.id === ticket.inbox);
  const title = inbox?.settings.title || inbox?.name || "";
  const customer = ticket.customer_name || ticket.customer_detail?.name || t("customer.visitor");
  const known = agents?.map((a) => `${a.id}:${a.name}`).join("|");
  return useMemo(
    () => ({ me: me.agent.id, customer, inbox: title, agent: (id) => nameOf(agents, id), team: (id) => nameOf(teams, id) }),
    // Presence and load change agents often; their names hardly ever.
    [me.agent.id, customer, title, known, teams],
  );
}

export function author(e: Event, names: ThreadNames): string {
  if (e.by.kind === "customer") return e.by.name || names.customer;
  const nobody = e.by.kind !== "agent" && !e.by.name;
  return (nobody && names.inbox) || actor(e, names);
}

/** useWordRights is what this person may do to what was said here. */
export function useWordRights(ticket: TicketDetail): WordRights {
  const { me } = useDesk();
  const own = ticket.permissions?.includes("ticket.edit") ?? false;
  const any = ticket.permissions?.includes("ticket.edit_any") ?? false;
  const closed = ticket.status === "closed";
  return useMemo(() => ({ me: me.agent.id, own, any, closed }), [me.agent.id, own, any, closed]);
}

import { useQuery } from "@tanstack/react-query";
import { api } from "../api/http";
import type { Inbox, Page, Schedule, Ticket } from "../api/types";
import { useAgents, useInboxes, useSchedules, working } from "../app/desk";

export const steps = ["inbox", "site", "people", "hours", "chat"] as const;
export type StepName = (typeof steps)[number];
/** A desk is live without these. */
export const optional: readonly StepName[] = ["people", "hours"];

export interface Setup {
  known: boolean;
  done: Record<StepName, boolean>;
  /** What a website's chat comes into. */
  inbox: Inbox | undefined;
  /** The first chat that nobody has answered yet. */
  waiting: Ticket | undefined;
  complete: boolean;
  /** The hours that a new desk comes with, while nobody has looked at them. */
  given: Schedule | undefined;
}

/** untouched tells the hours that every desk begins with: Monday to Friday, 9 to 18. */
function untouched(s: Schedule): boolean {
  return s.name === "Office hours" && s.holidays.length === 0 && s.intervals.length === 5 && s.intervals.every((i) => i.day <= 5 && i.from === "09:00" && i.to === "18:00");
}

const FEW = 30;

/** useSetup reads from the desk itself how far it is; `watch` looks again every few seconds. */
export function useSetup(watch: boolean): Setup {
  const inboxes = useInboxes();
  const agents = useAgents().data;
  const schedules = useSchedules().data;
  const newest = useQuery({
    queryKey: ["setup"],
    queryFn: ({ signal }) => api.get<Page<Ticket>>(`/tickets?view=all&limit=${FEW}`, signal),
    refetchInterval: watch ? 4000 : false,
  });
  const tickets = newest.data?.items ?? [];
  // A desk with more tickets than we looked at is long past its first.
  const old = tickets.length === FEW;
  const chats = tickets.filter((x) => x.channel === "chat");
  const inbox = inboxes.data?.find((i) => i.kind === "website" && !i.disabled);
  const done: Setup["done"] = {
    inbox: inbox !== undefined,
    site: old || chats.length > 0,
    people: working(agents).length > 1,
    hours: (schedules ?? []).some((s) => !untouched(s)),
    chat: old || chats.some((x) => x.first_response_at !== null),
  };
  return {
    known: inboxes.isSuccess && newest.isSuccess,
    done,
    inbox,
    waiting: chats.find((x) => x.first_response_at === null && x.waiting_since !== null),
    given: schedules?.find(untouched),
    complete: steps.every((s) => done[s] || optional.includes(s)),
  };
}

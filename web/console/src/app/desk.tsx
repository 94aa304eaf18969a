import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import { api } from "../api/http";
import type { Action, Agent, Availability, Inbox, Me, Page, Schedule, Team } from "../api/types";
import type { Live } from "../live/live";
import type { Link } from "../live/socket";
import { useStore } from "../live/store";

export interface Desk {
  me: Me;
  live: Live;
}

export const DeskContext = createContext<Desk | null>(null);

/** useDesk is who is signed in and their live connection; only screens behind the sign-in use it. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error("useDesk outside of a signed-in screen");
  return desk;
}

export function useLink(): Link {
  const { live } = useDesk();
  return useSyncExternalStore(live.socket.subscribe, live.socket.snapshot);
}

/** useMay tells what the person may do, so that no screen offers what the server would refuse. */
export function useMay() {
  const { me } = useDesk();
  const may = (action: Action) => me.permissions.includes(action);
  return { settings: may("setting.write"), issues: may("issue.write"), reports: may("figure.read"), followUps: may("follow_up.read"), decisions: may("survey.decisions") };
}

const SLOW = 5 * 60_000;

function useAll<T>(name: string, enabled = true) {
  return useQuery({
    queryKey: [name],
    queryFn: ({ signal }) => everyPage<T>(`/${name}`, signal),
    staleTime: SLOW,
    enabled,
  });
}

async function everyPage<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await api.get<Page<T>>(cursor ? `${path}?cursor=${encodeURIComponent(cursor)}` : path, signal);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return items;
}

export const useTeams = () => useAll<Team>("teams");
export const useInboxes = () => useAll<Inbox>("inboxes");
export const useSchedules = (enabled = true) => useAll<Schedule>("schedules", enabled);

/** useAgents are the desk's agents, with presence and load as the socket last told them. */
export function useAgents() {
  const { live } = useDesk();
  const q = useAll<Agent>("agents");
  const { agents } = useStore(live.presence);
  return { ...q, data: q.data?.map((a) => (agents[a.id] ? { ...a, ...agents[a.id] } : a)) };
}

/** working are those of the agents who may sign in. */
export const working = (agents: readonly Agent[] | undefined) => (agents ?? []).filter((a) => !a.disabled);

/** useWorking are the agents to choose from. */
export const useWorking = () => working(useAgents().data);

/** useFreshAgents reads loads again: they change with every assignment, and matter when somebody is about to choose. */
export function useFreshAgents() {
  const cache = useQueryClient();
  return useCallback(() => void cache.invalidateQueries({ queryKey: ["agents"] }), [cache]);
}

export function useMyAvailability(): Availability {
  const { live } = useDesk();
  return useStore(live.presence).availability;
}

/** names looks ids up in what has been loaded. */
export function nameOf(items: { id: string; name: string }[] | undefined, id: string | null | undefined): string {
  return (id && items?.find((i) => i.id === id)?.name) || "";
}

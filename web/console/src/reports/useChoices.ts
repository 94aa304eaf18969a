import { useQuery } from "@tanstack/react-query";
import { api } from "../api/http";
import type { IssueList } from "../api/types";
import { useAgents, useDesk, useInboxes, useTeams } from "../app/desk";
import { narrowing, type Narrowing } from "./query";
import { channels, touchpoints } from "./types";
import { r } from "./words";

export interface Choice {
  id: string;
  name: string;
}

export interface Choices {
  /** What this person may narrow by. */
  offered: readonly Narrowing[];
  of(name: Narrowing): Choice[];
  nameOf(name: Narrowing, id: string): string;
}

/** useChoices are the parts of the desk that figures can be about. */
export function useChoices(): Choices {
  const { me } = useDesk();
  const [teams, inboxes, agents] = [useTeams(), useInboxes(), useAgents()];
  const issues = useQuery({ queryKey: ["issues", ""], queryFn: ({ signal }) => api.get<IssueList>("/issues", signal), staleTime: 5 * 60_000 });
  const byAgent = me.permissions.includes("figure.agents");
  const named = (list: Choice[] | undefined) => (list ?? []).map(({ id, name }) => ({ id, name }));
  const topics = [...new Map([...named(issues.data?.topics)].filter((t) => t.id !== "").map((t) => [t.id, t])).values()];
  const lists: Record<Narrowing, Choice[]> = {
    channel: channels.map((c) => ({ id: c, name: r(`channel.${c}`) })),
    inbox: named(inboxes.data),
    team: named(teams.data),
    agent: named(agents.data),
    tag: [],
    topic: topics.sort((a, b) => a.name.localeCompare(b.name)),
    touchpoint: touchpoints.map((p) => ({ id: p, name: r(`touchpoint.${p}`) })),
  };
  return {
    offered: narrowing.filter((n) => n !== "agent" || byAgent),
    of: (name) => lists[name],
    nameOf: (name, id) => lists[name].find((c) => c.id === id)?.name ?? id,
  };
}

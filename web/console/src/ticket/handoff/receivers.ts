import type { Agent, Team } from "../../api/types";
import { working } from "../../app/desk";

/** A Receiver is who may take a ticket over: a colleague, or the queue of a team. */
export type Receiver = { key: string; name: string; load: number; capacity: number } & ({ kind: "agent"; agent: Agent } | { kind: "team"; team: Team; online: number });

const rank = { online: 0, away: 1, offline: 2 };

/** share is how full somebody is; who can hold nothing is full. */
const share = (r: { load: number; capacity: number }) => (r.capacity > 0 ? r.load / r.capacity : 1);

/** receiversOf are all who may take over: colleagues who are there and have room first, then queues. */
export function receiversOf(agents: readonly Agent[], teams: readonly Team[], owner: string | null): Receiver[] {
  const there = working(agents);
  const people = there
    .filter((a) => a.id !== owner)
    .sort((a, b) => rank[a.availability] - rank[b.availability] || share(a) - share(b) || a.name.localeCompare(b.name))
    .map((agent): Receiver => ({ key: `a${agent.id}`, kind: "agent", agent, name: agent.name, load: agent.load, capacity: agent.capacity }));
  const queues = teams.map((team): Receiver => {
    const here = there.filter((a) => team.agents.includes(a.id) && a.availability === "online");
    const sum = (of: (a: Agent) => number) => here.reduce((n, a) => n + of(a), 0);
    return { key: `t${team.id}`, kind: "team", team, name: team.name, online: here.length, load: sum((a) => a.load), capacity: sum((a) => a.capacity) };
  });
  return [...people, ...queues];
}

const plainly = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();

/** found are those that have every word that was typed in their name, their skills or their teams; names that begin so come first. */
export function found(all: readonly Receiver[], text: string, teamName: (id: string) => string): Receiver[] {
  const words = plainly(text).split(/\s+/).filter(Boolean);
  const first = words[0];
  if (first === undefined) return [...all];
  const hay = (r: Receiver) => plainly([r.name, ...(r.kind === "agent" ? [...r.agent.skills, ...r.agent.teams.map(teamName)] : [])].join(" "));
  const begins = (r: Receiver) => plainly(r.name).split(/\s+/).some((part) => part.startsWith(first));
  const hits = all.filter((r) => words.every((w) => hay(r).includes(w)));
  return [...hits.filter(begins), ...hits.filter((r) => !begins(r))];
}

/** called is the one who is called exactly so, if there is one and no other. */
export function called(all: readonly Receiver[], text: string): Receiver | undefined {
  const name = plainly(text.trim());
  const same = all.filter((r) => plainly(r.name) === name);
  return same.length === 1 ? same[0] : undefined;
}

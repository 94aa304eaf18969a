import { useDesk, useTeams } from "../app/desk";
import { t } from "../i18n/t";
import { useStore } from "../live/store";
import type { ListView } from "./listStore";
import { useSavedViews, useViewCounts } from "./saved";
import type { Source } from "./source";
import { w } from "./words";

export interface ViewEntry {
  view: string;
  name: string;
  count: number | undefined;
  /** There are more than were counted. */
  more?: boolean | undefined;
}

/** useViews are the built-in views with their counts, one for each team, and those that were saved. */
export function useViews(): { own: ViewEntry[]; teams: ViewEntry[]; saved: ViewEntry[] } {
  const { live, me } = useDesk();
  const counts = useStore(live.counts);
  const counted = useViewCounts();
  const teams = useTeams();
  const saved = useSavedViews();
  const mine = teams.data?.filter((team) => me.agent.all_teams !== false || me.agent.teams.includes(team.id)) ?? [];
  return {
    own: [
      { view: "mine", name: t("view.mine"), count: counts.mine },
      { view: "unassigned", name: t("view.unassigned"), count: counts.unassigned },
      { view: "mentions", name: w("view.mentions"), count: counted.mentions?.count, more: counted.mentions?.more },
      { view: "all", name: t("view.all"), count: counts.all },
    ],
    teams: mine.map((team) => ({ view: `team:${team.id}`, name: team.name, count: counts[`team:${team.id}`] })),
    saved: saved.map((v) => ({ view: `saved:${v.id}`, name: v.name, count: counted[`saved:${v.id}`]?.count, more: counted[`saved:${v.id}`]?.more })),
  };
}

const MOST = 999;

/** countText is a count as it stands beside a name: "12", "17+" where somebody stopped counting, "999+". */
export function countText(n: number, more?: boolean): string {
  return n > MOST ? `${MOST}+` : `${n}${more ? "+" : ""}`;
}

/** useTotal is how many tickets a list has in all, where somebody counted them. */
export function useTotal(source: Source, list: ListView): number | undefined {
  const { live } = useDesk();
  const counts = useStore(live.counts);
  const counted = useViewCounts();
  if (list.phase === "ready" && list.next === undefined) return list.rows.length;
  if (source.linked) return list.behind?.tickets;
  if (source.q !== "" || source.status !== source.usual) return undefined;
  // The counters of the other built-in views leave out what waits for the customer.
  if (source.view === "unassigned") return counts.unassigned;
  const c = counted[source.view];
  return c === undefined || c.more || c.count > MOST ? undefined : c.count;
}

import { Link } from "wouter";
import { useDesk, useTeams } from "../app/desk";
import { t } from "../i18n/t";
import { useStore } from "../live/store";
import { cx } from "../ui/basics";
import type { Source } from "./source";

export interface ViewEntry {
  view: string;
  name: string;
  count: number | undefined;
}

/** useViews are the built-in views with their counts, then one for each team. */
export function useViews(): { own: ViewEntry[]; teams: ViewEntry[] } {
  const { live, me } = useDesk();
  const counts = useStore(live.counts);
  const teams = useTeams();
  const mine = teams.data?.filter((team) => me.agent.all_teams !== false || me.agent.teams.includes(team.id)) ?? [];
  return {
    own: [
      { view: "mine", name: t("view.mine"), count: counts.mine },
      { view: "unassigned", name: t("view.unassigned"), count: counts.unassigned },
      { view: "all", name: t("view.all"), count: counts.all },
    ],
    teams: mine.map((team) => ({ view: `team:${team.id}`, name: team.name, count: counts[`team:${team.id}`] })),
  };
}

export function ViewsPane({ source }: { source: Source }) {
  const views = useViews();
  return (
    <nav className="pane-views scroll" aria-label={t("view.views")}>
      <h2 className="px-2 pt-1 pb-2 text-lead font-semibold">{t("nav.inbox")}</h2>
      <ul className="grid gap-px">
        {views.own.map((v) => (
          <ViewItem key={v.view} entry={v} here={!source.linked && source.q === "" && source.view === v.view} />
        ))}
      </ul>
      {views.teams.length > 0 && (
        <>
          <h3 className="px-2 pt-5 pb-1 text-meta font-medium text-fg-3">{t("view.teams")}</h3>
          <ul className="grid gap-px">
            {views.teams.map((v) => (
              <ViewItem key={v.view} entry={v} here={!source.linked && source.q === "" && source.view === v.view} />
            ))}
          </ul>
        </>
      )}
    </nav>
  );
}

function ViewItem({ entry, here }: { entry: ViewEntry; here: boolean }) {
  return (
    <li>
      <Link href={`/inbox/${entry.view}`} className={cx("view-item", here && "view-here")} aria-current={here ? "page" : undefined}>
        <span className="min-w-0 flex-1 truncate">{entry.name}</span>
        {entry.count !== undefined && entry.count > 0 && <span className="text-meta text-fg-3">{entry.count > 999 ? "999+" : entry.count}</span>}
      </Link>
    </li>
  );
}

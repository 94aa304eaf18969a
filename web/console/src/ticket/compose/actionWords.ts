import { useCallback } from "react";
import type { MacroAction } from "../../../../shared/src/wire.gen";
import { nameOf, useAgents, useDesk, useTeams } from "../../app/desk";
import { t, word } from "../../i18n/t";
import { c } from "./words";

const HOUR = 3600;
const DAY = 24 * HOUR;

interface Names {
  me: string;
  agent(id: string): string;
  team(id: string): string;
}

/** actionWords says what an action of a macro does. */
export function actionWords(a: MacroAction, names: Names): string {
  switch (a.kind) {
    case "status":
      return c("do.status", { status: word(`status.${a.status}`, a.status ?? "") });
    case "assign":
      return a.agent === "me" || a.agent === names.me ? c("do.me") : c("do.agent", { name: names.agent(a.agent ?? "") || c("do.nobody") });
    case "team":
      return c("do.team", { name: names.team(a.team ?? "") || c("do.noTeam") });
    case "priority":
      return c("do.priority", { priority: word(`priority.${a.priority}`, a.priority ?? "") });
    case "tag":
      return [tags("do.tag", a.add), tags("do.untag", a.remove)].filter(Boolean).join("; ");
    case "snooze":
      return c("do.snooze", { time: span(a.for_s ?? 0) });
    default:
      return t("error.unknown");
  }
}

function tags(what: "do.tag" | "do.untag", list: readonly string[] | undefined): string {
  return list?.length ? c(what, { count: list.length, tags: list.join(", ") }) : "";
}

function span(s: number): string {
  if (s >= DAY && s % DAY === 0) return c("do.days", { count: s / DAY });
  if (s >= HOUR && s % HOUR === 0) return c("do.hours", { count: s / HOUR });
  return c("do.minutes", { count: Math.max(1, Math.round(s / 60)) });
}

/** useActionWords is actionWords with the names of this desk. */
export function useActionWords(): (a: MacroAction) => string {
  const { me } = useDesk();
  const agents = useAgents().data;
  const teams = useTeams().data;
  return useCallback((a) => actionWords(a, { me: me.agent.id, agent: (id) => nameOf(agents, id), team: (id) => nameOf(teams, id) }), [me.agent.id, agents, teams]);
}

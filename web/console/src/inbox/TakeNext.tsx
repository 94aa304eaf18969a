import { useQueryClient } from "@tanstack/react-query";
import { HandHelping } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { api, Problem } from "../api/http";
import type { Team, TicketDetail } from "../api/types";
import { useDesk, useTeams } from "../app/desk";
import { t } from "../i18n/t";
import { keyProps, useKey } from "../keys/useKeys";
import { cx, why } from "../ui/basics";
import { useToast } from "../ui/toast";
import type { Source } from "./source";

/** pullFrom is the queue from which the next ticket is taken here: the one on screen, or mine if only one is pulled from. */
export function pullFrom(source: Source, teams: readonly Team[], mine: (id: string) => boolean): Team | undefined {
  if (source.linked || source.q !== "") return undefined;
  if (source.view.startsWith("team:")) return teams.find((x) => x.id === source.view.slice(5) && mine(x.id));
  const queues = teams.filter((x) => pulled(x) && mine(x.id));
  return (source.view === "mine" || source.view === "unassigned") && queues.length === 1 ? queues[0] : undefined;
}

/** pulled queues give nothing by themselves. */
const pulled = (team: Team) => team.strategy === "manual" || !team.auto_assign;

/** TakeNext gives the agent the ticket that waits first in a queue: nobody has to choose, and nobody takes the same one. */
export function TakeNext({ source }: { source: Source }) {
  const { me } = useDesk();
  const teams = useTeams().data ?? [];
  const may = me.permissions.includes("queue.next");
  const team = may ? pullFrom(source, teams, (id) => me.agent.all_teams || me.agent.teams.includes(id)) : undefined;
  return team ? <Button team={team} /> : null;
}

function Button({ team }: { team: Team }) {
  const cache = useQueryClient();
  const say = useToast();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    try {
      const got = await api.post<TicketDetail>(`/teams/${team.id}/next`);
      cache.setQueryData(["ticket", got.id], got);
      go(`/inbox/mine/${got.id}`);
    } catch (err) {
      const empty = err instanceof Problem && err.status === 404;
      say(empty ? t("next.none", { team: team.name }) : why(err));
    } finally {
      setBusy(false);
    }
  };
  useKey("list.take-next", busy ? null : () => void take());
  return (
    <button type="button" className={cx("btn btn-dense", pulled(team) && "btn-primary")} aria-label={t("next.from", { team: team.name })} disabled={busy} onClick={() => void take()} {...keyProps("list.take-next", t("next.from", { team: team.name }))}>
      <HandHelping aria-hidden="true" />
      {t("next.take")}
    </button>
  );
}

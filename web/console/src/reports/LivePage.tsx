import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { api } from "../api/http";
import { useDesk, useLink } from "../app/desk";
import { ErrorState } from "../ui/basics";
import { Downloads } from "./Downloads";
import { AsOf, Notes, PageSkeleton } from "./Frame";
import { Panels } from "./Panels";
import { Tiles } from "./Tiles";
import type { Dashboard, Tile } from "./types";
import { r } from "./words";

const PATH = "/reports/dashboards/live";
/** Without a socket the page asks every so often, while somebody looks. */
const ASK_EVERY = 10_000;
/** However much happens, it is asked at most this often. */
const ASK_MOST = 2_000;
const TICK = 1_000;

/** LivePage is what goes on now: the socket says that something changed, and the page reads itself again. */
export function LivePage() {
  const link = useLink();
  const heard = link.state === "open" && !link.degraded;
  const q = useQuery({
    queryKey: ["dashboard", "live"],
    queryFn: async ({ signal }) => ({ page: await api.get<Dashboard>(PATH, signal), readAt: Date.now() }),
    refetchInterval: heard ? false : ASK_EVERY,
    staleTime: 0,
  });
  useWake(() => void q.refetch());
  return (
    <>
      <header className="report-head page-head">
        <div>
          <h1 className="text-page font-semibold">{r("page.live")}</h1>
          <p className="text-body text-fg-2">{r("lead.live")}</p>
        </div>
        <div className="flex items-center gap-3">
          <span className="live-mark" data-live={heard}>
            {r(heard ? "live.on" : "live.off")}
          </span>
          <Downloads path={PATH} query={{}} />
        </div>
      </header>
      {q.isError && !q.data && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {q.isPending && <PageSkeleton page="live" />}
      {q.data && (
        <div className="report-body" data-page="live" data-ready>
          <Growing tiles={q.data.page.tiles} readAt={q.data.readAt} />
          <Panels page={q.data.page} path={PATH} query={{}} />
          <Notes list={q.data.page.notes ?? []} />
          <AsOf page={q.data.page} />
        </div>
      )}
    </>
  );
}

/** Growing lets waits grow between two readings, as they do for those who wait. */
function Growing({ tiles, readAt }: { tiles: Tile[]; readAt: number }) {
  const [now, setNow] = useState(readAt);
  useEffect(() => {
    setNow(Date.now());
    const id = window.setInterval(() => document.visibilityState === "visible" && setNow(Date.now()), TICK);
    return () => window.clearInterval(id);
  }, [readAt]);
  const grown = Math.max(0, now - readAt) / 1000;
  const shown = useMemo(() => tiles.map((tile) => (tile.unit === "seconds" && tile.value !== null ? { ...tile, value: tile.value + grown } : tile)), [tiles, grown]);
  return <Tiles tiles={shown} />;
}

/** useWake calls when the socket tells of a ticket, a count or a colleague; many at once are one call. */
function useWake(wake: () => void) {
  const { live } = useDesk();
  const call = useMemo(() => ({ now: wake }), []);
  call.now = wake;
  useEffect(() => {
    let timer = 0;
    let last = Date.now();
    const soon = () => {
      if (timer !== 0) return;
      timer = window.setTimeout(
        () => {
          timer = 0;
          last = Date.now();
          if (document.visibilityState === "visible") call.now();
        },
        Math.max(0, ASK_MOST - (Date.now() - last)),
      );
    };
    const back = () => document.visibilityState === "visible" && soon();
    live.announce("all", { status: ["open"] });
    const offs = [live.counts.subscribe(soon), live.presence.subscribe(soon), live.onChanged(soon), live.onReopened(soon)];
    document.addEventListener("visibilitychange", back);
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener("visibilitychange", back);
      offs.forEach((off) => off());
    };
  }, [live, call]);
}

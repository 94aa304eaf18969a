import { useCallback, useDeferredValue, useEffect, useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import { nameOf, useTeams } from "../app/desk";
import { t } from "../i18n/t";
import { useKey } from "../keys/useKeys";
import { useStore } from "../live/store";
import { TicketScreen } from "../ticket/TicketScreen";
import { cx, EmptyState } from "../ui/basics";
import { ListPane } from "./ListPane";
import { pathTo, sourceOf, viewName } from "./source";
import { useTicketList } from "./useTicketList";
import { ViewsPane } from "./ViewsPane";
import { Inbox } from "lucide-react";

/** InboxScreen is views, list and ticket side by side; one pane with a way back when there is no room. */
export function InboxScreen({ view, id }: { view?: string | undefined; id?: string | undefined }) {
  const search = useSearch();
  const [, go] = useLocation();
  const source = useMemo(() => sourceOf(view && decodeURIComponent(view), search), [view, search]);
  const store = useTicketList(source);
  const list = useStore(store);
  const teams = useTeams();
  const title = source.linked ? t("view.linked") : viewName(source.view, (team) => nameOf(teams.data, team));

  useEffect(() => {
    document.title = `${title} · Heard`;
  }, [title]);
  useEffect(() => store.opened(id), [store, id]);

  const at = list.rows.findIndex((r) => r.id === id);
  const step = (by: number) => {
    const next = list.rows[at < 0 ? 0 : at + by];
    if (next) go(pathTo(source, next.id), { replace: id !== undefined });
    if (at + by >= list.rows.length - 5) void store.loadMore();
  };
  const back = useCallback(() => go(pathTo(source)), [go, source]);
  const afterResolve = useCallback(
    (resolved: string) => {
      const { rows } = store.get();
      const was = rows.findIndex((r) => r.id === resolved);
      go(pathTo(source, (rows[was + 1] ?? rows[was - 1])?.id), { replace: true });
    },
    [go, source, store],
  );
  // Holding j moves the selection at once; the ticket follows when there is time to draw it.
  const shown = useDeferredValue(id);
  const row = useMemo(() => list.rows.find((r) => r.id === shown), [list.rows, shown]);
  useKey("list.next", () => step(1));
  useKey("list.previous", () => step(-1));
  useKey("list.open", id === undefined && list.rows.length > 0 ? () => step(0) : null);
  useKey("list.back", id !== undefined ? back : null);

  return (
    <div className={cx("inbox", id !== undefined && "inbox-open")}>
      <ViewsPane source={source} />
      <ListPane source={source} store={store} title={title} open={id} />
      {id !== undefined && shown !== undefined ? (
        <TicketScreen key={shown} id={shown} row={row} store={store} onBack={back} onResolveNext={afterResolve} />
      ) : (
        <section className="pane-ticket pane-empty" aria-label={t("ticket.none")}>
          <EmptyState icon={<Inbox aria-hidden="true" />} title={t("ticket.pick")} />
        </section>
      )}
    </div>
  );
}

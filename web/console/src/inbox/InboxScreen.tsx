import { lazy, startTransition, Suspense, useCallback, useContext, useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { flushSync } from "react-dom";
import { useLocation, useSearch } from "wouter";
import { nameOf, useTeams } from "../app/desk";
import { usePreferences } from "../app/preferences";
import { part, screenStands, soon } from "../app/soon";
import { t } from "../i18n/t";
import { KeyboardContext } from "../keys/useKeys";
import { useStore } from "../live/store";
import { useFlow } from "../ticket/flow";
import { usePrefetch } from "../ticket/prefetch";
import { cx } from "../ui/basics";
import { ListPane } from "./ListPane";
import { PickOne } from "./PickOne";
import { useRecount, useSavedViews } from "./saved";
import { pathTo, sourceOf, viewName } from "./source";
import { useListKeys } from "./useListKeys";
import { useTicketList } from "./useTicketList";
import { ViewsPane } from "./ViewsPane";

const ticketScreen = () => import("../ticket/TicketScreen");
const TicketScreen = lazy(part(ticketScreen));
// Everybody needs a ticket next, but nobody before the list.
const ticketSoon = soon(ticketScreen);

/** InboxScreen is views, list and ticket side by side; one pane with a way back when there is no room. */
export function InboxScreen({ view, id }: { view?: string | undefined; id?: string | undefined }) {
  const search = useSearch();
  const [, go] = useLocation();
  const source = useMemo(() => sourceOf(view && decodeURIComponent(view), search), [view, search]);
  const store = useTicketList(source);
  const list = useStore(store);
  const teams = useTeams();
  const saved = useSavedViews();
  useRecount();
  const [{ views_collapsed }] = usePreferences();
  const title = source.linked ? t("view.linked") : viewName(source.view, (team) => nameOf(teams.data, team), (id) => nameOf(saved, id));

  useEffect(() => {
    document.title = `${title} · Heard`;
  }, [title]);
  useEffect(() => store.opened(id), [store, id]);
  useEffect(() => void ticketSoon().catch(() => undefined), []);
  useEffect(() => {
    if (list.phase !== "loading") screenStands();
  }, [list.phase]);

  const inbox = useRef<HTMLDivElement>(null);
  useLit(inbox, [saved.find((v) => `saved:${v.id}` === source.view)?.query, source.q].filter(Boolean).join(" "));

  const back = useCallback(() => go(pathTo(source)), [go, source]);
  const { finish, landed } = useFlow({ source, store, open: id, title });
  const { shown, whole } = useSettling(id);
  const row = useMemo(() => list.rows.find((r) => r.id === shown), [list.rows, shown]);
  usePrefetch(list.rows, shown);
  const step = useListKeys({ source, store, list, open: id, back });

  return (
    <div ref={inbox} className={cx("inbox", id !== undefined && "inbox-open", views_collapsed && "inbox-narrow")}>
      <ViewsPane source={source} />
      <ListPane source={source} store={store} title={title} open={id} onStep={step} />
      {id !== undefined && shown !== undefined ? (
        <div className="contents" inert={shown !== id}>
          <Suspense fallback={<section className="pane-ticket" aria-busy="true" aria-label={t("thread.loading")} />}>
            <TicketScreen key={shown} id={shown} row={row} store={store} landed={landed.current === shown} whole={whole === shown} finish={finish} onBack={back} />
          </Suspense>
        </div>
      ) : (
        <section className="pane-ticket pane-empty" aria-label={t("ticket.none")}>
          <PickOne />
        </section>
      )}
    </div>
  );
}

const lit = part(() => import("./lit"));

/** useLit shows where the words of a search stand. */
function useLit(root: RefObject<HTMLElement | null>, q: string) {
  useEffect(() => {
    if (q === "") return;
    let off: (() => void) | undefined;
    let gone = false;
    void lit().then((m) => {
      if (!gone && root.current) off = m.lightUp(root.current, q);
    });
    return () => {
      gone = true;
      off?.();
    };
  }, [root, q]);
}

/** Who steps on sooner than this is on the way to another ticket, and looks at the list meanwhile. */
const HURRY = 180;

/**
 * useSettling lets the ticket on screen follow the selection when there is time to draw it, so that holding j stays
 * quick. A key that acts on a ticket draws the selected one first: no reply ever goes to the ticket of a moment ago.
 */
function useSettling(id: string | undefined): { shown: string | undefined; whole: string | undefined } {
  const keyboard = useContext(KeyboardContext);
  const [shown, setShown] = useState(id);
  // What stands beside the thread may be drawn a moment later, unless a key is about to act.
  const [whole, setWhole] = useState<string>();
  const wanted = useRef(id);
  wanted.current = id;
  const moved = useRef(0);
  useEffect(() => {
    const hurried = performance.now() - moved.current < HURRY;
    moved.current = performance.now();
    if (hurried) startTransition(() => setShown(id));
    else setShown(id);
  }, [id]);
  useEffect(() => keyboard.beforeActing(() => flushSync(() => {
        setShown(wanted.current);
        setWhole(wanted.current);
      })), [keyboard]);
  return { shown, whole };
}

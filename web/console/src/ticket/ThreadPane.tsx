import { ArrowDown, ArrowUp } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Virtualizer } from "virtua";
import { part } from "../app/soon";
import type { TicketDetail } from "../api/types";
import { useDesk } from "../app/desk";
import { t } from "./words";
import { dayName } from "../i18n/time";
import { useMinute } from "../live/clock";
import type { Outgoing } from "../live/outbox";
import type { LiveThread, ThreadView } from "../live/thread";
import { cx, ErrorState, Loading, Skeleton } from "../ui/basics";
import { itemsOf, type Talk } from "./items";
import { lineOf } from "./lines";
import type { MessageAct } from "./MessageMenu";
import { Announcer, Typing } from "./thread/Announcer";
import { Entry } from "./thread/Entry";
import { firstUnread, foldChanges, markNew, saidSince, type Shown } from "./thread/folding";
import { useNames, useWordRights, type ThreadNames } from "./thread/names";
import { Pictures, usePictures } from "./thread/pictures";
import { useScroll, useVisible } from "./thread/useScroll";
import { w } from "./thread/words";

const MessageDialogs = lazy(part(() => import("./MessageDialogs")));

interface Props {
  ticket: TicketDetail;
  store: LiveThread;
  view: ThreadView;
  retry(): void;
  onRead(seq: number): void;
  onEdit(o: Outgoing): void;
}

export function ThreadPane(props: Props) {
  const { view, retry } = props;
  if (view.phase === "error") return <div className="thread">{<ErrorState error={view.error} retry={retry} />}</div>;
  if (view.phase === "loading") return <ThreadLoading />;
  return <Log {...props} />;
}

function Log({ ticket, store, view, onRead, onEdit }: Props) {
  const { live, me } = useDesk();
  const names = useNames(ticket);
  const outgoing = useOutgoing(ticket.id);
  const { items, unread } = useShown(ticket, view, outgoing, names);
  const s = useScroll({ items, store, view, outgoing: outgoing.length });
  const scroll = useRef<HTMLDivElement>(null);
  const visible = useVisible();
  const now = useMinute();
  const rights = useWordRights(ticket);
  const [about, setAbout] = useState<{ act: MessageAct; item: Talk } | null>(null);
  const onAct = useCallback((act: MessageAct, item: Talk) => setAbout({ act, item }), []);
  const onRetry = useCallback((o: Outgoing) => live.retry(o.client_id), [live]);
  const { events, newest } = view.thread;
  const pictures = usePictures(events);

  useEffect(() => {
    if (s.atEnd && visible) onRead(newest);
  }, [s.atEnd, visible, newest, onRead]);

  const below = s.atEnd ? 0 : saidSince(events, s.leftAt, me.agent.id);
  return (
    <div className="thread">
      <div
        ref={scroll}
        role="log"
        aria-live="off"
        aria-label={t("thread.label", { name: names.customer })}
        aria-busy={view.older === "loading"}
        tabIndex={0}
        className="thread-scroll scroll"
        data-newest={newest}
        data-older={view.older}
        onClickCapture={s.onClickCapture}
      >
        <div className="flex-1" />
        <Pictures value={pictures}>
          <Virtualizer ref={s.handle} scrollRef={scroll} data={items} shift={s.shift} onScroll={s.onScroll} onResize={s.onResize}>
            {(item: Shown) => <Entry key={item.key} item={item} names={names} now={now} rights={rights} onAct={onAct} onRetry={onRetry} onEdit={onEdit} />}
          </Virtualizer>
        </Pictures>
      </div>
      {s.day && (
        <div className="day day-above" aria-hidden="true">
          <span>{dayName(s.day, now)}</span>
        </div>
      )}
      <Unread count={unread.count} seq={unread.seq} view={view} handle={s.handle} items={items} onGo={s.toNew} seeking={s.seeking} />
      <Typing view={view} customer={names.customer} />
      {!s.atEnd && (
        <button type="button" className={cx("jump btn", below > 0 && "btn-primary")} onClick={s.toEnd}>
          <ArrowDown aria-hidden="true" />
          {below > 0 ? w("newBelow", { count: below }) : t("thread.newest")}
        </button>
      )}
      <Announcer events={events} names={names} />
      {about && (
        <Suspense>
          <MessageDialogs ticket={ticket.id} {...about} onClose={() => setAbout(null)} />
        </Suspense>
      )}
    </div>
  );
}

/** useShown is what stands in the thread; what was unread when it was opened keeps its mark until one leaves. */
function useShown(ticket: TicketDetail, view: ThreadView, outgoing: Outgoing[], names: ThreadNames) {
  const { events, newest } = view.thread;
  const [opened] = useState(() => ({ count: ticket.unread, newest }));
  const seen = Math.max(view.customerSeen, ticket.customer_seen_seq ?? 0);
  const seq = useMemo(() => firstUnread(events, opened.count, opened.newest), [events, opened]);
  const folded = useMemo(() => foldChanges(itemsOf(events, outgoing, seen, (e) => lineOf(e, names) !== "")), [events, outgoing, seen, names]);
  const answered = events.some((e) => e.kind === "message.posted" && e.by.kind === "agent" && e.seq > opened.newest) || outgoing.length > 0;
  const mark = answered ? undefined : seq;
  const items = useMemo(() => markNew(folded, mark, opened.count), [folded, mark, opened.count]);
  return { items, unread: { count: opened.count, seq: mark } };
}

interface UnreadProps {
  count: number;
  seq: number | undefined;
  view: ThreadView;
  items: Shown[];
  handle: ReturnType<typeof useScroll>["handle"];
  seeking: boolean;
  onGo(): void;
}

/** Unread offers the way to where one has to read on, as long as that is above and has not been gone. */
function Unread({ count, seq, view, items, handle, seeking, onGo }: UnreadProps) {
  const [done, setDone] = useState(false);
  const [above, setAbove] = useState(false);
  useEffect(() => {
    const v = handle.current;
    if (!v || seq === undefined || done) return;
    const at = items.findIndex((i) => i.type === "new");
    const hidden = at < 0 ? view.older !== "none" : v.getItemOffset(at) < v.scrollOffset;
    setAbove(hidden);
    if (!hidden && at >= 0 && v.viewportSize > 0) setDone(true);
  });
  if (seq === undefined || done || !above) return null;
  return (
    <button type="button" className="jump jump-up btn" disabled={seeking} onClick={onGo}>
      <ArrowUp aria-hidden="true" />
      {w("toUnread", { count })}
    </button>
  );
}

function useOutgoing(ticket: string): Outgoing[] {
  const { live } = useDesk();
  const all = useSyncExternalStore(live.outbox.subscribe, live.outbox.all);
  return useMemo(() => all.filter((o) => o.ticket === ticket), [all, ticket]);
}

export function ThreadLoading() {
  return (
    <div className="thread">
      <Loading label={t("thread.loading")}>
        <div className="grid gap-5 p-6">
          <Skeleton className="h-14 w-3/5" />
          <Skeleton className="h-10 w-2/5 justify-self-end" />
          <Skeleton className="h-20 w-1/2" />
        </div>
      </Loading>
    </div>
  );
}

import { ArrowDown } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { Event, TicketDetail } from "../api/types";
import { nameOf, useAgents, useDesk, useTeams } from "../app/desk";
import { t } from "../i18n/t";
import { dayName, timeOfDay } from "../i18n/time";
import { useMinute } from "../live/clock";
import type { Outgoing } from "../live/outbox";
import type { LiveThread, ThreadView } from "../live/thread";
import { ErrorState, Loading, Skeleton } from "../ui/basics";
import { Message, Note, Pending } from "./Bubble";
import { itemsOf, type Item, type Talk } from "./items";
import { actor, lineOf, promised, routedLine, type Names } from "./lines";
import type { MessageAct, WordRights } from "./MessageMenu";

const Why = lazy(() => import("./Why"));
const MessageDialogs = lazy(() => import("./MessageDialogs"));

const NEAR_BOTTOM = 48;
const NEAR_TOP = 240;

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
  const { live } = useDesk();
  const names = useNames(ticket);
  const outgoing = useOutgoing(ticket.id);
  const seen = Math.max(view.customerSeen, ticket.customer_seen_seq ?? 0);
  const items = useMemo(() => itemsOf(view.thread.events, outgoing, seen, (e) => lineOf(e, names) !== ""), [view.thread.events, outgoing, seen, names]);
  const scroll = useRef<HTMLDivElement>(null);
  const handle = useRef<VirtualizerHandle>(null);
  const [atEnd, setAtEnd] = useState(true);
  const visible = useVisible();
  const stick = useRef(true);
  const shift = usePrepended(view.thread.events);
  const now = useMinute();
  const rights = useWordRights(ticket);
  const [about, setAbout] = useState<{ act: MessageAct; item: Talk } | null>(null);
  const onAct = useCallback((act: MessageAct, item: Talk) => setAbout({ act, item }), []);

  useLayoutEffect(() => {
    if (stick.current) handle.current?.scrollToIndex(items.length - 1, { align: "end" });
  }, [items]);
  useEffect(() => {
    if (atEnd && visible) onRead(view.thread.newest);
  }, [atEnd, visible, view.thread.newest, onRead]);

  const onScroll = (offset: number) => {
    const v = handle.current;
    if (!v) return;
    const end = v.scrollSize - offset - v.viewportSize < NEAR_BOTTOM;
    stick.current = end;
    setAtEnd(end);
    if (offset < NEAR_TOP) void store.loadOlder();
  };
  const label = t("thread.label", { name: names.customer });
  return (
    <div className="thread">
      <div ref={scroll} role="log" aria-live="off" aria-label={label} aria-busy={view.older === "loading"} tabIndex={0} className="thread-scroll scroll" data-newest={view.thread.newest}>
        <div className="flex-1" />
        <Virtualizer ref={handle} scrollRef={scroll} data={items} shift={shift} onScroll={onScroll} onResize={() => stick.current && handle.current?.scrollToIndex(items.length - 1, { align: "end" })}>
          {(item: Item) => <Entry key={item.key} item={item} names={names} now={now} rights={rights} onAct={onAct} onRetry={(o) => live.retry(o.client_id)} onEdit={onEdit} />}
        </Virtualizer>
      </div>
      <Typing view={view} customer={names.customer} />
      {!atEnd && (
        <button type="button" className="jump btn" onClick={() => handle.current?.scrollToIndex(items.length - 1, { align: "end" })}>
          <ArrowDown aria-hidden="true" />
          {t("thread.newest")}
        </button>
      )}
      <Announcer events={view.thread.events} names={names} />
      {about && (
        <Suspense>
          <MessageDialogs ticket={ticket.id} {...about} onClose={() => setAbout(null)} />
        </Suspense>
      )}
    </div>
  );
}

interface EntryProps {
  item: Item;
  names: ThreadNames;
  now: number;
  rights: WordRights;
  onAct(act: MessageAct, item: Talk): void;
  onRetry(o: Outgoing): void;
  onEdit(o: Outgoing): void;
}

function Entry({ item, names, now, rights, onAct, onRetry, onEdit }: EntryProps) {
  switch (item.type) {
    case "day":
      return (
        <div className="day">
          <span>{dayName(item.at, now)}</span>
        </div>
      );
    case "message":
      return <Message item={item} name={author(item.event, names)} rights={rights} onAct={onAct} />;
    case "note":
      return <Note item={item} name={author(item.event, names)} rights={rights} onAct={onAct} />;
    case "outgoing":
      return <Pending outgoing={item.outgoing} onRetry={onRetry} onEdit={onEdit} />;
    case "line":
      return <Line item={item} names={names} />;
  }
}

/** Line is a quiet sentence about the ticket; a routing decision opens to its reasons. */
function Line({ item, names }: { item: Extract<Item, { type: "line" }>; names: ThreadNames }) {
  const { event, offer, waited } = item;
  const [open, setOpen] = useState(false);
  const text = event.kind === "wait.promised" ? promised(event.data ?? {}, waited) : routedLine(event, offer, names);
  const time = timeOfDay(event.at);
  if (event.kind !== "ticket.routed" || event.data?.rule === undefined) {
    return (
      <p className="line" data-kind={event.kind}>
        {text} · <time dateTime={event.at}>{time}</time>
      </p>
    );
  }
  return (
    <details className="line" data-kind={event.kind} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>
        {text} · <time dateTime={event.at}>{time}</time> · <span className="underline">{t("line.why")}</span>
      </summary>
      {open && (
        <Suspense>
          <Why event={event} names={names} />
        </Suspense>
      )}
    </details>
  );
}

interface ThreadNames extends Names {
  customer: string;
}

function useNames(ticket: TicketDetail): ThreadNames {
  const { me } = useDesk();
  const agents = useAgents().data;
  const teams = useTeams().data;
  const customer = ticket.customer_name || ticket.customer_detail?.name || t("customer.visitor");
  const known = agents?.map((a) => `${a.id}:${a.name}`).join("|");
  return useMemo(
    () => ({ me: me.agent.id, customer, agent: (id) => nameOf(agents, id), team: (id) => nameOf(teams, id) }),
    // Presence and load change agents often; their names hardly ever.
    [me.agent.id, customer, known, teams],
  );
}

/** useWordRights is what this person may do to what was said here. */
function useWordRights(ticket: TicketDetail): WordRights {
  const { me } = useDesk();
  const own = ticket.permissions?.includes("ticket.edit") ?? false;
  const any = ticket.permissions?.includes("ticket.edit_any") ?? false;
  const closed = ticket.status === "closed";
  return useMemo(() => ({ me: me.agent.id, own, any, closed }), [me.agent.id, own, any, closed]);
}

function author(e: Event, names: ThreadNames): string {
  if (e.by.kind === "customer") return e.by.name || names.customer;
  return actor(e, names);
}

function useOutgoing(ticket: string): Outgoing[] {
  const { live } = useDesk();
  const all = useSyncExternalStore(live.outbox.subscribe, live.outbox.all);
  return useMemo(() => all.filter((o) => o.ticket === ticket), [all, ticket]);
}

/** useVisible is false while the tab is in the background: what nobody sees is not read. */
function useVisible(): boolean {
  return useSyncExternalStore(
    (changed) => {
      document.addEventListener("visibilitychange", changed);
      return () => document.removeEventListener("visibilitychange", changed);
    },
    () => document.visibilityState === "visible",
  );
}

/** usePrepended is true in the one render in which older events came in front. */
function usePrepended(events: Event[]): boolean {
  const first = events[0]?.seq ?? 0;
  const before = useRef(first);
  const prepended = first < before.current;
  useEffect(() => {
    before.current = first;
  }, [first]);
  return prepended;
}

function Typing({ view, customer }: { view: ThreadView; customer: string }) {
  return (
    <div className="typing">
      <span role="status">{view.typing && t("thread.typing", { name: view.typing.name || customer })}</span>
      {view.typing?.preview && (
        <p className="typing-preview" dir="auto" data-preview="">
          {view.typing.preview}
        </p>
      )}
    </div>
  );
}

/** Announcer reads new messages out; loading history or scrolling says nothing. */
function Announcer({ events, names }: { events: Event[]; names: ThreadNames }) {
  const last = events[events.length - 1];
  const heard = useRef(last?.seq ?? 0);
  const [text, setText] = useState("");
  useEffect(() => {
    if (!last || last.seq <= heard.current) return;
    heard.current = last.seq;
    if (last.by.kind === "agent" && last.by.id === names.me) return;
    if (last.kind === "message.posted" || last.kind === "note.posted") setText(`${author(last, names)}: ${last.body ?? ""}`);
    else setText(lineOf(last, names));
  }, [last, names]);
  return (
    <p className="sr-only" aria-live="polite">
      {text}
    </p>
  );
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

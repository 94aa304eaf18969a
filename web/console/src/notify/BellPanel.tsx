import { AtSign, BellRing, CheckCheck, CircleAlert, FileText, Inbox, MessageSquare, MoonStar, RotateCcw, SendHorizontal, Settings2, Star, UserRoundCheck, UsersRound } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { Link } from "wouter";
import type { Notification, NotificationKind } from "../../../shared/src/wire.gen";
import { useDesk } from "../app/desk";
import { since, sinceLong } from "../i18n/time";
import { useStore } from "../live/store";
import { cx, EmptyState, ErrorState, RowsSkeleton } from "../ui/basics";
import { Popover } from "../ui/layer";
import { useToast } from "../ui/toast";
import { isQuiet } from "./decide";
import { groups, type Group } from "./groups";
import "./notify.css";
import { placeOf } from "./place";
import { useNotifications, useNotificationSettings, useRead } from "./useNotifications";
import { n, sentence } from "./words";

const icons: Record<NotificationKind, ReactNode> = {
  customer_replied: <MessageSquare />,
  assigned: <UserRoundCheck />,
  offered: <BellRing />,
  handed_off: <UsersRound />,
  mentioned: <AtSign />,
  reopened: <RotateCcw />,
  unassigned_waiting: <Inbox />,
  outgoing_refused: <SendHorizontal />,
  low_score: <Star />,
  issue_flagged: <CircleAlert />,
  report_ready: <FileText />,
};

interface Props {
  anchor: RefObject<HTMLButtonElement | null>;
  onClose(): void;
}

/** BellPanel is the list of what concerns me, by ticket. */
export default function BellPanel({ anchor, onClose }: Props) {
  const { me, live } = useDesk();
  const unread = useStore(live.bell);
  const q = useNotifications();
  const settings = useNotificationSettings().data;
  const read = useRead();
  const say = useToast();
  const all = q.data?.pages.flatMap((p) => p.items) ?? [];
  const newest = all[0];
  const mark = (marks: Parameters<typeof read>[0]) => void read(marks).catch((err: unknown) => say.wrong(err));
  const open = (g: Group) => {
    if (g.unread) mark(g.items[0]?.ticket ? { ticket: g.items[0].ticket } : { ids: g.items.map((i) => i.id) });
    onClose();
  };
  return (
    <Popover anchor={anchor} label={n("title")} onClose={onClose} className="bell">
      <header className="bell-head">
        <h2 className="flex-1 text-body font-semibold">{n("title")}</h2>
        <button type="button" className="btn btn-ghost btn-icon btn-dense" aria-label={n("readAll")} data-tip={n("readAll")} disabled={unread === 0 || !newest} onClick={() => newest && mark({ through: newest.id })}>
          <CheckCheck aria-hidden="true" />
        </button>
        <Link href="/settings/notifications" className="btn btn-ghost btn-icon btn-dense" aria-label={n("settings")} data-tip={n("settings")} onClick={onClose}>
          <Settings2 aria-hidden="true" />
        </Link>
      </header>
      {settings && isQuiet(settings.quiet, Date.now(), me.desk.time_zone) && (
        <p className="bell-quiet">
          <MoonStar size={14} aria-hidden="true" />
          {n("quietNow")}
        </p>
      )}
      {q.isPending && (
        <div className="p-3">
          <RowsSkeleton rows={4} height="h-12" />
        </div>
      )}
      {q.isError && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {q.isSuccess && all.length === 0 && <EmptyState icon={<BellRing />} title={n("empty")} />}
      {all.length > 0 && <List groups={groups(all)} onOpen={open} more={q.hasNextPage && !q.isFetchingNextPage ? () => void q.fetchNextPage() : null} />}
    </Popover>
  );
}

function List({ groups: list, onOpen, more }: { groups: Group[]; onOpen(g: Group): void; more: (() => void) | null }) {
  const [now] = useState(Date.now);
  const ref = useRef<HTMLUListElement>(null);
  const end = useRef<HTMLLIElement>(null);
  const next = useRef(more);
  next.current = more;
  useEffect(() => {
    ref.current?.querySelector<HTMLElement>("a")?.focus();
    const mark = end.current;
    if (!mark || !("IntersectionObserver" in window)) return;
    const seen = new IntersectionObserver((e) => e.some((x) => x.isIntersecting) && next.current?.(), { root: ref.current?.closest(".bell"), rootMargin: "200px" });
    seen.observe(mark);
    return () => seen.disconnect();
  }, []);
  const keys = (e: KeyboardEvent) => {
    const links = [...(ref.current?.querySelectorAll<HTMLElement>("a") ?? [])];
    const at = links.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
  };
  return (
    <ul ref={ref} className="bell-list" onKeyDown={keys}>
      {list.map((g) => (
        <Row key={g.key} group={g} now={now} onOpen={() => onOpen(g)} />
      ))}
      <li ref={end}>
        {more && (
          <button type="button" className="btn btn-ghost btn-dense m-2" onClick={more}>
            {n("more")}
          </button>
        )}
      </li>
    </ul>
  );
}

const BESIDE = 2;

function Row({ group, now, onOpen }: { group: Group; now: number; onOpen(): void }) {
  const first = group.items[0] as Notification;
  const others = group.items.slice(1);
  const named = sentence(first).includes(first.title);
  const about = [first.ticket && n("number", { number: first.ticket }), !named && first.title, first.subject].filter(Boolean).join(" · ");
  return (
    <li data-notification={first.id} data-kind={first.kind} data-read={!group.unread}>
      <Link href={placeOf(first)} className={cx("bell-row", group.unread && "bell-new")} onClick={onOpen}>
        <span className={cx("bell-icon", `bell-${first.kind}`)} aria-hidden="true">
          {icons[first.kind]}
        </span>
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className="bell-says" dir="auto">
              {sentence(first)}
            </span>
            <time className="bell-time" dateTime={first.at} aria-label={sinceLong(first.at, now)}>
              {since(first.at, now)}
            </time>
          </span>
          {first.text && (
            <span className="bell-text" dir="auto">
              {first.text}
            </span>
          )}
          {about && (
            <span className="bell-about" dir="auto">
              {about}
            </span>
          )}
          {others.slice(0, BESIDE).map((o) => (
            <span key={o.id} className="bell-about bell-other" dir="auto">
              {sentence(o)}
            </span>
          ))}
          {others.length > BESIDE && <span className="bell-about">{n("also", { count: others.length - BESIDE })}</span>}
        </span>
        {group.unread && <span className="bell-dot" role="img" aria-label={n("unread")} />}
      </Link>
    </li>
  );
}

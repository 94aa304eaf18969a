import { BarChart3, CloudOff, HeartHandshake, Inbox, Keyboard as KeyboardIcon, Search, Settings, TrendingUp, Users } from "lucide-react";
import { lazy, memo, Suspense, useContext, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { t } from "../i18n/t";
import { KeyboardContext, keyProps, useKey } from "../keys/useKeys";
import { continuations, labelOf, type ShortcutId } from "../keys/registry";
import { useStore } from "../live/store";
import { cx, Kbd } from "../ui/basics";
import { useToggle } from "../ui/layer";
import { useToast } from "../ui/toast";
import { BellButton } from "../notify/BellButton";
import { OfferCards } from "../offers/OfferCards";
import { HeldDoor } from "../ticket/compose/HeldDoor";
import { useDesk, useLink, useMay } from "./desk";
import { MyMenu } from "./MyMenu";
import { PaletteDoor, usePaletteSoon } from "./PaletteDoor";
import { usePreferences } from "./preferences";
import { part, screenStands, soon } from "./soon";

const RailSetup = lazy(soon(() => import("./RailSetup")));
const KeysSheet = lazy(part(() => import("./KeysSheet")));

/** Shell is the frame of every screen: skip link, rail, offline bar, the one main region. */
export function Shell({ children }: { children: ReactNode }) {
  const keys = useToggle();
  const palette = useToggle();
  const [, go] = useLocation();
  const may = useMay();
  useAssigned();
  usePaletteSoon();
  useEffect(() => {
    if (!/^\/(inbox|tickets)?(\/|$)/u.test(location.pathname)) screenStands(); // lists say so themselves
  }, []);
  useKey("help", keys.open);
  useKey("palette", palette.open);
  useKey("go.inbox", () => go("/inbox/mine"));
  useKey("go.mine", () => go("/inbox/mine"));
  useKey("go.unassigned", () => go("/inbox/unassigned"));
  useKey("go.customers", () => go("/customers"));
  useKey("go.topics", () => go("/issues"));
  useKey("go.reports", may.reports ? () => go("/reports") : null);
  useKey("go.settings", () => go("/settings"));
  return (
    <div className="shell">
      <a href="#main" className="skip">
        {t("nav.skip")}
      </a>
      <Rail onKeys={keys.open} onPalette={palette.open} />
      <div className="shell-body">
        <LinkBar />
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 outline-none">
          {children}
        </main>
      </div>
      <OfferCards />
      <HeldDoor />
      <Awaited />
      {palette.on && <PaletteDoor onClose={palette.close} />}
      {keys.on && (
        <Suspense>
          <KeysSheet onClose={keys.close} />
        </Suspense>
      )}
    </div>
  );
}

/** Awaited tells the eye and the ear that a sequence has begun, and how it may go on. */
function Awaited() {
  const keyboard = useContext(KeyboardContext);
  const first = useSyncExternalStore(keyboard.subscribe, keyboard.awaited);
  return (
    <div role="status" className={first ? "awaited" : undefined}>
      {first && (
        <>
          <p className="text-meta text-fg-3">{t("keys.then", { key: first })}</p>
          {continuations(keyboard).map((c) => (
            <p key={c.id} className="flex items-center gap-2 text-dense">
              <Kbd keys={c.rest} />
              <span className="sr-only">{c.rest}</span>
              {t(labelOf(c.id))}
            </p>
          ))}
        </>
      )}
    </div>
  );
}

/** useAssigned says when a ticket became mine while I look at another. */
function useAssigned() {
  const { live } = useDesk();
  const say = useToast();
  const [path] = useLocation();
  const here = useRef(path);
  here.current = path;
  useEffect(() => {
    let names: string[] = [];
    let timer = 0;
    const tell = () => {
      const [name] = names;
      if (name !== undefined) say(names.length === 1 ? t("notify.assigned", { name }) : t("notify.assignedMany", { count: names.length }));
      names = [];
    };
    const off = live.onNotice((n) => {
      if (n.kind !== "assigned" || here.current.endsWith(`/${n.ticket}`)) return;
      names.push(n.title || t("customer.visitor"));
      window.clearTimeout(timer);
      timer = window.setTimeout(tell, TOGETHER);
    });
    return () => {
      off();
      window.clearTimeout(timer);
    };
  }, [live, say]);
}

/** What routing gives within this time is told in one sentence. */
const TOGETHER = 600;

const Rail = memo(function Rail({ onKeys, onPalette }: { onKeys(): void; onPalette(): void }) {
  const may = useMay();
  const { live } = useDesk();
  const counts = useStore(live.counts);
  const [{ setup_dismissed }] = usePreferences();
  return (
    <nav className="rail" aria-label={t("nav.main")}>
      <RailLink to="/inbox/mine" under={["/inbox", "/tickets"]} id="go.inbox" label={t("nav.inbox")} badge={counts.mine}>
        <Inbox />
      </RailLink>
      <RailLink to="/customers" under={["/customers"]} id="go.customers" label={t("nav.customers")}>
        <Users />
      </RailLink>
      <RailLink to="/issues" under={["/issues"]} id="go.topics" label={t("nav.topics")}>
        <TrendingUp />
      </RailLink>
      {may.reports && (
        <RailLink to="/reports" under={["/reports"]} id="go.reports" label={t("nav.reports")}>
          <BarChart3 />
        </RailLink>
      )}
      {may.followUps && (
        <RailLink to="/follow-ups" under={["/follow-ups"]} label={t("nav.followUps")}>
          <HeartHandshake />
        </RailLink>
      )}
      <RailLink to="/settings" under={["/settings"]} id="go.settings" label={t("nav.settings")}>
        <Settings />
      </RailLink>
      {may.settings && !setup_dismissed && (
        <Suspense>
          <RailSetup />
        </Suspense>
      )}
      <div className="rail-end">
        <button type="button" className="rail-item" aria-label={t("palette.open")} onClick={onPalette} {...keyProps("palette", t("palette.open"))}>
          <Search aria-hidden="true" />
        </button>
        <BellButton />
        <KeysButton onKeys={onKeys} />
        <MyMenu />
      </div>
    </nav>
  );
});

function KeysButton({ onKeys }: { onKeys(): void }) {
  const [{ keys_on }] = usePreferences();
  const tip = keys_on ? keyProps("help", t("keys.title")) : { "data-tip": t("keys.title") };
  return (
    <button type="button" className="rail-item rail-keys" aria-label={t("keys.title")} onClick={onKeys} {...tip}>
      <KeyboardIcon aria-hidden="true" />
    </button>
  );
}

interface RailLinkProps {
  to: string;
  under: string[];
  id?: ShortcutId;
  label: string;
  badge?: number | undefined;
  children: ReactNode;
}

function RailLink({ to, under, id, label, badge, children }: RailLinkProps) {
  const [path] = useLocation();
  const here = under.some((u) => path === u || path.startsWith(`${u}/`));
  return (
    <Link href={to} className={cx("rail-item", here && "rail-here")} aria-current={here ? "page" : undefined} aria-label={badge ? t("nav.count", { label, count: badge }) : label} {...(id ? keyProps(id, label) : { "data-tip": label })}>
      {children}
      {badge !== undefined && badge > 0 && (
        <span className="rail-badge" aria-hidden="true">
          {badge > 99 ? "99+" : badge}
        </span>
      )}
    </Link>
  );
}

const BANNER_AFTER = 2000;

function onLine(changed: () => void): () => void {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}

/** LinkBar tells when nothing live can arrive; only after two seconds, so that a blink says nothing. */
function LinkBar() {
  const link = useLink();
  // A line that is cut may seem open until the next heartbeat; the browser knows at once that there is none.
  const offline = useSyncExternalStore(onLine, () => !navigator.onLine);
  const lost = offline || link.state === "waiting" || (link.state === "connecting" && link.lostAt > 0);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) return setShown(false);
    const id = window.setTimeout(() => setShown(true), BANNER_AFTER);
    return () => window.clearTimeout(id);
  }, [lost]);
  const text = link.degraded ? t("link.degraded") : shown ? t(link.draining ? "link.draining" : "link.lost") : "";
  return (
    <div role="status">
      {text && (
        <div className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-1.5 text-dense font-medium text-warn" data-link={offline ? "offline" : link.state}>
          <CloudOff size={16} aria-hidden="true" />
          {text}
        </div>
      )}
    </div>
  );
}

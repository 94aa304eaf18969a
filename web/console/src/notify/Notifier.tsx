import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { useLocation } from "wouter";
import type { Notification } from "../../../shared/src/wire.gen";
import { api } from "../api/http";
import { useDesk } from "../app/desk";
import type { BellFrame } from "../live/live";
import { useStore } from "../live/store";
import { useToast } from "../ui/toast";
import { showUnread } from "./badge";
import { decide, isQuiet } from "./decide";
import { permission, popUp } from "./desktop";
import { placeOf, ticketIn } from "./place";
import { play } from "./sound";
import { Tabs } from "./tabs";
import { useNotificationSettings, type NotificationPage } from "./useNotifications";
import { plainly, sentence } from "./words";

const READ_AFTER = 1500;
const REPEAT_EVERY = 30_000;

/** Notifier shows nothing: it tells the person at the console what happens, by title, window and sound. */
export default function Notifier() {
  const { live } = useDesk();
  const unread = useStore(live.bell);
  useEffect(() => showUnread(unread), [unread]);
  useFresh();
  const tabs = useTabs();
  useAlerts(tabs);
  useReadOnScreen();
  return null;
}

/** useFresh reads the count when the console opens and when a lost connection is back. */
function useFresh() {
  const { live } = useDesk();
  const cache = useQueryClient();
  useEffect(() => {
    const read = () => {
      api.get<NotificationPage>("/notifications?unread=true&limit=50").then(
        (page) => {
          live.unreadOf.clear();
          page.items.forEach((i) => live.unreadOf.set(i.id, i));
          live.bell.set(page.unread);
        },
        () => undefined, // it comes with the next frame
      );
      void cache.invalidateQueries({ queryKey: ["notifications"] });
    };
    read();
    return live.onReopened(read);
  }, [live, cache]);
}

/** useTabs keeps the other consoles of this browser informed, and lets one of them lead. */
function useTabs(): { current: Tabs | null } {
  const { me } = useDesk();
  const [path] = useLocation();
  const tabs = useRef<Tabs | null>(null);
  const ticket = useRef("");
  ticket.current = ticketIn(path);
  const say = useMemo(
    () => () => tabs.current?.say({ focused: document.hasFocus() && document.visibilityState === "visible", ticket: ticket.current, touched: navigator.userActivation?.hasBeenActive ?? true }),
    [],
  );
  useEffect(() => {
    tabs.current = new Tabs(me.agent.id, (name, volume) => void play(name, volume));
    const events = ["focus", "blur", "pointerdown", "keydown"] as const;
    events.forEach((e) => window.addEventListener(e, say));
    document.addEventListener("visibilitychange", say);
    window.addEventListener("pagehide", stop);
    say();
    function stop() {
      tabs.current?.stop();
    }
    return () => {
      events.forEach((e) => window.removeEventListener(e, say));
      document.removeEventListener("visibilitychange", say);
      window.removeEventListener("pagehide", stop);
      stop();
    };
  }, [me.agent.id, say]);
  useEffect(say, [say, path]);
  return tabs;
}

/** useAlerts tells of what comes in; the leading console does it for all. */
function useAlerts(tabs: { current: Tabs | null }) {
  const { me, live } = useDesk();
  const settings = useNotificationSettings().data;
  const cache = useQueryClient();
  const toast = useToast();
  const [, go] = useLocation();
  const told = useRef(new Set<string>());
  useEffect(() => {
    if (settings === undefined) return;
    const tell = (item: Notification) => {
      const all = tabs.current;
      if (!all?.leads && item.kind !== "mentioned" && item.kind !== "outgoing_refused") return;
      const how = decide(item.kind, { settings, now: Date.now(), zone: me.desk.time_zone, focused: all?.focused() ?? true, onScreen: all?.shows(item.ticket ?? "") ?? false, permission: permission() });
      if (how.toast && document.hasFocus()) toast(sentence(item));
      if (!all?.leads) return;
      if (how.sound) all.sound(settings.sound.name, settings.sound.volume);
      if (how.desktop) popUp(settings.preview ? sentence(item) : plainly(item), settings.preview ? item.text || item.subject : "", tagOf(item), placeOf(item), () => go(placeOf(item)));
    };
    // A message comes as fast as the message itself; the bell, which writes only the first, follows.
    const offNotice = live.onNotice((f) => {
      if (f.kind === "message") tell(messageItem(f.ticket, f.title, f.body));
    });
    const offBell = live.onBell((f: BellFrame) => {
      void cache.invalidateQueries({ queryKey: ["notifications"], refetchType: "active" });
      const once = f.item && `${f.item.id} ${f.item.at}`;
      if (!f.item || !once || told.current.has(once) || f.item.kind === "customer_replied") return;
      told.current.add(once);
      tell(f.item);
    });
    return () => {
      offNotice();
      offBell();
    };
  }, [live, me, settings, tabs, cache, toast, go]);
  useEffect(() => {
    if (!settings?.sound.repeat_unassigned || !settings.matrix.unassigned_waiting?.sound) return;
    const id = window.setInterval(() => {
      const waits = [...live.unreadOf.values()].some((i) => i.kind === "unassigned_waiting");
      if (waits && tabs.current?.leads && !isQuiet(settings.quiet, Date.now(), me.desk.time_zone)) tabs.current.sound(settings.sound.name, settings.sound.volume);
    }, REPEAT_EVERY);
    return () => window.clearInterval(id);
  }, [settings, live, me, tabs]);
}

/** tagOf is what replaces an earlier window about the same, and its push. */
function tagOf(item: Notification): string {
  return `heard-${item.kind}-${item.ticket ?? item.issue ?? item.team ?? ""}`;
}

function messageItem(ticket: string, title: string, text: string): Notification {
  return { id: "", kind: "customer_replied", ticket, seq: 0, title, subject: "", text, by: { kind: "customer", name: title }, at: new Date().toISOString(), count: 1, read: false };
}

/** useReadOnScreen marks what concerns the ticket on screen as read: a moment after it was seen, not for each message. */
function useReadOnScreen() {
  const { live } = useDesk();
  const [path] = useLocation();
  const ticket = ticketIn(path);
  useEffect(() => {
    if (ticket === "") return;
    let timer = 0;
    const look = () => {
      if (timer !== 0 || !document.hasFocus() || ![...live.unreadOf.values()].some((i) => i.ticket === ticket)) return;
      timer = window.setTimeout(() => {
        timer = 0;
        if (!document.hasFocus()) return;
        api.post<{ unread: number }>("/notifications/read", { ticket }).then(
          (r) => {
            live.bell.set(r.unread);
            for (const [id, i] of live.unreadOf) if (i.ticket === ticket) live.unreadOf.delete(id);
          },
          () => undefined, // the next look tries again
        );
      }, READ_AFTER);
    };
    look();
    window.addEventListener("focus", look);
    const off = live.onBell(look);
    const offCount = live.bell.subscribe(look);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("focus", look);
      off();
      offCount();
    };
  }, [live, ticket]);
}

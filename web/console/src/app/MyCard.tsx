import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Bell, LogOut, SlidersHorizontal } from "lucide-react";
import { useEffect, useId, type RefObject } from "react";
import { Link } from "wouter";
import { api } from "../api/http";
import type { Availability } from "../api/types";
import { sayer, t } from "../i18n/t";
import { since } from "../i18n/time";
import { Avatar, cx, Segmented } from "../ui/basics";
import { Popover } from "../ui/layer";
import { useAgents, useDesk, useFreshAgents, useMyAvailability } from "./desk";
import "./my.css";
import en from "./my.en.json";
import { Load } from "./MyMenu";
import { usePreferences, type Theme } from "./preferences";
import { forgetAll } from "./storage";

const m = sayer(en);

const states = ["online", "away", "offline"] as const satisfies readonly Availability[];
const themes = ["system", "light", "dark"] as const satisfies readonly Theme[];

/** What the server adds up of one's day; a server that does not yet leaves it out. */
interface Day {
  resolved: number;
  replies: number;
  csat: { n: number; satisfied: number };
  load: number;
  capacity: number;
  queues: { team: string; name: string; waiting: number; longest_wait_s: number }[];
}

/** MyCard is the signed-in person: whether chats come, how many there are, what waits, the theme, the way out. */
export default function MyCard({ anchor, onClose }: { anchor: RefObject<HTMLButtonElement | null>; onClose(): void }) {
  const { me } = useDesk();
  const day = useQuery({ queryKey: ["day"], queryFn: ({ signal }) => api.get<Day>("/me/day", signal), staleTime: 0, retry: false }).data;
  return (
    <Popover anchor={anchor} label={t("me.label")} onClose={onClose} className="my">
      <div className="flex items-center gap-3 px-4 pt-3">
        <Avatar name={me.agent.name} seed={me.agent.id} size={40} />
        <div className="min-w-0">
          <p className="truncate font-semibold">{me.agent.name}</p>
          <p className="truncate text-meta text-fg-3">{me.agent.email}</p>
        </div>
      </div>
      <Routing day={day} />
      {day && <Today day={day} onClose={onClose} />}
      <Look onClose={onClose} />
    </Popover>
  );
}

/** Routing is the choice of being there, with what each means for the chats that come. */
function Routing({ day }: { day: Day | undefined }) {
  const { me, live } = useDesk();
  const state = useMyAvailability();
  const agent = useAgents().data?.find((a) => a.id === me.agent.id) ?? me.agent;
  const refresh = useFreshAgents();
  useEffect(refresh, [refresh]);
  const name = useId();
  const { load, capacity } = { load: agent.load, capacity: day?.capacity ?? agent.capacity };
  const means = (s: Availability) => (s === "online" ? m(capacity === 1 ? "onlineOne" : "online", { capacity }) : m(s));
  return (
    <div className="grid gap-2 px-2">
      <fieldset>
        <legend className="sr-only">{t("me.availability")}</legend>
        {states.map((s) => (
          <label key={s} className={cx("my-state", s === state && "my-here")}>
            <input type="radio" className="sr-only" name={name} checked={s === state} onChange={() => live.setAvailability(s)} {...(s === state ? { "data-autofocus": true } : {})} />
            <span className={cx("my-dot", `my-${s}`)} aria-hidden="true" />
            <span className="min-w-0">
              <span className="block text-dense font-medium">{t(`availability.${s}`)}</span>
              <span className="block text-meta text-fg-3">{means(s)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div className="px-2">
        <Load load={load} capacity={capacity} text={m(load >= capacity ? "full" : "load", { load, capacity })} />
      </div>
    </div>
  );
}

function Today({ day, onClose }: { day: Day; onClose(): void }) {
  const done = [m("resolved", { count: day.resolved }), m("replies", { count: day.replies }), day.csat.n > 0 && m("satisfied", day.csat)].filter(Boolean).join(" · ");
  return (
    <div className="grid gap-3 border-t border-line px-4 pt-3">
      {day.queues.length > 0 ? (
        <section aria-label={m("queues")}>
          <h3 className="text-meta text-fg-3">{m("queues")}</h3>
          <ul>
            {day.queues.map((q) => (
              <li key={q.team}>
                <Link href={`/inbox/team:${q.team}`} className="my-queue" onClick={onClose}>
                  <span className="min-w-0 flex-1 truncate">{q.name}</span>
                  <span className={q.waiting > 0 ? "text-fg" : "text-fg-3"}>{q.waiting > 0 ? m("waiting", { count: q.waiting }) : m("none")}</span>
                  {q.waiting > 0 && <span className="text-fg-3">{m("longest", { time: ago(q.longest_wait_s) })}</span>}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ) : (
        <p className="text-meta text-fg-2">{m("unplaced")}</p>
      )}
      <p className="text-meta text-fg-2">
        <span className="text-fg-3">{m("today")}: </span>
        {done}
      </p>
    </div>
  );
}

function ago(seconds: number): string {
  const now = Date.now();
  return since(new Date(now - seconds * 1000).toISOString(), now);
}

function Look({ onClose }: { onClose(): void }) {
  const { live } = useDesk();
  const [{ theme }, change] = usePreferences();
  const cache = useQueryClient();
  const signOut = async () => {
    live.stop();
    forgetAll();
    await api.delete("/session").catch(() => undefined);
    cache.clear();
    location.assign("/");
  };
  return (
    <div className="border-t border-line p-2">
      <div className="flex items-center justify-between gap-2 px-2 pb-1">
        <span className="text-dense">{t("me.theme")}</span>
        <Segmented label={t("me.theme")} value={theme} options={themes.map((s) => ({ value: s, label: t(`theme.${s}`) }))} onChange={(s) => change({ theme: s })} />
      </div>
      <Link href="/settings/notifications" className="menu-item" onClick={onClose}>
        <Bell aria-hidden="true" />
        {m("notifications")}
      </Link>
      <Link href="/settings/appearance" className="menu-item" onClick={onClose}>
        <SlidersHorizontal aria-hidden="true" />
        {t("settings.appearance")}
      </Link>
      <button type="button" className="menu-item" onClick={() => void signOut()}>
        <LogOut aria-hidden="true" />
        {t("me.signOut")}
      </button>
    </div>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { LogOut, SlidersHorizontal } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { api } from "../api/http";
import type { Availability } from "../api/types";
import { t } from "../i18n/t";
import { Avatar, Segmented } from "../ui/basics";
import { Popover } from "../ui/layer";
import { useAgents, useDesk, useFreshAgents, useMyAvailability } from "./desk";
import { forgetAll } from "./storage";
import { usePreferences, type Theme } from "./preferences";

/** MyMenu is the signed-in person: availability, load against capacity, theme, sign-out. */
export function MyMenu() {
  const { me } = useDesk();
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const state = useMyAvailability();
  const label = t("me.button", { name: me.agent.name, state: t(`availability.${state}`) });
  return (
    <>
      <button ref={anchor} type="button" className="rail-item" aria-label={label} aria-expanded={open} aria-haspopup="dialog" data-tip={label} data-availability={state} onClick={() => setOpen(!open)}>
        <Avatar name={me.agent.name} seed={me.agent.id} size={28} presence={state} />
      </button>
      {open && (
        <Popover anchor={anchor} label={t("me.label")} onClose={() => setOpen(false)} className="w-72">
          <Card onLeave={() => setOpen(false)} />
        </Popover>
      )}
    </>
  );
}

const states = ["online", "away", "offline"] as const satisfies readonly Availability[];
const themes = ["system", "light", "dark"] as const satisfies readonly Theme[];

function Card({ onLeave }: { onLeave(): void }) {
  const { me, live } = useDesk();
  const state = useMyAvailability();
  const own = useAgents().data?.find((a) => a.id === me.agent.id) ?? me.agent;
  const refresh = useFreshAgents();
  useEffect(refresh, [refresh]);
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
    <div className="grid gap-4 p-3">
      <div className="flex items-center gap-3">
        <Avatar name={me.agent.name} seed={me.agent.id} size={40} />
        <div className="min-w-0">
          <p className="truncate font-semibold">{me.agent.name}</p>
          <p className="truncate text-meta text-fg-3">{me.agent.email}</p>
        </div>
      </div>
      <div className="grid gap-1.5">
        <p className="text-meta text-fg-2">{t("me.availability")}</p>
        <Segmented label={t("me.availability")} value={state} options={states.map((s) => ({ value: s, label: t(`availability.${s}`) }))} onChange={(s) => live.setAvailability(s)} />
        <Load load={own.load} capacity={own.capacity} />
      </div>
      <div className="grid gap-1.5">
        <p className="text-meta text-fg-2">{t("me.theme")}</p>
        <Segmented
          label={t("me.theme")}
          value={theme}
          options={themes.map((s) => ({ value: s, label: t(`theme.${s}`) }))}
          onChange={(s) => change({ theme: s })}
        />
      </div>
      <Link href="/settings/appearance" className="menu-item border-t border-line" onClick={onLeave}>
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

/** Load shows how many live tickets somebody holds against what they can hold. */
export function Load({ load, capacity }: { load: number; capacity: number }) {
  return (
    <div className="flex items-center gap-2 text-meta text-fg-2">
      <meter className="load" min={0} max={Math.max(1, capacity)} value={Math.min(load, capacity)} aria-label={t("me.load")} />
      <span>{t("me.loadOf", { load, capacity })}</span>
    </div>
  );
}

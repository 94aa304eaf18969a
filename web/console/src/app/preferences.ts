import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, createElement, useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { api } from "../api/http";
import type * as wire from "../../../shared/src/wire.gen";
import { t } from "../i18n/t";
import { KeyboardContext } from "../keys/useKeys";
import { why } from "../ui/basics";
import { useToast } from "../ui/toast";
import { recall, remember } from "./storage";

export type Theme = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";
export type After = "next" | "stay" | "list";

export interface Preferences extends Omit<wire.Preferences, "theme" | "density" | "after"> {
  theme: Theme;
  density: Density;
  after: After;
}

export const usual: Preferences = {
  theme: "system",
  density: "comfortable",
  after: "next",
  undo_s: 5,
  undo_chat: false,
  keys_on: true,
  keys: {},
  list_width: 0,
  views_collapsed: false,
  context_collapsed: false,
  setup_dismissed: false,
  locale: "",
};

type Change = (patch: Partial<Preferences>) => void;

const PreferencesContext = createContext<readonly [Preferences, Change]>([usual, () => {}]);

/** usePreferences is how the person at the console wants it to be, and a way to change it: at once here, then on the server. */
export function usePreferences(): readonly [Preferences, Change] {
  return useContext(PreferencesContext);
}

const KEY = ["preferences"];
const MIRROR = "preferences";

/** PreferencesProvider reads them, carries them out (theme, density, keys), and mirrors them for the next first paint. */
export function PreferencesProvider({ agent, children }: { agent: string; children: ReactNode }) {
  const cache = useQueryClient();
  const keyboard = useContext(KeyboardContext);
  const say = useToast();
  const q = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<Preferences>("/me/preferences", signal),
    initialData: () => mirrored(agent),
    initialDataUpdatedAt: 0,
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: true,
  });
  // What one chose holds at once and in the same frame; the server's answer follows, and holds when all have left.
  const [now, setNow] = useState(q.data ?? usual);
  const waiting = useRef(0);
  const { data, dataUpdatedAt } = q;
  useEffect(() => {
    if (data && waiting.current === 0) setNow(data);
  }, [data, dataUpdatedAt]);
  const { mutate } = useMutation({
    scope: { id: MIRROR },
    mutationFn: (patch: Partial<Preferences>) => api.patch<Preferences>("/me/preferences", patch),
    onError: (e) => say(t("preferences.notKept", { why: why(e) })),
    onSettled: () => {
      if (--waiting.current === 0) void cache.invalidateQueries({ queryKey: KEY });
    },
  });
  const change = useCallback<Change>(
    (patch) => {
      waiting.current++;
      void cache.cancelQueries({ queryKey: KEY });
      setNow((was) => ({ ...was, ...patch }));
      mutate(patch);
    },
    [cache, mutate],
  );
  // Before children print their keys: what is on screen and what a key does are never different things.
  useMemo(() => keyboard.set(now.keys_on, now.keys), [keyboard, now.keys_on, now.keys]);
  const known = data !== undefined;
  useLayoutEffect(() => {
    if (!known) return;
    applyLook(now);
    remember(MIRROR, JSON.stringify({ agent, ...now }));
  }, [agent, known, now]);
  useEffect(() => {
    const other = (e: StorageEvent) => {
      const told = e.key === `heard.${MIRROR}` ? mirrored(agent) : undefined;
      if (told && waiting.current === 0) setNow(told);
    };
    window.addEventListener("storage", other);
    return () => window.removeEventListener("storage", other);
  }, [agent]);
  const value = useMemo(() => [now, change] as const, [now, change]);
  return createElement(PreferencesContext, { value }, children);
}

/** mirrored is what this browser saw last, if it was for the same person. */
function mirrored(agent: string): Preferences | undefined {
  try {
    const { agent: whose, ...kept } = JSON.parse(recall(MIRROR) ?? "null") as Preferences & { agent: string };
    return whose === agent ? { ...usual, ...kept } : undefined;
  } catch {
    return undefined;
  }
}

/** applyLook carries theme and density out now, and keeps them where the next page reads them before it paints. */
export function applyLook({ theme, density }: Pick<Preferences, "theme" | "density">) {
  remember("theme", theme === "system" ? null : theme);
  remember("density", density === "compact" ? density : null);
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
  if (density === "compact") dataset.density = density;
  else delete dataset.density;
}

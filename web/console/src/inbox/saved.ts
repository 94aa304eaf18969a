import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "../api/http";
import type { Id, Page } from "../api/types";
import { useDesk } from "../app/desk";
import { byTime, Recount } from "./recount";

export type Visibility = "private" | "team" | "shared";

/** SavedView is a search with a name, the reader's own, a team's or everybody's. */
export interface SavedView {
  id: Id;
  name: string;
  query: string;
  visibility: Visibility;
  team?: Id;
  owner: Id | null;
  owner_name: string;
  position: number;
  editable: boolean;
}

export type ViewIn = Pick<SavedView, "name" | "query" | "visibility"> & { team?: Id };

interface Counted {
  view: string;
  count: number;
  more: boolean;
}

export const VIEWS = ["views"];
export const COUNTS = ["view-counts"];
const STALE = 60_000;

export function useSavedViews(): SavedView[] {
  const q = useQuery({ queryKey: VIEWS, queryFn: ({ signal }) => api.get<Page<SavedView>>("/views", signal), staleTime: STALE });
  return q.data?.items ?? none;
}

const none: SavedView[] = [];

/**
 * useViewCounts are how many tickets are in each saved view, and in mentions, and whether there are more than were counted.
 * They are asked for again when the server says that tickets changed; see recount.ts.
 */
export function useViewCounts(): Record<string, Counted> {
  const q = useQuery({ queryKey: COUNTS, queryFn: ({ signal }) => api.get<{ items: Counted[] }>("/views/counts", signal), staleTime: Infinity });
  return Object.fromEntries((q.data?.items ?? []).map((c) => [c.view, c]));
}

/** useRecount keeps the counts true while somebody looks at the console. It is used once. */
export function useRecount() {
  const { live } = useDesk();
  const cache = useQueryClient();
  const timed = useSavedViews().some((v) => byTime(v.query));
  useEffect(() => {
    const counter = new Recount(() => void cache.invalidateQueries({ queryKey: COUNTS }), timed);
    // What was counted before one was elsewhere is of then.
    if (cache.getQueryData(COUNTS) !== undefined) counter.stirred();
    const offs = [live.onFrame("views", counter.stirred), live.onReopened(counter.stirred)];
    return () => {
      offs.forEach((off) => off());
      counter.stop();
    };
  }, [live, cache, timed]);
}

/** moved is the order of all views once one stands before another; null is the end of its group. */
export function moved(views: readonly SavedView[], id: Id, before: Id | null): Id[] {
  const one = views.find((v) => v.id === id);
  const group = groupOf(one);
  const rest = views.filter((v) => v.id !== id);
  const last = rest.findLastIndex((v) => groupOf(v) === group);
  const at = before === null ? last + 1 : rest.findIndex((v) => v.id === before);
  if (one === undefined || at < 0) return views.map((v) => v.id);
  return rest.toSpliced(at, 0, one).map((v) => v.id);
}

/** groupOf is under which heading a view stands. */
export function groupOf(v: SavedView | undefined): Visibility | undefined {
  return v?.visibility;
}

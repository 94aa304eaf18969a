import { useLocation } from "wouter";
import { useKey } from "../keys/useKeys";
import { useStore } from "../live/store";
import type { ListStore, ListView } from "./listStore";
import { chooseLoaded, extend, isEmpty, nothing, toggle } from "./selection";
import { pathTo, type Source } from "./source";
import { useUnread } from "./useUnread";

const AHEAD = 5;
/** So many rows are read at most on the way to the end of a list. */
const DEEPEST = 2000;

interface At {
  source: Source;
  store: ListStore;
  list: ListView;
  open: string | undefined;
  back(): void;
}

/** useListKeys are the keys of the list; the answer takes steps through it: with opening, without, or choosing a range. */
export function useListKeys({ source, store, list, open, back }: At) {
  const [, go] = useLocation();
  const chosen = useStore(store.chosen);
  const choosing = !isEmpty(chosen);
  const cursor = chosen.cursor ?? open;
  const at = list.rows.findIndex((r) => r.id === cursor);
  const here = list.rows[at]?.id ?? list.rows[0]?.id;
  const show = (id: string) => go(pathTo(source, id), { replace: open !== undefined });
  /** toEnd reads what was not read yet, and goes to the last row unless one has moved on meanwhile. A range holds what was read. */
  const toEnd = async (how: "go" | "move" | "range") => {
    const before = store.chosen.get();
    await store.loadUntil("", DEEPEST);
    const ids = store.get().rows.map((r) => r.id);
    const last = ids.at(-1);
    if (last === undefined || store.chosen.get().cursor !== before.cursor) return;
    const range = how === "range" ? extend({ ...before, anchor: before.anchor ?? cursor ?? last }, ids, last, cursor) : {};
    store.chosen.patch({ ...range, cursor: last });
  };
  const step = (by: number, how: "go" | "move" | "range") => {
    if (by === Infinity && list.next !== undefined) return void toEnd(how);
    const next = list.rows[Math.min(list.rows.length - 1, Math.max(0, at < 0 && by !== Infinity ? 0 : at + by))];
    if (!next) return;
    if (at + by >= list.rows.length - AHEAD) void store.loadMore();
    if (how === "go" && !choosing) return show(next.id);
    const range = how === "range" ? extend({ ...chosen, anchor: chosen.anchor ?? cursor ?? next.id }, list.rows.map((r) => r.id), next.id, cursor) : {};
    store.chosen.patch({ ...range, cursor: next.id });
  };
  useKey("list.next", () => step(1, "go"));
  useKey("list.previous", () => step(-1, "go"));
  useKey("list.open", here !== undefined && (open === undefined || (choosing && cursor !== open)) ? () => show(here) : null);
  useKey("list.back", choosing ? () => store.chosen.patch(nothing) : open !== undefined ? back : null);
  useKey("list.select", here !== undefined ? () => store.chosen.patch({ ...toggle(chosen, here), cursor: here }) : null);
  useKey("list.select-next", here !== undefined ? () => step(1, "range") : null);
  useKey("list.select-previous", here !== undefined ? () => step(-1, "range") : null);
  useKey("list.select-all", here !== undefined ? () => store.chosen.patch(chooseLoaded(list.rows.map((r) => r.id))) : null);
  useUnread({ store, here: open ?? chosen.cursor ?? undefined, open, back });
  return step;
}

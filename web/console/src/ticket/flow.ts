import { useCallback, useRef } from "react";
import { useLocation } from "wouter";
import type { Ticket } from "../api/types";
import { usePreferences, type After } from "../app/preferences";
import { t } from "../i18n/t";
import type { ListStore } from "../inbox/listStore";
import { pathTo, type Source, type StatusFilter } from "../inbox/source";
import { useToast } from "../ui/toast";
import { h } from "./head/words";

/** Something that finishes with a ticket for now: it was resolved, or put away. */
export interface Done {
  id: string;
  text: string;
  undo?: (() => void) | undefined;
}

export type Finish = (done: Done, how?: After) => void;

interface At {
  source: Source;
  store: ListStore;
  /** The ticket on screen. */
  open: string | undefined;
  /** What the list is called. */
  title: string;
}

/**
 * useFlow goes on when a ticket is done with, as its agent prefers: to the next one of this very list, nowhere, or to
 * the list. Where it goes is said; taking it back comes back too. Who has gone elsewhere meanwhile is left alone.
 */
export function useFlow(at: At): { finish: Finish; landed: { readonly current: string | undefined } } {
  const [, go] = useLocation();
  const [{ after }] = usePreferences();
  const say = useToast();
  const landed = useRef<string | undefined>(undefined);
  const now = useRef(at);
  now.current = at;
  const finish = useCallback<Finish>(
    (done, how = after) => {
      const { source, store, open, title } = now.current;
      if (how === "stay" || open !== done.id) return say(done.text, done.undo);
      const { rows, left } = store.get();
      const next = how === "next" ? nextOf(rows, left, done.id, source.status) : undefined;
      const { undo } = done;
      const back =
        undo &&
        (() => {
          undo();
          go(pathTo(source, done.id), { replace: now.current.open !== undefined });
        });
      landed.current = next?.id;
      go(pathTo(source, next?.id), { replace: next !== undefined });
      if (next) say(h("nowOn", { done: done.text, number: String(next.number), name: next.customer_name || t("customer.visitor") }), back);
      else say(how === "next" ? h("lastOf", { done: done.text, view: title }) : done.text, back);
      if (!next) requestAnimationFrame(() => document.querySelector<HTMLElement>(".ticket-rows, .pane-list")?.focus());
    },
    [after, go, say],
  );
  return { finish, landed };
}

/**
 * nextOf is the ticket below one in its list, or above it at the end; what has left the list does not count, and what is
 * done or asleep only in a list of such tickets.
 */
export function nextOf(rows: readonly Ticket[], left: ReadonlySet<string>, id: string, status: StatusFilter): Ticket | undefined {
  const at = rows.findIndex((r) => r.id === id);
  const awake = (r: Ticket) => status === "resolved" || status === "snoozed" || r.status === "open" || r.status === "pending";
  const belongs = (r: Ticket) => r.id !== id && !left.has(r.id) && awake(r);
  return rows.slice(at + 1).find(belongs) ?? rows.slice(0, Math.max(0, at)).findLast(belongs);
}

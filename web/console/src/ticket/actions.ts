import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../api/http";
import type { Priority, Ticket, TicketAct, TicketDetail } from "../api/types";
import { t } from "./words";
import { dateTime } from "../i18n/time";
import type { After } from "../app/preferences";
import { useToast } from "../ui/toast";
import type { ListStore } from "../inbox/listStore";
import type { Finish } from "./flow";
import { h } from "./head/words";
import { w } from "../inbox/words";

export interface Target {
  agent?: string;
  team?: string;
  name: string;
}

export interface Handoff extends Target {
  reason: string;
  note?: string;
}

export interface TicketActions {
  assign(to: Target): Promise<boolean>;
  /** failed is told why it was refused; without it a message says so. */
  handoff(to: Handoff, failed?: (err: unknown) => void): Promise<boolean>;
  /** What comes after is as the agent prefers, unless it is said. */
  resolve(how?: After): Promise<boolean>;
  reopen(): Promise<boolean>;
  /** undo takes back what an act of one's own recorded. */
  undo(act: TicketAct): Promise<boolean>;
  /** left goes on, as the agent prefers unless it is said, from a ticket that the server has finished. */
  left(text: string, undo: () => void, how?: After): void;
  snooze(until: Date, how?: After): Promise<boolean>;
  status(s: "open" | "pending"): Promise<boolean>;
  subject(text: string): Promise<boolean>;
  priority(p: Priority): Promise<boolean>;
  tags(add: string[], remove: string[]): Promise<boolean>;
  /** Says that a suggested tag does not fit. */
  dismissTag(tag: string): Promise<boolean>;
}

/** useTicketActions changes a ticket: on screen at once, back again when the server refuses. */
export function useTicketActions(id: string, list: ListStore, finish: Finish): TicketActions {
  const cache = useQueryClient();
  const say = useToast();
  return useMemo(() => {
    const key = ["ticket", id];
    const current = () => cache.getQueryData<TicketDetail>(key);
    const show = (part: Partial<TicketDetail>) => {
      cache.setQueryData<TicketDetail>(key, (was) => was && { ...was, ...part });
      const now = current();
      if (now) list.changed(now);
    };
    // done is given what takes the act back: the ticket then has what it had, and the act leaves no trace to read.
    const change = async (part: Partial<TicketDetail>, request: () => Promise<unknown>, done?: (undo?: () => void) => void, failed: (err: unknown) => void = say.wrong) => {
      const before = current();
      show(part);
      try {
        const { act } = ((await request()) ?? {}) as Partial<TicketDetail>;
        const was = Object.fromEntries(Object.keys(part).map((k) => [k, before?.[k as keyof TicketDetail]])) as Partial<TicketDetail>;
        done?.(act && (() => void change(before ? was : {}, post("undo", act))));
        void cache.invalidateQueries({ queryKey: key });
        return true;
      } catch (err) {
        if (before) show(before);
        failed(err);
        return false;
      }
    };
    const post = (path: string, body?: unknown) => () => api.post(`/tickets/${id}/${path}`, body);
    const patch = (body: unknown) => () => api.patch(`/tickets/${id}`, body);
    const owner = (to: Target): Partial<Ticket> =>
      to.agent ? { assignee: to.agent, assignee_name: to.name } : { assignee: null, assignee_name: "", team: to.team ?? null, team_name: to.name };
    const actions: TicketActions = {
      assign: (to) => {
        const whom = to.agent ? { agent: to.agent } : { team: to.team };
        return change(owner(to), post("assign", whom), (undo) => say(t("done.assigned", { name: to.name }), undo));
      },
      handoff: (to, failed) => {
        const body = { ...(to.agent ? { agent: to.agent } : { team: to.team }), reason: to.reason, ...(to.note ? { note: to.note } : {}) };
        return change(owner(to), post("handoff", body), (undo) => say(t("done.handedOff", { name: to.name }), undo), failed);
      },
      resolve: (how) => change({ status: "resolved", waiting_since: null }, post("resolve"), (undo) => finish({ id, text: t("done.resolved"), undo }, how)),
      undo: (act) => change({}, post("undo", act)),
      left: (text, undo, how) => finish({ id, text, undo }, how),
      reopen: () => change({ status: "open" }, post("reopen"), (undo) => say(t("done.reopened"), undo)),
      snooze: (until, how) => {
        const at = until.toISOString();
        return change({ status: "snoozed", snoozed_until: at }, post("snooze", { until: at }), (undo) => finish({ id, text: t("done.snoozed", { time: dateTime(at) }), undo }, how));
      },
      status: (status) => change({ status, snoozed_until: null }, patch({ status })),
      subject: (subject) => {
        const was = current()?.subject ?? "";
        return change({ subject }, patch({ subject }), () => say(h("titleDone"), () => void change({ subject: was }, patch({ subject: was }))));
      },
      priority: (priority) => change({ priority }, patch({ priority }), (undo) => say(t("priority.label", { priority: t(`priority.${priority}`) }), undo)),
      tags: (add, remove) => {
        const was = current()?.tags ?? [];
        const tags = [...was.filter((x) => !remove.includes(x) && !add.includes(x)), ...add];
        const [added, removed] = [add.filter((x) => !was.includes(x)), remove.filter((x) => was.includes(x))];
        const text = added.length > 0 ? w("done.tagged", { tags: added.join(", ") }) : w("done.untagged", { tags: removed.join(", ") });
        return change({ tags }, post("tags", { add, remove }), (undo) => undo && say(text, undo));
      },
      dismissTag: (tag) => {
        const suggested_tags = current()?.suggested_tags.filter((x) => x.tag !== tag) ?? [];
        return change({ suggested_tags }, post("suggested-tags/dismiss", { tag }));
      },
    };
    return actions;
  }, [id, list, cache, say, finish]);
}

import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../api/http";
import type { Priority, Ticket, TicketDetail } from "../api/types";
import { t } from "../i18n/t";
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
    const change = async (part: Partial<TicketDetail>, request: () => Promise<unknown>, done?: () => void, failed: (err: unknown) => void = say.wrong) => {
      const before = current();
      show(part);
      try {
        await request();
        done?.();
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
        const was = current();
        const back: Target | undefined = was?.assignee ? { agent: was.assignee, name: was.assignee_name } : was?.team ? { team: was.team, name: was.team_name } : undefined;
        const give = (x: Target, done?: () => void) => change(owner(x), post("assign", x.agent ? { agent: x.agent } : { team: x.team }), done);
        return give(to, () => say(t("done.assigned", { name: to.name }), back && (() => void give(back))));
      },
      handoff: (to, failed) => {
        const body = { ...(to.agent ? { agent: to.agent } : { team: to.team }), reason: to.reason, ...(to.note ? { note: to.note } : {}) };
        return change(owner(to), post("handoff", body), () => say(t("done.handedOff", { name: to.name })), failed);
      },
      resolve: (how) => change({ status: "resolved", waiting_since: null }, post("resolve"), () => finish({ id, text: t("done.resolved"), undo: () => void actions.reopen() }, how)),
      left: (text, undo, how) => finish({ id, text, undo }, how),
      reopen: () => change({ status: "open" }, post("reopen"), () => say(t("done.reopened"))),
      snooze: (until, how) => {
        const at = until.toISOString();
        const wake = () => void change({ status: "open", snoozed_until: null }, patch({ status: "open" }));
        return change({ status: "snoozed", snoozed_until: at }, post("snooze", { until: at }), () => finish({ id, text: t("done.snoozed", { time: dateTime(at) }), undo: wake }, how));
      },
      status: (status) => change({ status, snoozed_until: null }, patch({ status })),
      subject: (subject) => {
        const was = current()?.subject ?? "";
        return change({ subject }, patch({ subject }), () => say(h("titleDone"), () => void change({ subject: was }, patch({ subject: was }))));
      },
      priority: (priority) => {
        const was = current()?.priority ?? priority;
        const back = () => void change({ priority: was }, patch({ priority: was }));
        return change({ priority }, patch({ priority }), () => say(t("priority.label", { priority: t(`priority.${priority}`) }), was === priority ? undefined : back));
      },
      tags: (add, remove) => {
        const was = current()?.tags ?? [];
        const tags = [...was.filter((x) => !remove.includes(x) && !add.includes(x)), ...add];
        const [added, removed] = [add.filter((x) => !was.includes(x)), remove.filter((x) => was.includes(x))];
        const text = added.length > 0 ? w("done.tagged", { tags: added.join(", ") }) : w("done.untagged", { tags: removed.join(", ") });
        const back = () => void change({ tags: was }, post("tags", { add: removed, remove: added }));
        return change({ tags }, post("tags", { add, remove }), () => added.length + removed.length > 0 && say(text, back));
      },
      dismissTag: (tag) => {
        const suggested_tags = current()?.suggested_tags.filter((x) => x.tag !== tag) ?? [];
        return change({ suggested_tags }, post("suggested-tags/dismiss", { tag }));
      },
    };
    return actions;
  }, [id, list, cache, say, finish]);
}

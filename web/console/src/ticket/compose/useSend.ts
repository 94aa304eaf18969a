import { useQueryClient } from "@tanstack/react-query";
import { useEffect, type RefObject } from "react";
import type { Ticket } from "../../api/types";
import type { HeldThen } from "../../../../shared/src/wire.gen";
import { useDesk } from "../../app/desk";
import { usePreferences } from "../../app/preferences";
import { lastPublic } from "../../live/fold";
import type { Outgoing } from "../../live/outbox";
import { useStore } from "../../live/store";
import type { LiveThread } from "../../live/thread";
import { useToast } from "../../ui/toast";
import { followed, type Writing } from "./drafts";
import { hold, sync } from "./held";
import { placeholders } from "./text";
import { c } from "./words";

export interface After {
  then?: HeldThen;
  /** When it goes out, for one that is sent later. */
  at?: Date;
  /** Braces in the text are meant as they stand. */
  literal?: boolean;
}

interface Parts {
  ticket: Ticket;
  thread: LiveThread;
  w: Writing;
  area: RefObject<HTMLTextAreaElement | null>;
}

/** useSend sends what was written: at once, or held by the server for as long as it can be taken back. */
export function useSend({ ticket, thread, w, area }: Parts) {
  const { live } = useDesk();
  const [{ undo_s, undo_chat }] = usePreferences();
  const cache = useQueryClient();
  const say = useToast();
  const { guard } = useStore(thread);
  useEffect(() => void sync(live, ticket.id), [live, ticket.id]);
  const delay = ticket.channel === "chat" && !undo_chat ? 0 : undo_s;

  return ({ then, at, literal }: After = {}) => {
    const open = w.kind === "reply" && !literal ? placeholders(w.text) : [];
    if (open[0]) {
      area.current?.focus();
      area.current?.setSelectionRange(open[0].from, open[0].to);
      return say(c("blocked", { count: open.length, names: open.slice(0, 3).map((p) => p.name).join(", ") }));
    }
    const attachments = live.tray(ticket.id, w.kind).take();
    const body = w.body().trim() || attachments[0]?.name || "";
    const seen = Math.max(guard?.last_seq ?? 0, lastPublic(thread.get().thread));
    const chosen = w.macro.get();
    const o: Outgoing = { client_id: crypto.randomUUID(), ticket: ticket.id, kind: w.kind, body, attachments, last_seq: w.kind === "reply" ? seen : 0, at: new Date().toISOString(), state: "sending" };
    thread.patch({ guard: null });
    const rev = w.sending();
    w.sent();
    const plain = !at && delay === 0 && !chosen && !then && !literal;
    if (plain) return live.send(rev === undefined ? o : { ...o, draft_rev: rev });
    const when = at ? { send_at: at.toISOString() } : { delay_s: delay };
    hold(live, o, { ...when, ...(rev !== undefined ? { draft_rev: rev } : {}), ...(then ? { then } : {}), ...(chosen ? followed(chosen) : {}), ...(literal ? { placeholders: "keep" as const } : {}) }, (err) => say.wrong(err));
    if (chosen) void cache.invalidateQueries({ queryKey: ["macros"] });
  };
}

import { ChevronDown, CornerUpLeft, Lock, Send } from "lucide-react";
import { useCallback, useEffect, useImperativeHandle, useRef, useState, type KeyboardEvent, type Ref } from "react";
import type { Ticket } from "../api/types";
import { useDesk } from "../app/desk";
import { t } from "../i18n/t";
import { keyProps, useKey } from "../keys/useKeys";
import { lastPublic } from "../live/fold";
import { useStore } from "../live/store";
import type { LiveThread } from "../live/thread";
import { cx, Kbd, Segmented } from "../ui/basics";
import { Menu } from "../ui/layer";
import type { TicketActions } from "./actions";
import { keepDraft, readDraft, type Kind } from "./drafts";
import { GuardBar } from "./GuardBar";
import { useComposing } from "./useComposing";

export const LONGEST_BODY = 16_000;
const KEEP_DRAFT_AFTER = 300;

export interface ComposerHandle {
  restore(kind: Kind, body: string): void;
}

interface Props {
  ticket: Ticket;
  thread: LiveThread;
  actions: TicketActions;
  ref: Ref<ComposerHandle>;
}

/** Composer writes replies and notes. Its text lives here alone, so that typing redraws nothing else. */
export function Composer({ ticket, thread, actions, ref }: Props) {
  const { live, me } = useDesk();
  const own = me.agent.id;
  const [kind, setKind] = useState<Kind>("reply");
  const [text, setText] = useState(() => readDraft(own, ticket.id, "reply"));
  const area = useRef<HTMLTextAreaElement>(null);
  const { guard } = useStore(thread);
  const closed = ticket.status === "closed";
  const typed = useComposing(ticket.id, kind);

  const write = useCallback(
    (k: Kind, body: string) => {
      setKind(k);
      setText(body);
      keepDraft(own, ticket.id, k, body);
      area.current?.focus();
    },
    [own, ticket.id],
  );
  const turn = (k: Kind) => {
    keepDraft(own, ticket.id, kind, text);
    write(k, k === kind ? text : readDraft(own, ticket.id, k));
  };
  useKey("ticket.reply", closed ? null : () => turn("reply"));
  useKey("ticket.note", () => turn("note"));
  useImperativeHandle(ref, () => ({ restore: write }), [write]);
  useEffect(() => {
    const id = window.setTimeout(() => keepDraft(own, ticket.id, kind, text), KEEP_DRAFT_AFTER);
    return () => {
      window.clearTimeout(id);
      keepDraft(own, ticket.id, kind, text);
    };
  }, [own, ticket.id, kind, text]);
  useRefused(thread, write);

  const tooLong = new TextEncoder().encode(text).length > LONGEST_BODY;
  const empty = text.trim() === "";
  const send = (resolve: boolean, lastSeq = lastPublic(thread.get().thread)) => {
    if (empty || tooLong) return;
    live.send({ client_id: crypto.randomUUID(), ticket: ticket.id, kind, body: text.trim(), last_seq: kind === "reply" ? lastSeq : 0, at: new Date().toISOString(), state: "sending", ...(resolve ? { resolve } : {}) });
    setText("");
    keepDraft(own, ticket.id, kind, "");
    thread.patch({ guard: null });
    typed(false);
    area.current?.focus();
  };
  useResolveAfterAck(ticket.id, actions);
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      send(e.shiftKey, guard?.last_seq);
    } else if (e.key === "Escape") area.current?.blur();
  };
  if (closed && kind === "reply") return <Closed onNote={() => turn("note")} />;
  return (
    <div className={cx("composer", kind === "note" && "composer-note")} data-kind={kind}>
      {guard && <GuardBar guard={guard} onSend={() => send(guard.item.resolve === true, guard.last_seq)} onKeep={() => thread.patch({ guard: null })} />}
      <div className="flex items-center justify-between gap-2">
        <KindSwitch kind={kind} onTurn={turn} />
        <span className="text-meta text-fg-3">{kind === "note" ? t("composer.noteHint") : tooLong ? "" : t("composer.replyHint", { name: ticket.customer_name || t("customer.visitor") })}</span>
      </div>
      <textarea
        ref={area}
        className="composer-text"
        dir={text === "" ? undefined : "auto"}
        aria-label={kind === "note" ? t("composer.note") : t("composer.reply")}
        aria-invalid={tooLong || undefined}
        placeholder={kind === "note" ? t("composer.notePlaceholder") : t("composer.replyPlaceholder")}
        value={text}
        rows={3}
        onChange={(e) => {
          setText(e.target.value);
          typed(e.target.value.trim() !== "");
        }}
        onBlur={() => typed(false)}
        onKeyDown={onKeyDown}
      />
      <div className="flex items-center justify-end gap-2">
        {tooLong && (
          <p role="alert" className="flex-1 text-meta text-danger">
            {t("composer.tooLong")}
          </p>
        )}
        <span className="me-auto hidden items-center gap-1 text-meta text-fg-3 pane:flex">
          <Kbd keys="Mod Enter" />
        </span>
        <div className="split">
          <button type="button" className={cx("btn", kind === "note" ? "btn-note" : "btn-primary")} disabled={empty || tooLong} onClick={() => send(false, guard?.last_seq)}>
            {kind === "note" ? <Lock aria-hidden="true" /> : <Send className="rtl:-scale-x-100" aria-hidden="true" />}
            {kind === "note" ? t("composer.addNote") : t("composer.send")}
          </button>
          <Menu
            label={t("composer.more")}
            className={cx("btn btn-icon", kind === "note" ? "btn-note" : "btn-primary")}
            disabled={empty || tooLong}
            items={[{ key: "resolve", label: kind === "note" ? t("composer.noteResolve") : t("composer.sendResolve"), hint: <Kbd keys="Mod Shift Enter" />, onSelect: () => send(true, guard?.last_seq) }]}
            button={<ChevronDown aria-hidden="true" />}
          />
        </div>
      </div>
    </div>
  );
}

function KindSwitch({ kind, onTurn }: { kind: Kind; onTurn(k: Kind): void }) {
  return (
    <Segmented
      label={t("composer.kind")}
      value={kind}
      onChange={onTurn}
      options={[
        { value: "reply", label: t("composer.reply"), icon: <CornerUpLeft aria-hidden="true" />, tip: keyProps("ticket.reply", t("composer.reply")) },
        { value: "note", label: t("composer.note"), icon: <Lock aria-hidden="true" />, tip: keyProps("ticket.note", t("composer.note")) },
      ]}
    />
  );
}

function Closed({ onNote }: { onNote(): void }) {
  return (
    <div className="composer flex items-center gap-3 text-dense text-fg-2">
      <span className="flex-1">{t("composer.closed")}</span>
      <button type="button" className="btn btn-dense" onClick={onNote}>
        <Lock aria-hidden="true" />
        {t("composer.addNote")}
      </button>
    </div>
  );
}

/** useRefused gives a refused message back to the draft: the words are the agent's, not the server's to lose. */
function useRefused(thread: LiveThread, write: (k: Kind, body: string) => void) {
  const { guard } = useStore(thread);
  const restored = useRef<string | null>(null);
  useEffect(() => {
    if (guard === null || restored.current === guard.item.client_id) return;
    restored.current = guard.item.client_id;
    write(guard.item.kind, guard.item.body);
  }, [guard, write]);
}

function useResolveAfterAck(ticket: string, actions: TicketActions) {
  const { live } = useDesk();
  useEffect(
    () =>
      live.onAcked((o) => {
        if (o.ticket === ticket && o.resolve) void actions.resolve();
      }),
    [live, ticket, actions],
  );
}

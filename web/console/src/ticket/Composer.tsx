import { ChevronDown, CornerUpLeft, Lock, Paperclip, Send } from "lucide-react";
import { lazy, Suspense, useCallback, useContext, useEffect, useId, useImperativeHandle, useMemo, useRef, useState, type KeyboardEvent, type Ref, type RefObject } from "react";
import { part } from "../app/soon";
import type { Attachment, Ticket } from "../api/types";
import { useDesk } from "../app/desk";
import { t } from "./words";
import { KeyboardContext, keyProps, useKey } from "../keys/useKeys";
import { writingKey, writingKeyOf } from "../keys/writing";
import { useStore } from "../live/store";
import type { Outgoing } from "../live/outbox";
import type { LiveThread } from "../live/thread";
import { cx, Kbd, Segmented } from "../ui/basics";
import { Menu } from "../ui/layer";
import { useToast } from "../ui/toast";
import type { TicketActions } from "./actions";
import { MacroBar, OpenBar, OtherBar } from "./compose/Bars";
import "./compose/compose.css";
import { writingOf } from "./compose/drafts";
import { isOurs, takeBack } from "./compose/held";
import { placeholders } from "./compose/text";
import { Stuck, stuckIn } from "./compose/Stuck";
import { formatKey, Tools } from "./compose/Tools";
import { usePicker } from "./compose/usePicker";
import { useSend, type After } from "./compose/useSend";
import { kinds, useWriting } from "./compose/useWriting";
import { c, reason } from "./compose/words";
import type { Kind } from "./drafts";
import { TrayList } from "./Files";
import { GuardBar } from "./GuardBar";
import { useAttach } from "./useAttach";
import { useComposing } from "./useComposing";
import { actAfter } from "./undone";

const Picker = lazy(part(() => import("./compose/Picker")));
const WhenPicker = lazy(part(() => import("./when/WhenPicker")));

const LONGEST_BODY = 16_000;
const FARTHEST_SEND = 30 * 24 * 3_600_000 - 60_000;

export interface ComposerHandle {
  restore(o: Outgoing): void;
}

interface Props {
  ticket: Ticket;
  thread: LiveThread;
  actions: TicketActions;
  ref: Ref<ComposerHandle>;
}

/** Composer writes replies and notes. Its text lives here alone, so that typing redraws nothing else. */
export function Composer({ ticket, thread, actions, ref }: Props) {
  const { live } = useDesk();
  const area = useRef<HTMLTextAreaElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const { kind, w, text, setText, turn } = useWriting(ticket.id, area);
  const { guard } = useStore(thread);
  const typed = useComposing(ticket.id, kind);
  const picker = usePicker(area, w, turn);
  const closed = ticket.status === "closed";
  const tooLong = text.length > LONGEST_BODY / 4 && new TextEncoder().encode(w.body()).length > LONGEST_BODY;
  const tray = live.tray(ticket.id, kind);
  const picked = useStore(tray);
  const stuck = stuckIn(picked).length > 0;
  const mute = (text.trim() === "" && picked.length === 0) || tooLong || stuck;
  const [tried, setTried] = useState(0);
  const why = useId();
  useEffect(() => setTried(0), [stuck, tray]);
  const attach = useAttach(tray, root, !(closed && kind === "reply"));
  const open = useMemo(() => (kind === "reply" ? placeholders(text) : []), [kind, text]);

  useKey("ticket.reply", closed ? null : () => turn("reply"));
  useKey("ticket.note", () => turn("note"));
  useKey("ticket.macro", closed && kind === "reply" ? null : () => picker.open("/"));
  const restore = useRestore(turn);
  useImperativeHandle(ref, () => ({ restore }), [restore]);
  useRefused(thread, restore, turn);
  useAfterwards(ticket.id, actions);
  const out = useSend({ ticket, thread, w, area });
  const send = (after?: After) => {
    if (mute) return setTried((n) => n + Number(stuck));
    typed(false);
    out(after);
  };
  const keyboard = useContext(KeyboardContext);
  const onKeyDown = (e: KeyboardEvent<HTMLTextAreaElement>) => {
    if (e.nativeEvent.isComposing || picker.onKeyDown(e)) return;
    switch (writingKey(e)) {
      case "leave":
        return area.current?.blur();
      case "undo-send":
        // An empty field has nothing of its own to undo: the key takes back what has just left it.
        return text === "" && keyboard.run("undo") ? e.preventDefault() : undefined;
      case "send":
      case "send-resolve":
        e.preventDefault();
        return send(e.shiftKey ? { then: { kind: "resolve" } } : {});
    }
    formatKey(e);
  };
  if (closed && kind === "reply") return <Closed onNote={() => turn("note")} />;
  return (
    <div ref={root} className={cx("composer", kind === "note" && "composer-note")} data-kind={kind}>
      {attach.over && <p className="drop-here">{t(kind === "note" ? "files.dropNote" : "files.drop")}</p>}
      {guard && <GuardBar guard={guard} onSend={() => send(guard.item.held?.then ? { then: guard.item.held.then } : {})} onKeep={() => thread.patch({ guard: null })} />}
      <OtherBar w={w} />
      <div className="composer-top flex items-center justify-between gap-2">
        <KindSwitch kind={kind} onTurn={turn} />
        <span className="min-w-0 truncate text-meta text-fg-3">{kind === "note" ? t("composer.noteHint") : t("composer.replyHint", { name: ticket.customer_name || t("customer.visitor") })}</span>
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
          picker.look();
        }}
        onSelect={() => picker.trigger && picker.look()}
        onBlur={() => {
          typed(false);
          w.flush();
          picker.close();
        }}
        onKeyDown={onKeyDown}
        onPaste={attach.onPaste}
      />
      {picker.trigger && (
        <Suspense>
          <Picker ref={picker.list} area={area} trigger={picker.trigger} writing={kind} ticket={ticket.id} onPick={picker.pick} onClose={picker.close} />
        </Suspense>
      )}
      {tooLong && (
        <p role="alert" className="text-dense text-danger">
          {t("composer.tooLongDraft")}
        </p>
      )}
      <OpenBar open={open} area={area} onLiteral={mute ? undefined : () => send({ literal: true })} />
      <MacroBar w={w} area={area} />
      <TrayList tray={tray} />
      <Stuck id={why} kind={kind} picked={picked} tray={tray} area={area} tried={tried} />
      <div className="composer-foot flex items-center">
        <AttachButton input={attach.input} onFiles={attach.add} />
        <Tools area={area} kind={kind} onPick={picker.open} />
        <SendRow kind={kind} mute={mute} stuck={stuck ? why : undefined} onSend={send} />
      </div>
    </div>
  );
}

function AttachButton({ input, onFiles }: { input: RefObject<HTMLInputElement | null>; onFiles(files: readonly File[]): void }) {
  return (
    <>
      <button type="button" className="btn btn-ghost btn-icon btn-dense text-fg-2" aria-label={t("files.attach")} data-tip={t("files.attach")} onClick={() => input.current?.click()}>
        <Paperclip aria-hidden="true" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-files=""
        onChange={(e) => {
          onFiles([...(e.target.files ?? [])]);
          e.target.value = "";
        }}
      />
    </>
  );
}

interface SendRowProps {
  kind: Kind;
  mute: boolean;
  /** What says why files keep it from being sent: who presses all the same is brought there. */
  stuck: string | undefined;
  onSend(after?: After): void;
}

function SendRow({ kind, mute, stuck, onSend }: SendRowProps) {
  const note = kind === "note";
  const look = note ? "btn-note" : "btn-primary";
  const split = useRef<HTMLDivElement>(null);
  const [asks, setAsks] = useState<"snooze" | "send" | null>(null);
  const ways = [
    { key: "resolve", label: note ? t("composer.noteResolve") : t("composer.sendResolve"), hint: <Kbd keys={writingKeyOf("send-resolve")} />, onSelect: () => onSend({ then: { kind: "resolve" } }) },
    { key: "snooze", label: c(note ? "noteSnooze" : "sendSnooze"), onSelect: () => setAsks("snooze") },
    ...(note ? [] : [{ key: "later", label: c("sendLater"), onSelect: () => setAsks("send") }]),
  ];
  return (
    <div className="flex min-w-0 flex-1 items-center justify-end gap-2">
      <span className="composer-keys">
        <Kbd keys={writingKeyOf("send")} />
        {note ? t("composer.toAdd") : t("composer.toSend")}
      </span>
      <div className="split" ref={split}>
        <button type="button" className={cx("btn", look)} disabled={mute && !stuck} aria-disabled={stuck ? true : undefined} aria-describedby={stuck} onClick={() => onSend()}>
          {note ? <Lock aria-hidden="true" /> : <Send className="rtl:-scale-x-100" aria-hidden="true" />}
          {note ? t("composer.addNote") : t("composer.send")}
        </button>
        <Menu label={t("composer.more")} className={cx("btn btn-icon", look)} disabled={mute} items={ways} button={<ChevronDown aria-hidden="true" />} />
      </div>
      {asks && (
        <Suspense>
          <WhenPicker
            anchor={split}
            label={c(`when.${asks}`)}
            {...(asks === "send" ? { farthest: FARTHEST_SEND } : {})}
            onPick={(at) => onSend(asks === "send" ? { at } : { then: { kind: "snooze", until: at.toISOString() } })}
            onClose={() => setAsks(null)}
          />
        </Suspense>
      )}
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
    <div className="composer">
      <div className="flex items-center gap-3 text-dense text-fg-2">
        <span className="flex-1">{t("composer.closed")}</span>
        <button type="button" className="btn btn-dense" onClick={onNote}>
          <Lock aria-hidden="true" />
          {t("composer.addNote")}
        </button>
      </div>
    </div>
  );
}

/** useRestore gives a message back to the composer, with its files. */
function useRestore(turn: (k: Kind) => void) {
  const { live } = useDesk();
  return useCallback(
    (o: Outgoing) => {
      const files: Attachment[] = o.attachments ?? [];
      writingOf(live, o.ticket, o.kind).back(o.body === files[0]?.name ? "" : o.body, files, null);
      turn(o.kind);
    },
    [live, turn],
  );
}

/** useRefused gives a refused message back to the draft: the words are the agent's, not the server's to lose. */
function useRefused(thread: LiveThread, restore: (o: Outgoing) => void, turn: (k: Kind) => void) {
  const { live } = useDesk();
  const { guard } = useStore(thread);
  const restored = useRef<string | null>(null);
  useEffect(() => {
    if (guard === null || restored.current === guard.item.client_id) return;
    restored.current = guard.item.client_id;
    if (!guard.item.held) return restore(guard.item);
    void takeBack(live, guard.item);
    turn(guard.item.kind);
  }, [guard, restore, turn, live]);
}

/**
 * useAfterwards goes on from a ticket once a message is sent with which it was resolved or put away. What was taken back
 * or refused goes nowhere; who writes on stays, and so does another window.
 */
function useAfterwards(ticket: string, actions: TicketActions) {
  const { live } = useDesk();
  const say = useToast();
  useEffect(
    () =>
      live.onAcked((o) => {
        if (o.ticket !== ticket) return;
        if (o.held?.code) return say(c("sentBut", { why: reason(o.held.code) }));
        const then = o.held?.then?.kind;
        if (then !== "resolve" && then !== "snooze") return;
        const undo = () => {
          const act = actAfter(live.thread(ticket).get().thread.events, o.seq ?? 0);
          void (act ? actions.undo(act) : then === "resolve" ? actions.reopen() : actions.status("open"));
        };
        const stays = !isOurs(live, o.client_id) || kinds.some((k) => writingOf(live, ticket, k).text.trim() !== "");
        actions.left(c(`${o.kind}.${then}`), undo, stays ? "stay" : undefined);
      }),
    [live, ticket, actions, say],
  );
}

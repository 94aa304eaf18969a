import { AlertCircle, Ban, Bot, Check, CheckCheck, Clock, Lock, RotateCw } from "lucide-react";
import { memo } from "react";
import type { Event } from "../api/types";
import { t } from "./words";
import { dateTime, timeOfDay } from "../i18n/time";
import type { Outgoing } from "../live/outbox";
import { Avatar, cx } from "../ui/basics";
import HeldFoot from "./compose/Held";
import type { Talk } from "./items";
import { Body } from "./thread/Body";
import { filesOf } from "./thread/pictures";
import { MessageMenu, type MessageAct, type WordRights } from "./MessageMenu";

interface SaidProps<T extends Talk = Talk> {
  item: T;
  name: string;
  rights: WordRights;
  onAct(act: MessageAct, item: Talk): void;
}

/** Message is one public message: the customer's at the start, ours at the end. */
export const Message = memo(function Message(props: SaidProps<Extract<Talk, { type: "message" }>>) {
  const { item, name } = props;
  const { event, first } = item;
  const theirs = event.by.kind === "customer";
  const bot = event.by.kind === "bot" || event.by.kind === "automation";
  return (
    <div className={cx("msg", theirs ? "msg-theirs" : "msg-ours", first && "msg-first")} data-seq={event.seq}>
      {theirs && <span className="msg-avatar">{first && <Avatar name={name} seed={event.by.id ?? name} />}</span>}
      <div className="msg-column">
        {first && <Byline event={event} name={name} bot={bot} />}
        <div className="bubble-row">
          <div className={cx("bubble", bot && "bubble-bot", item.redacted && "bubble-gone")} dir="auto">
            <Words item={item} />
          </div>
          <MessageMenu {...props} />
        </div>
        <Foot {...props} receipt={item.receipt} />
      </div>
    </div>
  );
});

/** Note is what only the desk sees: another surface, a lock and a word, so that colour is not the only sign. */
export const Note = memo(function Note(props: SaidProps<Extract<Talk, { type: "note" }>>) {
  const { item, name } = props;
  return (
    <div className="msg msg-ours msg-first" data-seq={item.event.seq}>
      <div className="msg-column">
        <Byline event={item.event} name={name} bot={false} />
        <div className="bubble-row">
          <div className="bubble bubble-note" dir="auto">
            <NoteLabel />
            <Words item={item} />
          </div>
          <MessageMenu {...props} />
        </div>
        <Foot {...props} />
      </div>
    </div>
  );
});

/** Words are the text and the files of a message, or the place where they were. */
function Words({ item }: { item: Talk }) {
  if (item.redacted) {
    return (
      <p className="gone">
        <Ban size={14} aria-hidden="true" />
        {t(item.type === "note" ? "thread.redactedNote" : "thread.redacted")}
      </p>
    );
  }
  return <Body body={item.body} files={filesOf(item.event)} />;
}

function NoteLabel() {
  return (
    <p className="note-label">
      <Lock size={12} aria-hidden="true" />
      {t("thread.note")}
    </p>
  );
}

function Byline({ event, name, bot }: { event: Event; name: string; bot: boolean }) {
  return (
    <p className="byline">
      {bot && <Bot size={12} aria-hidden="true" />}
      <span className="font-medium text-fg-2">{name}</span>
      <time dateTime={event.at} data-tip={dateTime(event.at)}>
        {timeOfDay(event.at)}
      </time>
    </p>
  );
}

function Foot({ item, rights, onAct, receipt }: SaidProps & { receipt?: "sent" | "seen" | undefined }) {
  if (!item.edited && !receipt) return null;
  return (
    <p className="receipt" data-receipt={receipt}>
      {item.edited &&
        (rights.any ? (
          <button type="button" className="link m-0" onClick={() => onAct("versions", item)}>
            {t("thread.edited")}
          </button>
        ) : (
          <span>{t("thread.edited")}</span>
        ))}
      {receipt === "seen" && (
        <>
          <CheckCheck size={12} aria-hidden="true" />
          {t("thread.seen")}
        </>
      )}
      {receipt === "sent" && (
        <>
          <Check size={12} aria-hidden="true" />
          {t("thread.sent")}
        </>
      )}
    </p>
  );
}

interface PendingProps {
  outgoing: Outgoing;
  onRetry(o: Outgoing): void;
  onEdit(o: Outgoing): void;
}

/** Pending is a message on its way; when it failed, its words are never lost. */
export function Pending({ outgoing, onRetry, onEdit }: PendingProps) {
  const failed = outgoing.state === "failed";
  const stopped = failed || outgoing.state === "refused";
  return (
    <div className="msg msg-ours msg-first" data-outgoing={outgoing.state}>
      <div className="msg-column">
        <div dir="auto" className={cx("bubble bubble-pending", outgoing.kind === "note" && "bubble-note", stopped && "bubble-failed")}>
          {outgoing.kind === "note" && <NoteLabel />}
          <Body body={outgoing.body} files={outgoing.attachments ?? []} />
        </div>
        {failed ? (
          <p className="receipt text-danger" role="alert">
            <AlertCircle size={12} aria-hidden="true" />
            {outgoing.reason || t("thread.failed")}
            <button type="button" className="link" onClick={() => onRetry(outgoing)}>
              <RotateCw size={11} className="inline" aria-hidden="true" /> {t("action.retry")}
            </button>
            <button type="button" className="link" onClick={() => onEdit(outgoing)}>
              {t("action.edit")}
            </button>
          </p>
        ) : outgoing.state === "held" || outgoing.state === "refused" ? (
          <HeldFoot o={outgoing} />
        ) : (
          <p className="receipt">
            <Clock size={12} aria-hidden="true" />
            {t("thread.sending")}
          </p>
        )}
      </div>
    </div>
  );
}

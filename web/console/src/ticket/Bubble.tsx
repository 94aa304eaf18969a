import { AlertCircle, Bot, Check, CheckCheck, Clock, FileText, Lock, RotateCw } from "lucide-react";
import { memo } from "react";
import type { Attachment, Event } from "../api/types";
import { t } from "../i18n/t";
import { dateTime, timeOfDay } from "../i18n/time";
import type { Outgoing } from "../live/outbox";
import { Avatar, cx } from "../ui/basics";
import type { Item } from "./items";
import { Markdown } from "./markdown";

interface MessageProps {
  item: Extract<Item, { type: "message" }>;
  name: string;
}

/** Message is one public message: the customer's at the start, ours at the end. */
export const Message = memo(function Message({ item, name }: MessageProps) {
  const { event, first } = item;
  const theirs = event.by.kind === "customer";
  const bot = event.by.kind === "bot";
  return (
    <div className={cx("msg", theirs ? "msg-theirs" : "msg-ours", first && "msg-first")} data-seq={event.seq}>
      {theirs && <span className="msg-avatar">{first && <Avatar name={name} seed={event.by.id ?? name} />}</span>}
      <div className="msg-column">
        {first && <Byline event={event} name={name} bot={bot} />}
        <div className={cx("bubble", bot && "bubble-bot")} dir="auto">
          {item.redacted ? <p className="text-fg-3 italic">{t("thread.redacted")}</p> : <Markdown text={item.body} />}
          <Attachments event={event} />
        </div>
        <Foot item={item} />
      </div>
    </div>
  );
});

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

function Foot({ item }: { item: MessageProps["item"] }) {
  if (!item.edited && !item.receipt) return null;
  return (
    <p className="receipt" data-receipt={item.receipt}>
      {item.edited && <span>{t("thread.edited")}</span>}
      {item.receipt === "seen" && (
        <>
          <CheckCheck size={12} aria-hidden="true" />
          {t("thread.seen")}
        </>
      )}
      {item.receipt === "sent" && (
        <>
          <Check size={12} aria-hidden="true" />
          {t("thread.sent")}
        </>
      )}
    </p>
  );
}

/** Note is what only the desk sees: another surface, a lock and a word, so that colour is not the only sign. */
export const Note = memo(function Note({ item, name }: { item: Extract<Item, { type: "note" }>; name: string }) {
  return (
    <div className="msg msg-ours msg-first" data-seq={item.event.seq}>
      <div className="msg-column">
        <p className="byline">
          <span className="font-medium text-fg-2">{name}</span>
          <time dateTime={item.event.at} data-tip={dateTime(item.event.at)}>
            {timeOfDay(item.event.at)}
          </time>
        </p>
        <div className="bubble bubble-note" dir="auto">
          <p className="note-label">
            <Lock size={12} aria-hidden="true" />
            {t("thread.note")}
          </p>
          <Markdown text={item.body} />
          <Attachments event={item.event} />
        </div>
      </div>
    </div>
  );
});

interface PendingProps {
  outgoing: Outgoing;
  onRetry(o: Outgoing): void;
  onEdit(o: Outgoing): void;
}

/** Pending is a message on its way; when it failed, its words are never lost. */
export function Pending({ outgoing, onRetry, onEdit }: PendingProps) {
  const failed = outgoing.state === "failed";
  return (
    <div className="msg msg-ours msg-first" data-outgoing={outgoing.state}>
      <div className="msg-column">
        <div dir="auto" className={cx("bubble bubble-pending", outgoing.kind === "note" && "bubble-note", failed && "bubble-failed")}>
          {outgoing.kind === "note" && (
            <p className="note-label">
              <Lock size={12} aria-hidden="true" />
              {t("thread.note")}
            </p>
          )}
          <Markdown text={outgoing.body} />
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

function Attachments({ event }: { event: Event }) {
  const files = event.data?.attachments;
  if (!Array.isArray(files) || files.length === 0) return null;
  return (
    <ul className="mt-2 grid gap-1">
      {(files as Attachment[]).map((f) => (
        <li key={f.id}>
          <a href={safePath(f.url)} className="file" target="_blank" rel="noopener">
            <FileText size={16} aria-hidden="true" />
            <span className="min-w-0 flex-1 truncate">{f.name}</span>
            <span className="text-meta text-fg-3">{t("thread.kb", { n: Math.max(1, Math.round(f.size / 1024)) })}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Attachments live on our own server: any other address is not followed. */
function safePath(url: string): string | undefined {
  return url.startsWith("/") && !url.startsWith("//") ? url : undefined;
}


import { Pencil } from "lucide-react";
import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { TicketDetail } from "../../api/types";
import type { TicketActions } from "../actions";
import { h } from "./words";

const LONGEST = 200;

/** Title is what a ticket is about; a press on it changes it. */
export function Title({ ticket, title, actions }: { ticket: TicketDetail; title: string; actions: TicketActions }) {
  const [text, setText] = useState<string | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const may = ticket.permissions?.includes("ticket.update") && ticket.status !== "closed";
  const done = (save: boolean) => {
    const subject = (text ?? "").replace(/\s+/g, " ").trim();
    flushSync(() => setText(null));
    opener.current?.focus();
    if (save && subject !== ticket.subject) void actions.subject(subject);
  };
  if (text !== null) {
    return (
      <textarea
        className="field title-field"
        aria-label={h("title")}
        dir="auto"
        rows={1}
        maxLength={LONGEST}
        value={text}
        autoFocus
        onFocus={(e) => e.currentTarget.select()}
        onChange={(e) => setText(e.target.value)}
        onBlur={() => text !== null && done(true)}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing) return;
          if (e.key === "Enter" || e.key === "Escape") {
            e.preventDefault();
            e.stopPropagation();
            done(e.key === "Enter");
          }
        }}
      />
    );
  }
  return (
    <h1 className="ticket-title" title={title}>
      {may ? (
        <button ref={opener} type="button" className="title-button" data-tip={h("editTitle")} aria-describedby="title-about" onClick={() => setText(ticket.subject)}>
          <span className="title-text" dir="auto">{title}</span>
          <Pencil aria-hidden="true" />
        </button>
      ) : (
        <span className="title-text" dir="auto">{title}</span>
      )}
      <span id="title-about" hidden>
        {h("editTitle")}
      </span>
    </h1>
  );
}

import { useEffect, useRef, useState } from "react";
import type { Event } from "../../api/types";
import { t } from "../words";
import type { ThreadView } from "../../live/thread";
import { lineOf } from "../lines";
import { author, type ThreadNames } from "./names";

export function Typing({ view, customer }: { view: ThreadView; customer: string }) {
  return (
    <div className="typing">
      <span role="status">{view.typing && t("thread.typing", { name: view.typing.name || customer })}</span>
      {view.typing?.preview && (
        <p className="typing-preview" dir="auto" data-preview="">
          {view.typing.preview}
        </p>
      )}
    </div>
  );
}

/** Announcer reads new messages out; loading history or scrolling says nothing. */
export function Announcer({ events, names }: { events: Event[]; names: ThreadNames }) {
  const last = events[events.length - 1];
  const heard = useRef(last?.seq ?? 0);
  const [text, setText] = useState("");
  useEffect(() => {
    if (!last || last.seq <= heard.current) return;
    heard.current = last.seq;
    if (last.by.kind === "agent" && last.by.id === names.me) return;
    if (last.kind === "message.posted" || last.kind === "note.posted") setText(`${author(last, names)}: ${last.body ?? ""}`);
    else setText(lineOf(last, names));
  }, [last, names]);
  return (
    <p className="sr-only" aria-live="polite">
      {text}
    </p>
  );
}

import { Plus, Sparkles, X } from "lucide-react";
import { useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { TicketDetail } from "../../api/types";
import { TagList, useTags } from "../../app/tags";
import { t } from "../words";
import { keyProps, useKey } from "../../keys/useKeys";
import type { TicketActions } from "../actions";

const LONGEST = 60;

/** Tags adds and removes; a tag is typed, so that the desk's words can grow. */
export function Tags({ ticket, actions, start }: { ticket: TicketDetail; actions: TicketActions; start: boolean }) {
  const [adding, setAdding] = useState(start);
  const id = useId();
  const [text, setText] = useState("");
  const opener = useRef<HTMLButtonElement>(null);
  useKey("ticket.tag", () => setAdding(true));
  const done = () => {
    flushSync(() => {
      setAdding(false);
      setText("");
    });
    opener.current?.focus();
  };
  const add = () => {
    const tag = text.trim().toLowerCase();
    if (tag !== "" && !ticket.tags.includes(tag)) void actions.tags([tag], []);
    setText("");
  };
  return (
    <>
      <div className="mt-3 flex flex-wrap items-center gap-1.5">
        {ticket.tags.map((tag) => (
          <span key={tag} className="chip min-h-6">
            {tag}
            <button type="button" className="chip-x" aria-label={t("tags.remove", { tag })} onClick={() => void actions.tags([], [tag])}>
              <X aria-hidden="true" />
            </button>
          </span>
        ))}
        {adding ? (
          <input
            className="field tag-field"
            list={`${id}-tags`}
            aria-label={t("tags.add")}
            placeholder={t("tags.placeholder")}
            value={text}
            maxLength={LONGEST}
            autoFocus
            onChange={(e) => setText(e.target.value)}
            data-autofocus=""
            onBlur={(e) => {
              const field = e.currentTarget;
              add();
              // A drawer that opens takes the focus for a moment, and gives it back.
              window.setTimeout(() => field !== document.activeElement && setAdding(false));
            }}
            onKeyDown={(e) => {
              if (e.nativeEvent.isComposing) return;
              if (e.key === "Enter" || e.key === ",") {
                e.preventDefault();
                add();
              } else if (e.key === "Escape") {
                e.preventDefault(); // a drawer around the field stays
                e.stopPropagation();
                done();
              }
            }}
          />
        ) : (
          <button ref={opener} type="button" className="chip min-h-6 hover:bg-selected" onClick={() => setAdding(true)} {...keyProps("ticket.tag", t("tags.add"))}>
            <Plus aria-hidden="true" />
            {t("tags.add")}
          </button>
        )}
      </div>
      {adding && <Known id={`${id}-tags`} taken={ticket.tags} />}
      <Suggested ticket={ticket} actions={actions} onGone={() => opener.current?.focus()} />
    </>
  );
}

/** Known are the tags of other tickets: one word for one thing. */
function Known({ id, taken }: { id: string; taken: readonly string[] }) {
  const tags = useTags();
  return <TagList id={id} tags={tags.filter((tag) => !taken.includes(tag))} />;
}

/** How sure a suggestion is, in words. */
const sure = (confidence: number) => t(confidence >= 0.9 ? "tags.verySure" : confidence >= 0.7 ? "tags.sure" : "tags.perhaps");

/** Suggested tags stand in a row of their own, below what people said: one click takes a tag, another refuses it. */
function Suggested({ ticket, actions, onGone }: { ticket: TicketDetail; actions: TicketActions; onGone(): void }) {
  const open = (ticket.suggested_tags ?? []).filter((x) => !ticket.tags.includes(x.tag));
  if (open.length === 0) return null;
  return (
    <ul className="mt-1.5 flex flex-wrap items-center gap-1.5" aria-label={t("tags.suggested")}>
      {open.map(({ tag, confidence }) => (
        <li key={tag} className="chip chip-suggested min-h-6" data-suggested={tag}>
          <button
            type="button"
            className="chip-take"
            aria-label={t("tags.take", { tag, sure: sure(confidence) })}
            data-tip={t("tags.takeTip", { sure: sure(confidence) })}
            onClick={() => {
              onGone();
              void actions.tags([tag], []);
            }}
          >
            <Sparkles aria-hidden="true" />
            <span dir="auto">{tag}</span>
          </button>
          <button
            type="button"
            className="chip-x"
            aria-label={t("tags.dismiss", { tag })}
            onClick={() => {
              onGone();
              void actions.dismissTag(tag);
            }}
          >
            <X aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

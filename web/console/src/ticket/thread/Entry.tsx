import { ChevronRight } from "lucide-react";
import { lazy, memo, Suspense, useState } from "react";
import { part } from "../../app/soon";
import { t } from "../words";
import { dayName, timeOfDay } from "../../i18n/time";
import type { Outgoing } from "../../live/outbox";
import { Message, Note, Pending } from "../Bubble";
import type { Talk } from "../items";
import { lineOf, promised, routedLine } from "../lines";
import type { MessageAct, WordRights } from "../MessageMenu";
import type { LineItem, Shown } from "./folding";
import { author, type ThreadNames } from "./names";
import { w } from "./words";

const Why = lazy(part(() => import("../Why")));

interface Props {
  item: Shown;
  names: ThreadNames;
  now: number;
  rights: WordRights;
  onAct(act: MessageAct, item: Talk): void;
  onRetry(o: Outgoing): void;
  onEdit(o: Outgoing): void;
}

/** Entry is one thing in the thread. */
export const Entry = memo(function Entry({ item, names, now, rights, onAct, onRetry, onEdit }: Props) {
  switch (item.type) {
    case "day":
      return (
        <div className="day">
          <span>{dayName(item.at, now)}</span>
        </div>
      );
    case "new":
      return (
        <div className="new-mark" role="separator" aria-label={w("newMark", { count: item.count })}>
          <span>{w("newMark", { count: item.count })}</span>
        </div>
      );
    case "message":
      return <Message item={item} name={author(item.event, names)} rights={rights} onAct={onAct} />;
    case "note":
      return <Note item={item} name={author(item.event, names)} rights={rights} onAct={onAct} />;
    case "outgoing":
      return <Pending outgoing={item.outgoing} onRetry={onRetry} onEdit={onEdit} />;
    case "line":
      return <Line item={item} names={names} />;
    case "changes":
      return <Changes lines={item.lines} names={names} />;
  }
});

/** A line never begins with its dot. */
const DOT = "\u00a0· ";

/** Changes are several small changes behind the newest of them. */
function Changes({ lines, names }: { lines: LineItem[]; names: ThreadNames }) {
  const [open, setOpen] = useState(false);
  const last = lines[lines.length - 1];
  if (!last) return null;
  return (
    <div className="changes" data-changes={lines.length}>
      <button type="button" className="changes-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight aria-hidden="true" className={open ? "rotate-90" : "rtl:-scale-x-100"} />
        <span className="font-medium">{w("changes", { count: lines.length })}</span>
        {!open && (
          <span className="changes-last">
            {sentence(last, names)}
            {DOT}
            <time dateTime={at(last)}>{timeOfDay(at(last))}</time>
          </span>
        )}
      </button>
      {open && lines.map((l) => <Line key={l.key} item={l} names={names} />)}
    </div>
  );
}

/** at is when it happened; of what was taken back, when that was. */
const at = (l: LineItem) => (l.undone ?? l.event).at;

function sentence({ event, offer, waited, undone }: LineItem, names: ThreadNames): string {
  if (undone) return w("undone", { what: lineOf(event, names) });
  return event.kind === "wait.promised" ? promised(event.data ?? {}, waited) : routedLine(event, offer, names);
}

/** Line is a quiet sentence about the ticket; a routing decision opens to its reasons. */
function Line({ item, names }: { item: LineItem; names: ThreadNames }) {
  const { event, undone } = item;
  const [open, setOpen] = useState(false);
  const text = sentence(item, names);
  const time = timeOfDay(at(item));
  if (undone || event.kind !== "ticket.routed" || event.data?.rule === undefined) {
    return (
      <p className="line" data-kind={undone?.kind ?? event.kind}>
        {text}
        {DOT}
        <time dateTime={at(item)}>{time}</time>
      </p>
    );
  }
  return (
    <details className="line" data-kind={event.kind} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>
        {text}
        {DOT}
        <time dateTime={event.at}>{time}</time>
        {DOT}
        <span className="underline">{t("line.why")}</span>
      </summary>
      {open && (
        <Suspense>
          <Why event={event} names={names} />
        </Suspense>
      )}
    </details>
  );
}

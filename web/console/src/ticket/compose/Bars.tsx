import { Files as FilesIcon, SquareSlash, X } from "lucide-react";
import type { RefObject } from "react";
import { useStore } from "../../live/store";
import { useActionWords } from "./actionWords";
import type { Chosen } from "./chosen";
import type { Writing } from "./drafts";
import type { Placeholder } from "./text";
import { c } from "./words";

const MOST_OPEN = 8;

/** OtherBar offers the version of another window; neither is lost. */
export function OtherBar({ w }: { w: Writing }) {
  const other = useStore(w.other);
  if (!other) return null;
  return (
    <div role="alert" className="composer-bar composer-offer" data-other={other.from}>
      <FilesIcon size={16} aria-hidden="true" />
      <span className="min-w-0 flex-1">{c(`other.${other.from}`)}</span>
      <button type="button" className="btn btn-dense" onClick={() => w.swap()}>
        {c(other.from === "elsewhere" ? "other.show" : "other.back")}
      </button>
      <button type="button" className="btn btn-dense btn-ghost" onClick={() => w.dismiss()}>
        {c("other.keep")}
      </button>
    </div>
  );
}

/** MacroBar says what follows the message, each thing to be left out on its own. */
export function MacroBar({ w, area }: { w: Writing; area: RefObject<HTMLTextAreaElement | null> }) {
  const chosen = useStore(w.macro);
  return chosen && <Follows key={chosen.id} w={w} chosen={chosen} area={area} />;
}

function Follows({ w, chosen, area }: { w: Writing; chosen: Chosen; area: RefObject<HTMLTextAreaElement | null> }) {
  const says = useActionWords();
  const drop = (at: number) => {
    w.drop(at);
    area.current?.focus();
  };
  return (
    <div className="composer-bar" role="group" aria-label={c("pending")} data-macro={chosen.id}>
      <SquareSlash size={14} aria-hidden="true" />
      <span {...(chosen.name ? { "data-tip": c("pendingFrom", { name: chosen.name }) } : {})}>{c("pending")}</span>
      {chosen.actions.map((a, i) => (
        <span key={`${a.kind}${i}`} className="chip action-chip">
          <span className="action-words">{says(a)}</span>
          <button type="button" className="chip-x" aria-label={c("drop", { what: says(a) })} onClick={() => drop(i)}>
            <X size={12} aria-hidden="true" />
          </button>
        </span>
      ))}
    </div>
  );
}

interface OpenProps {
  open: readonly Placeholder[];
  area: RefObject<HTMLTextAreaElement | null>;
  /** Sends the text as it stands: some texts are about braces. */
  onLiteral?: (() => void) | undefined;
}

/** OpenBar lists what is still to be filled in; a press goes there. */
export function OpenBar({ open, area, onLiteral }: OpenProps) {
  if (open.length === 0) return null;
  return (
    <div className="composer-bar" role="group" aria-label={c("open")} data-open={open.length}>
      <span role="status">{c("openCount")}</span>
      {open.slice(0, MOST_OPEN).map((p) => (
        <button
          key={p.from}
          type="button"
          className="chip open-chip"
          aria-label={c("fill", { name: p.name })}
          onClick={() => {
            area.current?.focus();
            area.current?.setSelectionRange(p.from, p.to);
          }}
        >
          <span className="action-words">{p.name}</span>
        </button>
      ))}
      {open.length > MOST_OPEN && <span>{c("openMore", { count: open.length - MOST_OPEN })}</span>}
      {onLiteral && (
        <button type="button" className="link ms-auto text-meta" data-tip={c("literalWhy")} onClick={onLiteral}>
          {c("literal")}
        </button>
      )}
    </div>
  );
}

import { Files as FilesIcon, SquareSlash, X } from "lucide-react";
import type { RefObject } from "react";
import { useStore } from "../../live/store";
import type { Writing } from "./drafts";
import type { Placeholder } from "./text";
import { c } from "./words";

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

/** MacroBar says what follows the message. */
export function MacroBar({ w }: { w: Writing }) {
  const macro = useStore(w.macro);
  if (!macro) return null;
  return (
    <div className="composer-bar" data-macro={macro.id}>
      <SquareSlash size={14} aria-hidden="true" />
      <span data-tip={c("pendingFrom", { name: macro.name })}>{c("pending")}</span>
      {macro.actions.map((a, i) => (
        <span key={i} className="chip">
          {a.text}
        </span>
      ))}
      <button type="button" className="macro-x" aria-label={c("dropMacro", { name: macro.name })} data-tip={c("dropMacro", { name: macro.name })} onClick={() => w.macro.set(null)}>
        <X size={14} aria-hidden="true" />
      </button>
    </div>
  );
}

/** OpenBar lists what is still to be filled in; a press goes there. */
export function OpenBar({ open, area }: { open: readonly Placeholder[]; area: RefObject<HTMLTextAreaElement | null> }) {
  if (open.length === 0) return null;
  return (
    <div className="composer-bar" role="status" data-open={open.length}>
      <span>{c("open")}</span>
      {open.slice(0, 8).map((p) => (
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
          {p.name}
        </button>
      ))}
    </div>
  );
}

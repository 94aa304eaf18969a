import { useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from "react";
import { usePreferences } from "../app/preferences";
import { cx } from "../ui/basics";
import { NARROWEST, stepOf, USUAL, WIDEST, widthWithin } from "./width";
import { w } from "./words";

/** A click moves the pointer this far at most. */
const SLIP = 2;

/**
 * Divider makes the list wider or narrower: by the pointer, by arrows, by a double click back to what is usual. While
 * it moves only the style changes; what one settles on is kept as a preference.
 */
export function Divider({ pane }: { pane: RefObject<HTMLElement | null> }) {
  const [{ list_width }, change] = usePreferences();
  const drag = useRef<{ from: number; width: number } | null>(null);
  const [moving, setMoving] = useState(false);
  const shown = () => pane.current?.getBoundingClientRect().width ?? 0;
  const show = (width: number) => pane.current?.style.setProperty("--list-width", `${width}px`);
  const keep = (width: number) => {
    if (width !== list_width) change({ list_width: width });
  };
  const to = (e: PointerEvent, at: { from: number; width: number }) => widthWithin(at.width + (e.clientX - at.from) * direction());
  const end = (e: PointerEvent) => {
    if (drag.current === null) return;
    const moved = Math.abs(e.clientX - drag.current.from) > SLIP;
    const width = to(e, drag.current);
    drag.current = null;
    setMoving(false);
    if (moved) keep(width);
  };
  const onKey = (e: KeyboardEvent) => {
    const next = stepOf(e.key, Math.round(shown()), direction());
    if (next === undefined || e.altKey || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    e.stopPropagation();
    keep(next);
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={w("list.width")}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      aria-valuenow={list_width || USUAL}
      tabIndex={0}
      className={cx("divider", moving && "divider-moving")}
      onKeyDown={onKey}
      onPointerDown={(e) => {
        if (e.button !== 0) return;
        e.preventDefault();
        e.currentTarget.setPointerCapture(e.pointerId);
        drag.current = { from: e.clientX, width: shown() };
        setMoving(true);
      }}
      onPointerMove={(e) => drag.current && show(to(e, drag.current))}
      onPointerUp={end}
      onPointerCancel={end}
      onDoubleClick={() => keep(0)}
    />
  );
}

/** Where the list stands right of the ticket, to the left is wider. */
function direction(): 1 | -1 {
  return document.documentElement.dir === "rtl" ? -1 : 1;
}

import { useContext, useEffect, useRef, useState } from "react";
import { keyOf, type ShortcutId } from "../keys/registry";
import { KeyboardContext } from "../keys/useKeys";
import { Kbd } from "./basics";

interface Tip {
  text: string;
  key: string | undefined;
  anchor: HTMLElement;
}

const DELAY = 450;

/** cameBack is true where a layer that closed gave the focus back: one knows what one has just used. */
const cameBack = (e: FocusEvent) => (e.relatedTarget as Element | null)?.closest?.("[popover], dialog") !== null && e.relatedTarget !== null;

/** Tips is the one tooltip of the page, for the eye only: controls with data-tip have the same words as their name. */
export function Tips() {
  const [tip, setTip] = useState<Tip | null>(null);
  const ref = useRef<HTMLDivElement>(null);
  const keyboard = useContext(KeyboardContext);
  useEffect(() => {
    let timer = 0;
    const show = (target: EventTarget | null, delay: number) => {
      const el = (target as Element | null)?.closest?.<HTMLElement>("[data-tip]") ?? null;
      window.clearTimeout(timer);
      if (el === null) return setTip(null);
      timer = window.setTimeout(() => {
        // What it opens says enough while it is open.
        if (el.getAttribute("aria-expanded") === "true") return;
        const shortcut = keyboard.enabled && el.dataset.shortcut ? keyOf(el.dataset.shortcut as ShortcutId) : undefined;
        setTip({ text: el.dataset.tip ?? "", key: el.dataset.keys ?? shortcut, anchor: el });
      }, delay);
    };
    const over = (e: PointerEvent) => e.pointerType === "mouse" && show(e.target, DELAY);
    const focus = (e: FocusEvent) => (e.target as Element).matches?.(":focus-visible") && !cameBack(e) && show(e.target, DELAY);
    // A finger cannot hover: what only explains something says so when it is tapped.
    const tap = (e: PointerEvent) => e.pointerType !== "mouse" && (e.target as Element).closest?.("[data-tap]") && show(e.target, 0);
    const hide = () => show(null, 0);
    const escape = (e: KeyboardEvent) => e.key === "Escape" && hide();
    document.addEventListener("pointerover", over);
    document.addEventListener("focusin", focus);
    document.addEventListener("focusout", hide);
    document.addEventListener("pointerdown", hide);
    document.addEventListener("pointerup", tap);
    document.addEventListener("keydown", escape);
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener("pointerover", over);
      document.removeEventListener("focusin", focus);
      document.removeEventListener("focusout", hide);
      document.removeEventListener("pointerdown", hide);
      document.removeEventListener("pointerup", tap);
      document.removeEventListener("keydown", escape);
    };
  }, [keyboard]);
  useEffect(() => {
    const layer = ref.current;
    if (!layer || !tip) return;
    layer.showPopover?.();
    const a = tip.anchor.getBoundingClientRect();
    const l = layer.getBoundingClientRect();
    const top = a.bottom + 6 + l.height > innerHeight ? a.top - 6 - l.height : a.bottom + 6;
    layer.style.top = `${top}px`;
    layer.style.left = `${Math.min(Math.max(8, a.left + a.width / 2 - l.width / 2), innerWidth - 8 - l.width)}px`;
  }, [tip]);
  if (tip === null || !tip.anchor.isConnected) return null;
  return (
    <div ref={ref} popover="manual" aria-hidden="true" className="tip">
      {tip.text}
      {tip.key && (
        <span className="ms-2">
          <Kbd keys={tip.key} />
        </span>
      )}
    </div>
  );
}

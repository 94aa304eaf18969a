import { useEffect, type RefObject } from "react";
import type { ListStore, ListView } from "./listStore";

const IDLE = 1500;
const FADED = 600;

/** useSettled lets rows move only at the top, with the pointer elsewhere and nobody moving about. */
export function useSettled(store: ListStore, scroll: RefObject<HTMLDivElement | null>, { left, stirred }: ListView, height: number) {
  useEffect(() => {
    const el = scroll.current;
    if (el === null) return;
    let touched = 0;
    let inside = el.matches(":hover");
    const touch = () => (touched = Date.now());
    const enter = () => (inside = true);
    const leave = () => (inside = false);
    el.addEventListener("pointermove", touch);
    el.addEventListener("keydown", touch);
    el.addEventListener("pointerenter", enter);
    el.addEventListener("pointerleave", leave);
    store.idle = () => !inside && Date.now() - touched > IDLE;
    store.settled = () => el.scrollTop <= 4 && store.idle();
    return () => {
      el.removeEventListener("pointermove", touch);
      el.removeEventListener("keydown", touch);
      el.removeEventListener("pointerenter", enter);
      el.removeEventListener("pointerleave", leave);
      store.idle = store.settled = () => true;
    };
  }, [store, scroll]);
  useEffect(() => {
    if (left.size + stirred.size === 0) return;
    const timer = window.setInterval(() => {
      const el = scroll.current;
      if (!store.idle() || el === null) return;
      const first = Math.ceil(el.scrollTop / height);
      const above = store.get().rows.slice(0, first).filter((r) => r.id !== store.open && left.has(r.id)).length;
      store.sweep();
      store.rise();
      if (above > 0) requestAnimationFrame(() => (el.scrollTop -= above * height));
    }, FADED);
    return () => window.clearInterval(timer);
  }, [store, scroll, left, stirred, height]);
}

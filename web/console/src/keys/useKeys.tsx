import { createContext, useContext, useEffect, useRef } from "react";
import { Keyboard, keyOf, type ShortcutId } from "./registry";

export const KeyboardContext = createContext(new Keyboard(null));

/** useKey runs `fn` on its shortcut while the component is on screen; null leaves it to others. */
export function useKey(id: ShortcutId, fn: (() => void) | null) {
  const keyboard = useContext(KeyboardContext);
  const latest = useRef(fn);
  latest.current = fn;
  const on = fn !== null;
  useEffect(() => (on ? keyboard.handle(id, () => latest.current?.()) : undefined), [keyboard, id, on]);
}

/** keyProps give a control its tooltip, with the key, and tell assistive software about the key. */
export function keyProps(id: ShortcutId, tip: string) {
  return { "data-tip": tip, "data-key": keyOf(id), "aria-keyshortcuts": keyOf(id) };
}

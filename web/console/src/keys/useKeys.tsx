import { createContext, useContext, useEffect, useRef } from "react";
import { Keyboard, keyOf, type ShortcutId } from "./registry";

export const KeyboardContext = createContext(new Keyboard());

/** useKey runs `fn` on its shortcut while the component is on screen; null leaves it to others, `over` takes it from them. */
export function useKey(id: ShortcutId, fn: (() => void) | null, over = false) {
  const keyboard = useContext(KeyboardContext);
  const latest = useRef(fn);
  latest.current = fn;
  const on = fn !== null;
  useEffect(() => (on ? keyboard.handle(id, () => latest.current?.(), over) : undefined), [keyboard, id, on, over]);
}

/** keyProps give a control its tooltip, with the key, and tell assistive software about the key. */
export function keyProps(id: ShortcutId, tip: string): Record<string, string> {
  const aria = ariaKey(keyOf(id));
  return { "data-tip": tip, "data-shortcut": id, ...(aria ? { "aria-keyshortcuts": aria } : {}) };
}

/** ARIA names modifiers in full and knows no sequences. */
function ariaKey(key: string): string {
  if (key.includes(" ")) return "";
  if (key.startsWith("Mod+")) return key.replace("Mod", "Control");
  return /^[A-Z]$/u.test(key) ? `Shift+${key}` : key;
}

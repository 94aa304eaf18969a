import { clashes, keysIn, shortcuts, worksAnywhere, type Chosen, type ShortcutId } from "../keys/registry";

/** given is what is chosen once a shortcut has a key. Who had it gets the key it comes with back when that is free, else none. */
export function given(chosen: Chosen, id: ShortcutId, key: string): Record<string, string> {
  const next: Record<string, string> = { ...chosen, [id]: key };
  const freed = key === "" ? [] : clashes(next, id, key);
  for (const other of freed) next[other] = "";
  for (const other of freed) {
    const first = usual(other);
    if (clashes(next, other, first).length === 0) next[other] = first;
  }
  return tidy(next);
}

/** swapped is what is chosen once two shortcuts have changed keys; null when they cannot. */
export function swapped(chosen: Chosen, id: ShortcutId, key: string): Record<string, string> | null {
  const [other, ...more] = clashes(chosen, id, key);
  const former = keysIn(chosen, id)[0];
  if (other === undefined || more.length > 0 || former === undefined || keysIn(chosen, other)[0] !== key) return null;
  if (worksAnywhere(other) && !former.startsWith("Mod+")) return null;
  const next = { ...chosen, [id]: key, [other]: former };
  return clashes(next, id, key).length + clashes(next, other, former).length > 0 ? null : tidy(next);
}

/** usual is the key that a shortcut comes with. */
export function usual(id: ShortcutId): string {
  return keysIn({}, id)[0] ?? "";
}

/** tidy leaves out what is as it comes anyway. */
function tidy(keys: Record<string, string>): Record<string, string> {
  const own = (id: string) => shortcuts.find((s) => s.id === id)?.keys[0];
  return Object.fromEntries(Object.entries(keys).filter(([id, key]) => own(id) !== key));
}

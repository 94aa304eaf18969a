import type { Stroke } from "./registry";

/**
 * Every key of the composer's field: it asks this table what a stroke means, its buttons print their keys from it, and
 * the `?` sheet lists it, so that none can say what another does not do. These work whatever the switch of single keys
 * says: all but the signs need Ctrl or Cmd.
 */
export const writingKeys = [
  { id: "send", keys: ["Mod+Enter"] },
  { id: "send-resolve", keys: ["Mod+Shift+Enter"] },
  { id: "undo-send", keys: ["Mod+z"] },
  { id: "macro", keys: ["/"], typed: true },
  { id: "mention", keys: ["@"], typed: true },
  { id: "emoji", keys: [":"], typed: true },
  { id: "bold", keys: ["Mod+b"] },
  { id: "italic", keys: ["Mod+i"] },
  { id: "link", keys: ["Mod+k"] },
  { id: "code", keys: ["Mod+e"] },
  { id: "bullets", keys: ["Mod+Shift+8"] },
  { id: "numbers", keys: ["Mod+Shift+7"] },
  { id: "quote", keys: ["Mod+Shift+9"] },
  { id: "plain", keys: ["Mod+Shift+v"], native: true },
  { id: "leave", keys: ["Escape"] },
] as const satisfies readonly WritingKey[];

interface WritingKey {
  id: string;
  keys: readonly string[];
  /** It is typed, and a list opens where it stands. */
  typed?: true;
  /** The browser does it. */
  native?: true;
}

export type WritingId = (typeof writingKeys)[number]["id"];

const table: readonly (WritingKey & { id: WritingId })[] = writingKeys;

/** writingKey is what a stroke means in the field; null for one that is the text's own. Digits go by their place: with Shift they type other signs. */
export function writingKey(e: Pick<Stroke, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey"> & { code?: string }): WritingId | null {
  if (e.altKey) return null;
  const mod = e.ctrlKey || e.metaKey;
  const digit = /^Digit(\d)$/.exec(e.code ?? "")?.[1];
  const key = mod && e.shiftKey && digit ? digit : e.key.length === 1 ? e.key.toLowerCase() : e.key;
  const stroke = mod ? `Mod+${e.shiftKey ? "Shift+" : ""}${key}` : key;
  return table.find((k) => !k.typed && !k.native && k.keys.includes(stroke))?.id ?? null;
}

/** writingKeyOf is the key that is printed for something. */
export function writingKeyOf(id: WritingId): string {
  return table.find((k) => k.id === id)?.keys[0] ?? "";
}

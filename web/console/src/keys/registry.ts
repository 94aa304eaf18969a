import type { Key } from "../i18n/t";

/**
 * Every shortcut of the console: the `?` sheet, the tooltips, the palette and the settings page are printed from this
 * table. A stroke is a key with its modifiers ("Mod+k"; Shift shows in the letter, "E"); two strokes with a space
 * between are a sequence. Those with `anywhere` work in text fields too.
 */
export const shortcuts = [
  { id: "palette", keys: ["Mod+k"], label: "key.palette", group: "keys.go", anywhere: true },
  { id: "list.next", keys: ["j"], label: "key.next", group: "keys.list" },
  { id: "list.previous", keys: ["k"], label: "key.previous", group: "keys.list" },
  { id: "list.open", keys: ["Enter"], label: "key.open", group: "keys.list" },
  { id: "list.back", keys: ["u", "Escape"], label: "key.back", group: "keys.list" },
  { id: "list.select", keys: ["x"], label: "key.select", group: "keys.list" },
  { id: "list.select-next", keys: ["J"], label: "key.selectNext", group: "keys.list" },
  { id: "list.select-previous", keys: ["K"], label: "key.selectPrevious", group: "keys.list" },
  { id: "list.select-all", keys: ["Mod+a"], label: "key.selectAll", group: "keys.list" },
  { id: "list.take-next", keys: ["N"], label: "key.takeNext", group: "keys.list" },
  { id: "list.search", keys: ["/"], label: "key.search", group: "keys.list" },
  { id: "ticket.reply", keys: ["r"], label: "key.reply", group: "keys.ticket" },
  { id: "ticket.note", keys: ["n"], label: "key.note", group: "keys.ticket" },
  { id: "ticket.macro", keys: ["m"], label: "key.macro", group: "keys.ticket" },
  { id: "ticket.resolve", keys: ["e"], label: "key.resolve", group: "keys.ticket" },
  { id: "ticket.resolve-next", keys: ["E"], label: "key.resolveNext", group: "keys.ticket" },
  { id: "ticket.assign", keys: ["a"], label: "key.assign", group: "keys.ticket" },
  { id: "ticket.take", keys: ["i"], label: "key.take", group: "keys.ticket" },
  { id: "ticket.handoff", keys: ["h"], label: "key.handoff", group: "keys.ticket" },
  { id: "ticket.snooze", keys: ["z"], label: "key.snooze", group: "keys.ticket" },
  { id: "ticket.status", keys: ["s"], label: "key.status", group: "keys.ticket" },
  { id: "ticket.tag", keys: ["t"], label: "key.tag", group: "keys.ticket" },
  { id: "ticket.priority", keys: ["p"], label: "key.priority", group: "keys.ticket" },
  { id: "ticket.unread", keys: ["U"], label: "key.unread", group: "keys.ticket" },
  { id: "offer.accept", keys: ["y"], label: "key.accept", group: "keys.go" },
  { id: "offer.decline", keys: ["d"], label: "key.decline", group: "keys.go" },
  { id: "go.inbox", keys: ["g i"], label: "key.goInbox", group: "keys.go" },
  { id: "go.mine", keys: ["g m"], label: "key.goMine", group: "keys.go" },
  { id: "go.unassigned", keys: ["g u"], label: "key.goUnassigned", group: "keys.go" },
  { id: "go.customers", keys: ["g c"], label: "key.goCustomers", group: "keys.go" },
  { id: "go.topics", keys: ["g t"], label: "key.goTopics", group: "keys.go" },
  { id: "go.reports", keys: ["g r"], label: "key.goReports", group: "keys.go" },
  { id: "go.settings", keys: ["g s"], label: "key.goSettings", group: "keys.go" },
  { id: "undo", keys: ["Mod+z"], label: "key.undo", group: "keys.go" },
  { id: "toasts", keys: ["F6"], label: "key.toasts", group: "keys.go", anywhere: true },
  { id: "help", keys: ["?"], label: "key.help", group: "keys.go" },
] as const satisfies readonly Shortcut[];

interface Shortcut {
  id: string;
  keys: readonly string[];
  label: Key;
  group: "keys.list" | "keys.ticket" | "keys.go";
  anywhere?: true;
}

export type ShortcutId = (typeof shortcuts)[number]["id"];

const table: readonly (Shortcut & { id: ShortcutId })[] = shortcuts;

/** Keys that an agent has chosen instead, by shortcut; "" is none. */
export type Chosen = Readonly<Record<string, string>>;

/** keysIn are the keys of a shortcut; a chosen key takes the place of the first. */
export function keysIn(chosen: Chosen, id: ShortcutId): readonly string[] {
  const usual = table.find((s) => s.id === id)?.keys ?? [];
  const own = chosen[id];
  if (own === undefined) return usual;
  return own === "" ? [] : [own, ...usual.slice(1)];
}

/** clashes are the shortcuts that a key would be taken from: the same key, or one that begins or ends its sequence. */
export function clashes(chosen: Chosen, id: ShortcutId, chord: string): ShortcutId[] {
  const meets = (k: string) => k === chord || k.startsWith(`${chord} `) || chord.startsWith(`${k} `);
  return table.filter((s) => s.id !== id && keysIn(chosen, s.id).some(meets)).map((s) => s.id);
}

// Labels and tooltips are printed in many places that know no keyboard; there is one person at it.
let printed: Chosen = {};

export function keyOf(id: ShortcutId): string {
  return keysIn(printed, id)[0] ?? "";
}

export function labelOf(id: ShortcutId): Key {
  return table.find((s) => s.id === id)?.label ?? "key.help";
}

/** worksAnywhere says whether a shortcut acts while one writes, and so needs a modifier. */
export function worksAnywhere(id: ShortcutId): boolean {
  return table.some((s) => s.id === id && s.anywhere === true);
}

const SEQUENCE_LASTS = 1500;

export interface Stroke {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey?: boolean;
  isComposing: boolean;
  defaultPrevented: boolean;
  target: EventTarget | null;
  preventDefault(): void;
}

/** strokeOf names a keystroke as the table does, or "" for one that is none of ours (Alt types characters on many layouts). */
export function strokeOf(e: Stroke): string {
  if (e.isComposing || e.key === "Process" || e.key === "Dead" || e.altKey) return "";
  if (["Shift", "Control", "Meta", "Alt", "AltGraph", "CapsLock"].includes(e.key)) return "";
  const key = e.key === " " ? "Space" : e.key;
  if (!e.ctrlKey && !e.metaKey) return key;
  return `Mod+${e.shiftKey ? "Shift+" : ""}${key.length === 1 ? key.toLowerCase() : key}`;
}

interface Handler {
  fn: () => void;
  over: boolean;
}

/** Keyboard turns keystrokes into actions; the newest handler of an action wins. */
export class Keyboard {
  enabled = true;
  chosen: Chosen = {};
  /** The first stroke of a sequence whose second is awaited. */
  pending = "";
  private readonly handlers = new Map<ShortcutId, Handler[]>();
  private readonly listeners = new Set<() => void>();
  private settle: (() => void) | null = null;
  private pendingAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** set takes over what an agent prefers. */
  set(on: boolean, chosen: Chosen) {
    this.enabled = on;
    this.chosen = chosen;
    printed = chosen;
    this.wait("", 0);
  }

  readonly subscribe = (fn: () => void): (() => void) => {
    this.listeners.add(fn);
    return () => this.listeners.delete(fn);
  };

  readonly awaited = (): string => this.pending;

  /** handle takes an action over until the returned function is called; what is `over` others goes before newer ones. */
  handle(id: ShortcutId, fn: () => void, over = false): () => void {
    const handler = { fn, over };
    this.handlers.set(id, [...(this.handlers.get(id) ?? []), handler]);
    return () => this.handlers.set(id, (this.handlers.get(id) ?? []).filter((h) => h !== handler));
  }

  /** handles says whether an action can be run where one is now. */
  handles(id: ShortcutId): boolean {
    return (this.handlers.get(id)?.length ?? 0) > 0;
  }

  /** available are the actions that the screen offers now, in the order of the table. */
  available(): ShortcutId[] {
    return table.filter((s) => this.handles(s.id)).map((s) => s.id);
  }

  /** beforeActing names what must be on screen before a key may act on it: never on the ticket of a moment ago. */
  beforeActing(fn: () => void): () => void {
    this.settle = fn;
    return () => {
      if (this.settle === fn) this.settle = null;
    };
  }

  /** run does what a shortcut does, whoever asks: a key or the palette. */
  run(id: ShortcutId): boolean {
    if (!id.startsWith("list.")) this.settle?.();
    const all = this.handlers.get(id) ?? [];
    const handler = all.findLast((h) => h.over) ?? all.at(-1);
    handler?.fn();
    return handler !== undefined;
  }

  /** press answers whether the stroke ran an action or began a sequence. */
  press(e: Stroke, now = Date.now()): boolean {
    const stroke = e.defaultPrevented ? "" : strokeOf(e);
    if (stroke === "") return false;
    const chord = this.pending !== "" && now - this.pendingAt < SEQUENCE_LASTS ? `${this.pending} ${stroke}` : stroke;
    this.wait("", 0);
    const found = table.find((s) => this.hears(stroke) && keysIn(this.chosen, s.id).includes(chord));
    const blocked = belongsToField(e, found?.anywhere ?? false);
    if (found && !blocked && this.run(found.id)) {
      e.preventDefault();
      return true;
    }
    if (blocked || !this.enabled) return false;
    if (!table.some((s) => keysIn(this.chosen, s.id).some((k) => k.startsWith(`${chord} `)))) return false;
    this.wait(chord, now);
    return true;
  }

  /** The switch turns off keys that type something: a chord, Escape or F6 is nobody's accident, and no word to a computer that listens. */
  private hears(stroke: string): boolean {
    return this.enabled || (stroke.length > 1 && stroke !== "Space");
  }

  private wait(prefix: string, now: number) {
    clearTimeout(this.timer);
    this.pendingAt = now;
    if (prefix !== "") this.timer = setTimeout(() => this.wait("", 0), SEQUENCE_LASTS);
    if (this.pending === prefix) return;
    this.pending = prefix;
    for (const fn of this.listeners) fn();
  }
}

/** continuations are the sequences that a first stroke may become, for those that the screen offers. */
export function continuations(keyboard: Keyboard): { id: ShortcutId; rest: string }[] {
  const prefix = `${keyboard.pending} `;
  return keyboard.available().flatMap((id) => {
    const key = keysIn(keyboard.chosen, id).find((k) => k.startsWith(prefix));
    return key === undefined ? [] : [{ id, rest: key.slice(prefix.length) }];
  });
}

const layers = "dialog, [popover], [role=menu]";
const fields = "input, textarea, select, [contenteditable]";
const ownsEnter = "button, a[href], summary";

/** Menus and dialogs own their keys, and so do text fields; Enter belongs to whatever button or link has the focus. */
function belongsToField(e: Stroke, anywhere: boolean): boolean {
  const el = e.target as Element | null;
  if (el === null || typeof el.closest !== "function") return false;
  // A click on plain words in a dialog leaves the focus with the page behind it; the keys are the dialog's all the same.
  if (el.closest(layers) !== null || document.querySelector("dialog[open]") !== null) return true;
  if (el.closest(fields) !== null) return !anywhere;
  return (e.key === "Enter" || e.key === " ") && el.closest(ownsEnter) !== null;
}

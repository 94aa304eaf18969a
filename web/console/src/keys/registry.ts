import type { Key } from "../i18n/t";

/** Every shortcut of the console: the `?` sheet and the tooltips are printed from this table. */
export const shortcuts = [
  { id: "list.next", keys: ["j"], label: "key.next", group: "keys.list" },
  { id: "list.previous", keys: ["k"], label: "key.previous", group: "keys.list" },
  { id: "list.open", keys: ["Enter"], label: "key.open", group: "keys.list" },
  { id: "list.back", keys: ["u", "Escape"], label: "key.back", group: "keys.list" },
  { id: "list.select", keys: ["x"], label: "key.select", group: "keys.list" },
  { id: "list.select-next", keys: ["J"], label: "key.selectNext", group: "keys.list" },
  { id: "list.select-previous", keys: ["K"], label: "key.selectPrevious", group: "keys.list" },
  { id: "list.take-next", keys: ["N"], label: "key.takeNext", group: "keys.list" },
  { id: "list.search", keys: ["/"], label: "key.search", group: "keys.list" },
  { id: "ticket.reply", keys: ["r"], label: "key.reply", group: "keys.ticket" },
  { id: "ticket.note", keys: ["n"], label: "key.note", group: "keys.ticket" },
  { id: "ticket.resolve", keys: ["e"], label: "key.resolve", group: "keys.ticket" },
  { id: "ticket.resolve-next", keys: ["E"], label: "key.resolveNext", group: "keys.ticket" },
  { id: "ticket.assign", keys: ["a"], label: "key.assign", group: "keys.ticket" },
  { id: "ticket.take", keys: ["i"], label: "key.take", group: "keys.ticket" },
  { id: "ticket.handoff", keys: ["h"], label: "key.handoff", group: "keys.ticket" },
  { id: "ticket.snooze", keys: ["z"], label: "key.snooze", group: "keys.ticket" },
  { id: "ticket.tag", keys: ["t"], label: "key.tag", group: "keys.ticket" },
  { id: "ticket.priority", keys: ["p"], label: "key.priority", group: "keys.ticket" },
  { id: "offer.accept", keys: ["y"], label: "key.accept", group: "keys.go" },
  { id: "offer.decline", keys: ["d"], label: "key.decline", group: "keys.go" },
  { id: "go.inbox", keys: ["g i"], label: "key.goInbox", group: "keys.go" },
  { id: "go.mine", keys: ["g m"], label: "key.goMine", group: "keys.go" },
  { id: "go.unassigned", keys: ["g u"], label: "key.goUnassigned", group: "keys.go" },
  { id: "go.topics", keys: ["g t"], label: "key.goTopics", group: "keys.go" },
  { id: "go.reports", keys: ["g r"], label: "key.goReports", group: "keys.go" },
  { id: "go.settings", keys: ["g s"], label: "key.goSettings", group: "keys.go" },
  { id: "help", keys: ["?"], label: "key.help", group: "keys.go" },
] as const satisfies readonly { id: string; keys: readonly string[]; label: Key; group: Key }[];

export type ShortcutId = (typeof shortcuts)[number]["id"];

/** Chords of the composer: they work inside its text field, whatever the switch says. */
export const composerChords = [
  { keys: ["Mod Enter"], label: "key.send" },
  { keys: ["Mod Shift Enter"], label: "key.sendResolve" },
] as const satisfies readonly { keys: readonly string[]; label: Key }[];

export function keyOf(id: ShortcutId): string {
  return shortcuts.find((s) => s.id === id)?.keys[0] ?? "";
}

const SEQUENCE_LASTS = 1200;
const STORAGE = "heard.keys";

interface Stroke {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing: boolean;
  defaultPrevented: boolean;
  target: EventTarget | null;
  preventDefault(): void;
}

/** Keyboard turns keystrokes into actions; the newest handler of an action wins. */
export class Keyboard {
  enabled: boolean;
  private readonly handlers = new Map<ShortcutId, (() => void)[]>();
  private settle: (() => void) | null = null;
  private prefix = "";
  private prefixAt = 0;
  private readonly shelf: Pick<Storage, "getItem" | "setItem"> | null;

  constructor(shelf: Pick<Storage, "getItem" | "setItem"> | null) {
    this.shelf = shelf;
    this.enabled = read(shelf) !== "off";
  }

  toggle(on: boolean) {
    this.enabled = on;
    try {
      this.shelf?.setItem(STORAGE, on ? "on" : "off");
    } catch {
      // Storage may be denied; the switch then holds for this tab.
    }
  }

  handle(id: ShortcutId, fn: () => void): () => void {
    this.handlers.set(id, [...(this.handlers.get(id) ?? []), fn]);
    return () => this.handlers.set(id, (this.handlers.get(id) ?? []).filter((h) => h !== fn));
  }

  /** beforeActing names what must be on screen before a key may act on it: never on the ticket of a moment ago. */
  beforeActing(fn: () => void): () => void {
    this.settle = fn;
    return () => {
      if (this.settle === fn) this.settle = null;
    };
  }

  /** press answers whether the stroke ran an action or began a sequence. */
  press(e: Stroke, now = Date.now()): boolean {
    if (!this.enabled || e.defaultPrevented || e.isComposing || e.key === "Process") return false;
    if (e.ctrlKey || e.metaKey || e.altKey || belongsToField(e)) return false;
    const chord = this.prefix !== "" && now - this.prefixAt < SEQUENCE_LASTS ? `${this.prefix} ${e.key}` : e.key;
    this.prefix = "";
    const id = shortcuts.find((s) => (s.keys as readonly string[]).includes(chord))?.id;
    if (id !== undefined && !id.startsWith("list.")) this.settle?.();
    const run = id === undefined ? undefined : this.handlers.get(id)?.at(-1);
    if (run !== undefined) {
      e.preventDefault();
      run();
      return true;
    }
    if (shortcuts.some((s) => s.keys[0].startsWith(`${chord} `))) {
      this.prefix = chord;
      this.prefixAt = now;
      return true;
    }
    return false;
  }
}

function read(shelf: Pick<Storage, "getItem"> | null): string | null {
  try {
    return shelf?.getItem(STORAGE) ?? null;
  } catch {
    return null;
  }
}

const ownsKeys = "input, textarea, select, [contenteditable], dialog, [popover], [role=menu]";
const ownsEnter = "button, a[href], summary";

/** Text fields, menus and dialogs own their keys; Enter belongs to whatever button or link has the focus. */
function belongsToField(e: Stroke): boolean {
  const el = e.target as Element | null;
  if (el === null || typeof el.closest !== "function") return false;
  if (el.closest(ownsKeys) !== null) return true;
  return (e.key === "Enter" || e.key === " ") && el.closest(ownsEnter) !== null;
}

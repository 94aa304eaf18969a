import type { MacroAction } from "../../../shared/src/wire.gen";
import type { Attachment } from "../api/types";

/** One message on its way: kept until the server has acked it, also across a reload. */
export interface Outgoing {
  client_id: string;
  ticket: string;
  kind: "reply" | "note";
  body: string;
  /** Files that were uploaded before. */
  attachments?: Attachment[] | undefined;
  last_seq: number;
  /** The stored draft that this was: it goes with the message, so that no other device shows it again. */
  draft_rev?: number;
  at: string;
  /** Held: the server has it and sends it later, or has refused to. */
  state: "sending" | "failed" | "held" | "refused";
  held?: Held | undefined;
  /** Why it failed, in words for the agent. */
  reason?: string | undefined;
  /** The event that the server made of it; the bubble stays until that event is on screen. */
  seq?: number | undefined;
}

/** What the server is asked to do with a message that it sends. */
export interface Held {
  id?: string;
  release_at: string;
  delay_s?: number;
  send_at?: string;
  then?: { kind: string; until?: string };
  macro?: string;
  actions?: MacroAction[];
  /** Braces in it are meant as they stand. */
  placeholders?: "keep";
  /** It has not reached the server yet. */
  waits?: boolean;
  /** Why it was refused, or what was to follow it. */
  code?: string;
}

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Outbox holds unacked messages, in the order they were written. */
export class Outbox {
  private items: Outgoing[];
  private readonly shelf: Shelf | null;
  private readonly key: string;
  private readonly listeners = new Set<() => void>();

  constructor(shelf: Shelf | null, owner: string) {
    this.shelf = shelf;
    this.key = `heard.outbox.${owner}`;
    this.items = load(shelf, this.key);
  }

  subscribe = (fn: () => void) => {
    this.listeners.add(fn);
    return () => void this.listeners.delete(fn);
  };

  all = () => this.items;

  add(item: Outgoing) {
    this.put([...this.items.filter((i) => i.client_id !== item.client_id), item]);
  }

  change(clientId: string, part: Partial<Outgoing>) {
    this.put(this.items.map((i) => (i.client_id === clientId ? { ...i, ...part } : i)));
  }

  take(clientId: string): Outgoing | undefined {
    const item = this.items.find((i) => i.client_id === clientId);
    if (item !== undefined) this.put(this.items.filter((i) => i !== item));
    return item;
  }

  /** shown drops acked messages whose event has arrived. */
  shown(ticket: string, newest: number) {
    const left = this.items.filter((i) => i.ticket !== ticket || i.seq === undefined || i.seq > newest);
    if (left.length !== this.items.length) this.put(left);
  }

  private put(items: Outgoing[]) {
    this.items = items;
    try {
      const keep = items.filter((i) => i.seq === undefined);
      if (keep.length === 0) this.shelf?.removeItem(this.key);
      else this.shelf?.setItem(this.key, JSON.stringify(keep));
    } catch {
      // A full or denied storage costs the reload safety, not the message.
    }
    this.listeners.forEach((fn) => fn());
  }
}

function load(shelf: Shelf | null, key: string): Outgoing[] {
  try {
    const items = JSON.parse(shelf?.getItem(key) ?? "[]") as Outgoing[];
    return Array.isArray(items) ? items.filter((i) => typeof i.client_id === "string" && typeof i.body === "string") : [];
  } catch {
    return [];
  }
}

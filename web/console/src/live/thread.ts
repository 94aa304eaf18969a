import type { Event, Page } from "../api/types";
import { emptyThread, fold, foldOlder, foldPage, hasGap, type Thread } from "./fold";
import type { Outgoing } from "./outbox";
import { Store } from "./store";

export const WINDOW = 40;

export interface Person {
  id: string;
  name: string;
}

/** A customer who writes; `preview` is what so far, where the inbox allows it. */
export interface Typist extends Person {
  preview: string;
}

/** What the server refused because something newer is there: shown above the draft. */
export interface Guard {
  item: Outgoing;
  events: Event[];
  last_seq: number;
}

export interface ThreadView {
  thread: Thread;
  phase: "loading" | "ready" | "error";
  error: unknown;
  older: "none" | "more" | "loading";
  customerSeen: number;
  typing: Typist | null;
  viewers: Person[];
  composing: string[];
  guard: Guard | null;
}

/** How a thread reads the log; the paths and the socket are somebody else's business. */
export interface Reader {
  events(ticket: string, after: number, limit?: number): Promise<Page<Event>>;
  folded(ticket: string, newest: number): void;
}

const blank: ThreadView = {
  thread: emptyThread,
  phase: "loading",
  error: null,
  older: "none",
  customerSeen: 0,
  typing: null,
  viewers: [],
  composing: [],
  guard: null,
};

/** LiveThread is one ticket's thread, kept current by the event log. */
export class LiveThread extends Store<ThreadView> {
  readonly ticket: string;
  private readonly reader: Reader;
  private filling = false;

  constructor(ticket: string, reader: Reader) {
    super(blank);
    this.ticket = ticket;
    this.reader = reader;
  }

  get newest() {
    return this.get().thread.newest;
  }

  /** load reads the newest window, or only what is missing when the thread was on screen before. */
  async load(lastSeq: number) {
    const known = this.newest;
    if (this.get().phase === "ready" && lastSeq - known <= WINDOW) return this.fill();
    const after = Math.max(0, lastSeq - WINDOW);
    this.patch({ phase: "loading", error: null });
    try {
      const page = await this.reader.events(this.ticket, after);
      const held = this.get().thread.held;
      this.show(foldPage({ ...emptyThread, held, newest: after }, page.items), {
        phase: "ready",
        older: after > 0 ? "more" : "none",
      });
      if (page.next) await this.fill();
    } catch (error) {
      this.patch({ phase: "error", error });
    }
  }

  /** loadOlder puts the events before the window in front of it. */
  async loadOlder(size = WINDOW) {
    const { thread, older } = this.get();
    const oldest = thread.events[0]?.seq ?? 1;
    if (older !== "more") return;
    const after = Math.max(0, oldest - 1 - size);
    this.patch({ older: "loading" });
    try {
      const page = await this.reader.events(this.ticket, after, Math.max(1, oldest - 1 - after));
      this.patch({ thread: foldOlder(this.get().thread, page.items), older: after > 0 ? "more" : "none" });
    } catch {
      this.patch({ older: "more" });
    }
  }

  /** event folds one frame; a hole before it is read from the log. */
  event(e: Event) {
    this.show(fold(this.get().thread, e), {});
    if (this.get().phase === "ready" && hasGap(this.get().thread)) void this.fill();
  }

  /** fill reads the log from the newest event on until nothing is missing. */
  async fill() {
    if (this.filling) return;
    this.filling = true;
    try {
      for (let more = true; more; ) {
        const page = await this.reader.events(this.ticket, this.newest);
        const before = this.newest;
        this.show(foldPage(this.get().thread, page.items), {});
        more = this.newest > before && (Boolean(page.next) || hasGap(this.get().thread));
      }
    } catch {
      // The next frame or the next connection tries again.
    } finally {
      this.filling = false;
    }
  }

  private show(thread: Thread, part: Partial<ThreadView>) {
    if (thread !== this.get().thread || Object.keys(part).length > 0) this.patch({ ...part, thread });
    this.reader.folded(this.ticket, thread.newest);
  }
}

import { api, query } from "../api/http";
import type { Behind, Page, Ticket } from "../api/types";
import { appendPage, applyChanged, settleLeft, showArrivals, type TicketList } from "../live/list";
import { Store } from "../live/store";
import { contains, type Source } from "./source";

const PAGE = 50;

export interface ListView extends TicketList {
  phase: "loading" | "ready" | "error";
  error: unknown;
  more: boolean;
  /** Of the tickets behind a figure: how many they are. */
  behind?: Behind | undefined;
}

const blank: ListView = { rows: [], arrivals: [], phase: "loading", error: null, more: false };

/** ListStore is one list of tickets, paged by cursor and kept current by `changed` frames. */
export class ListStore extends Store<ListView> {
  source: Source;
  private readonly me: string;
  /** Whether rows may move; the list on screen says. */
  settled: () => boolean = () => true;
  open: string | undefined;
  /** What has been read here: a summary that was made before the server knew must not mark it unread again. */
  private readonly readTo = new Map<string, number>();

  constructor(source: Source, me: string) {
    super(blank);
    this.source = source;
    this.me = me;
  }

  async load() {
    if (this.get().phase === "error") this.patch({ phase: "loading", error: null });
    try {
      const page = await this.page();
      const next = page.next ?? undefined;
      this.patch({ rows: this.keepOpen(page.items), arrivals: [], next, phase: "ready", error: null, behind: page.behind });
    } catch (error) {
      if (this.get().phase === "ready") return;
      this.patch({ phase: "error", error });
    }
  }

  async loadMore() {
    const { next, more, phase } = this.get();
    if (!next || more || phase !== "ready") return;
    this.patch({ more: true });
    try {
      const page = await this.page(next);
      this.set({ ...this.get(), ...appendPage(this.get(), page.items, page.next ?? undefined), more: false });
    } catch {
      this.patch({ more: false });
    }
  }

  changed = (t: Ticket) => {
    const known = this.get().rows.some((r) => r.id === t.id);
    const matches = contains(this.source, t, this.me, known);
    const told = t.last_seq <= (this.readTo.get(t.id) ?? 0) ? { ...t, unread: 0 } : t;
    const placed = applyChanged(this.get(), told, { matches, settled: this.settled(), open: this.open });
    this.set({ ...this.get(), ...placed });
  };

  showArrivals() {
    this.set({ ...this.get(), ...showArrivals(this.get()) });
  }

  /** opened remembers which row must stay, and lets go of the one that stayed for the last. */
  opened(id: string | undefined) {
    this.open = id;
    this.set({ ...this.get(), ...settleLeft(this.get(), (t) => contains(this.source, t, this.me, true), id) });
  }

  /** read clears the unread mark of a ticket that is on screen. */
  read(id: string, seq: number) {
    this.readTo.set(id, seq);
    const { rows } = this.get();
    if (!rows.some((r) => r.id === id && (r.unread ?? 0) > 0)) return;
    this.patch({ rows: rows.map((r) => (r.id === id ? { ...r, unread: 0 } : r)) });
  }

  private page(cursor?: string): Promise<Page<Ticket> & { behind?: Behind }> {
    return api.get<Page<Ticket> & { behind?: Behind }>(`/tickets${query({ ...this.source.query, limit: PAGE, cursor })}`);
  }

  /** The open ticket keeps its row when a fresh page no longer has it. */
  private keepOpen(rows: Ticket[]): Ticket[] {
    const open = this.get().rows.findIndex((r) => r.id === this.open);
    const row = this.get().rows[open];
    if (row === undefined || rows.some((r) => r.id === row.id)) return rows;
    return [...rows.slice(0, open), row, ...rows.slice(open)];
  }
}

import { api, query } from "../api/http";
import type { Behind, Page } from "../api/types";
import { appendPage, applyChanged, refreshed, showArrivals, sweep, type Ticket, type TicketList } from "../live/list";
import { Store } from "../live/store";
import { kept, nothing, type Selection } from "./selection";
import { contains, type Source } from "./source";

const PAGE = 50;
const MORE = 100;
/** How many pages a reload reads at most to cover what had been loaded. */
const COVERED = 10;

export interface ListView extends TicketList {
  phase: "loading" | "ready" | "error";
  error: unknown;
  more: boolean;
  /** The next page did not come: the reader may ask for it again. */
  stuck: boolean;
  /** Of the tickets behind a figure: how many they are. */
  behind?: Behind | undefined;
  /** Of a search that takes long: down to when tickets were looked through. */
  readTo?: string | undefined;
  /** The server found more than it tells of. */
  partial?: boolean | undefined;
}

/** Answer is a page of tickets, and what the server says of it. */
interface Answer extends Page<Ticket> {
  behind?: Behind;
  partial?: boolean;
  read_to?: string;
}

function reached(page: Answer): Pick<ListView, "readTo" | "partial"> {
  return { readTo: page.next ? page.read_to : undefined, partial: page.partial === true && !page.read_to };
}

/** Cursor is the row that keys act on when no ticket is open, and where ranges grow to. */
export interface Chosen extends Selection {
  cursor: string | null;
}

const blank: ListView = { rows: [], arrivals: [], left: new Set(), stirred: new Set(), phase: "loading", error: null, more: false, stuck: false };

const TRIES = 5;
const TRY_AFTER = 400;

/** ListStore is one list of tickets, paged by cursor and kept current by `changed` frames. */
export class ListStore extends Store<ListView> {
  source: Source;
  readonly chosen = new Store<Chosen>({ ...nothing, cursor: null });
  private readonly me: string;
  /** Whether rows may move; the list on screen says. */
  settled: () => boolean = () => true;
  /** Nobody points at the list or moves about in it. */
  idle: () => boolean = () => true;
  open: string | undefined;
  /** What has been read here: a summary that was made before the server knew must not mark it unread again. */
  private readonly readTo = new Map<string, number>();
  private loads = 0;
  private onItsWay: Promise<void> | null = null;
  /** Which reading of the list is on screen: a page that was asked for behind another one fits no more. */
  private reading = 0;

  constructor(source: Source, me: string) {
    super({ ...blank, order: source.order });
    this.source = source;
    this.me = me;
  }

  /** load reads the list anew, as far down as it had been loaded. */
  async load() {
    if (this.get().phase === "error") this.patch({ phase: "loading", error: null });
    const mine = ++this.loads;
    try {
      const wanted = () => this.get().rows.length;
      const first = await this.page(PAGE);
      let [rows, next, last] = [first.items, first.next ?? undefined, first];
      for (let pages = 1; next !== undefined && rows.length < Math.max(1, wanted()) && pages < COVERED; pages++) {
        const page = (last = await this.page(MORE, next));
        rows = [...rows, ...page.items];
        next = page.next ?? undefined;
      }
      if (mine !== this.loads) return;
      this.reading++;
      const list = refreshed(this.get(), rows, next, rows.length >= wanted());
      this.set({ ...this.get(), ...list, rows: this.keepOpen(list.rows), phase: "ready", error: null, stuck: false, behind: first.behind, ...reached(last) });
      this.prune();
    } catch (error) {
      if (mine !== this.loads || (this.get().phase === "ready" && !isRefusal(error))) return;
      this.patch({ phase: "error", error });
    }
  }

  /** loadMore reads the next page. Whoever asks while one is on its way waits for the same one. */
  loadMore(): Promise<void> {
    const { next, phase } = this.get();
    if (next && phase === "ready") this.onItsWay ??= this.readMore(next);
    return this.onItsWay ?? Promise.resolve();
  }

  private async readMore(next: string): Promise<void> {
    const mine = this.reading;
    this.patch({ more: true, stuck: false });
    try {
      const page = await this.page(MORE, next);
      if (mine === this.reading) return this.arrived({ ...appendPage(this.get(), page.items, page.next ?? undefined), ...reached(page) });
    } catch {
      return this.arrived({ stuck: true });
    }
    const { next: again } = this.get();
    return again ? this.readMore(again) : this.arrived({});
  }

  /** arrived shows a page. Nothing is on its way any more before that: who sees that there is another asks at once. */
  private arrived(part: Partial<ListView>) {
    this.onItsWay = null;
    this.patch({ ...part, more: false });
  }

  /** loadUntil reads on until a row is there, or so many are. A page that failed is asked for some more times. */
  async loadUntil(id: string, most: number) {
    let failed = 0;
    while (this.get().phase === "ready" && this.get().next !== undefined && this.get().rows.length < most && !this.get().rows.some((r) => r.id === id)) {
      const before = this.get().next; // a page may hold nothing that belongs, and lead on all the same
      await this.loadMore();
      if (this.get().next !== before) failed = 0;
      else if (++failed > TRIES) return;
      else await new Promise((go) => setTimeout(go, failed * TRY_AFTER));
    }
  }

  /** heard folds in what the server tells; it judges what belongs wherever it can. */
  heard = (t: Ticket, belongs?: boolean) => {
    if (this.get().phase === "ready") this.place(t, belongs ?? this.contains(t), false);
  };

  /** changed shows what the reader did. */
  changed = (t: Ticket) => this.place(t, this.contains(t), true);

  /** acted shows at once what the reader did to many, and answers the rows as they were. */
  acted(ids: readonly string[], change: (t: Ticket) => Partial<Ticket>): Ticket[] {
    const wanted = new Set(ids);
    const before = this.get().rows.filter((r) => wanted.has(r.id));
    for (const row of before) this.changed({ ...row, ...change(row) });
    this.prune();
    return before;
  }

  /** putBack shows rows as they were before an act that was refused or undone. */
  putBack(rows: readonly Ticket[]) {
    for (const row of rows) this.place(row, true, true);
  }

  showArrivals() {
    this.set({ ...this.get(), ...showArrivals(this.get(), this.open) });
    this.prune();
  }

  /** sweep lets the rows go that only kept their place under the pointer. */
  sweep() {
    this.set(this.swept(this.open));
    this.prune();
  }

  /** rise lets the rows go up that only kept their place, unless somebody is to let others in first. */
  rise() {
    if (this.get().stirred.size > 0 && this.get().arrivals.length === 0 && this.settled()) this.showArrivals();
  }

  /** opened remembers which row must stay, and lets go of the one that stayed for the last. */
  opened(id: string | undefined) {
    const last = this.open;
    this.open = id;
    if (id !== undefined) this.chosen.patch({ cursor: id });
    if (last !== undefined && last !== id && this.get().left.has(last)) this.sweep();
  }

  /** read clears the unread mark of a ticket that is on screen. */
  read(id: string, seq: number) {
    this.readTo.set(id, seq);
    const { rows } = this.get();
    if (!rows.some((r) => r.id === id && (r.unread ?? 0) > 0)) return;
    this.patch({ rows: rows.map((r) => (r.id === id ? { ...r, unread: 0 } : r)) });
  }

  /** unread marks a ticket as not read, whatever was read of it here before. */
  unread(id: string) {
    this.readTo.delete(id);
    const { rows } = this.get();
    if (rows.some((r) => r.id === id && r.unread === 0)) this.patch({ rows: rows.map((r) => (r.id === id ? { ...r, unread: 1 } : r)) });
  }

  /** drafted marks where the reader has begun to write. */
  drafted(id: string, draft: boolean) {
    const { rows } = this.get();
    if (rows.some((r) => r.id === id && (r.draft ?? false) !== draft)) this.patch({ rows: rows.map((r) => (r.id === id ? { ...r, draft } : r)) });
  }

  private place(t: Ticket, matches: boolean, own: boolean) {
    const told = t.last_seq <= (this.readTo.get(t.id) ?? 0) ? { ...t, unread: 0 } : t;
    const placed = applyChanged(this.get(), told, { matches, settled: this.settled(), open: this.open, own });
    if (placed !== this.get()) this.set({ ...this.get(), ...placed });
  }

  private contains(t: Ticket): boolean {
    return contains(this.source, t, this.me, this.get().rows.some((r) => r.id === t.id));
  }

  private swept(open: string | undefined): ListView {
    const list = sweep(this.get(), open);
    return list === this.get() ? this.get() : { ...this.get(), ...list };
  }

  private prune() {
    const now = this.chosen.get();
    const next = kept(now, this.get().rows.map((r) => r.id));
    if (next !== now) this.chosen.patch(next);
  }

  private page(limit: number, cursor?: string): Promise<Answer> {
    return api.get<Answer>(`/tickets${query({ ...this.source.query, limit, cursor })}`);
  }

  /** The open ticket keeps its row when a fresh page no longer has it. */
  private keepOpen(rows: Ticket[]): Ticket[] {
    const open = this.get().rows.findIndex((r) => r.id === this.open);
    const row = this.get().rows[open];
    if (row === undefined || rows.some((r) => r.id === row.id)) return rows;
    return [...rows.slice(0, open), row, ...rows.slice(open)];
  }
}

/** A search that the server does not understand leaves nothing to show, whatever was there before. */
function isRefusal(error: unknown): boolean {
  return typeof error === "object" && error !== null && (error as { status?: number }).status === 422;
}

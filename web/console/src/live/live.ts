import { api, Problem, query } from "../api/http";
import { upload } from "../api/upload";
import type { Agent, Availability, Event, Me, Page, Ticket } from "../api/types";
import type { Notification } from "../../../shared/src/wire.gen";
import { Offers } from "./offers";
import { Outbox, type Outgoing, type Shelf } from "./outbox";
import { browserHost, ConsoleSocket, type Frame, type Host } from "./socket";
import { Store } from "./store";
import { LiveThread, type Person, type Reader } from "./thread";
import { Tray, type Uploader } from "./tray";

const KEPT_THREADS = 24;
const TYPING_LASTS = 6000;
const BY_HTTP_AFTER = 4000;
const MISSED_EVENT_AFTER = 400;

export interface Presence {
  availability: Availability;
  agents: Record<string, Partial<Agent>>;
}

/** Something about a ticket of mine that I should hear of, wherever I am. */
export interface Notice {
  kind: string;
  ticket: string;
  title: string;
  body: string;
  /** Of an offer that ended. */
  outcome?: string;
}

/** What changed in the bell: one notification, or that some were read. */
export interface BellFrame {
  unread: number;
  bell?: boolean;
  item?: Notification;
  read?: string[];
}

export interface LiveOptions {
  me: Me;
  host?: Host;
  uploader?: Uploader;
  shelf: Shelf | null;
  url: string;
  onEpoch(): void;
  onSignedOut(): void;
}

/** Live is the console's one connection: it feeds threads, lists, counts and presence, and sends what agents write. */
export class Live implements Reader {
  readonly me: string;
  readonly socket: ConsoleSocket;
  readonly outbox: Outbox;
  readonly counts = new Store<Record<string, number>>({});
  readonly presence: Store<Presence>;
  readonly offers: Offers;
  /** How much concerns me that I have not read, and what of it is known here. */
  readonly bell = new Store(0);
  readonly unreadOf = new Map<string, Notification>();
  private readonly threads = new Map<string, LiveThread>();
  private readonly trays = new Map<string, Tray>();
  private readonly uploader: Uploader;
  private readonly watched = new Set<string>();
  private readonly changedListeners = new Set<(t: Ticket, belongs?: boolean) => void>();
  private readonly frameListeners = new Map<string, Set<(f: Frame) => void>>();
  private readonly ackListeners = new Set<(o: Outgoing) => void>();
  private readonly notifyListeners = new Set<(n: Notice) => void>();
  private readonly bellListeners = new Set<(f: BellFrame) => void>();
  private readonly openListeners = new Map<() => void, boolean>();
  private readonly typingTimers = new Map<string, number>();
  /** Which list is on screen; counts come with it, so that there is always one. */
  private list: Frame = { type: "list", view: "mine" };
  private opened = false;

  constructor(o: LiveOptions) {
    this.me = o.me.agent.id;
    this.uploader = o.uploader ?? upload;
    this.offers = new Offers(this.me, o.host ?? browserHost);
    this.outbox = new Outbox(o.shelf, this.me);
    this.presence = new Store<Presence>({ availability: o.me.agent.availability, agents: {} });
    this.socket = new ConsoleSocket({
      url: o.url,
      epoch: o.me.epoch,
      ...(o.host ? { host: o.host } : {}),
      onFrame: (f) => this.frame(f),
      onOpen: (f) => this.greeted(f),
      onEpoch: o.onEpoch,
      onSignedOut: o.onSignedOut,
    });
  }

  start() {
    this.socket.connect();
    for (const item of this.outbox.all()) this.byHttpLater(item.client_id);
  }

  stop() {
    this.socket.stop();
  }

  // Lists

  announce(view: string, filter?: Record<string, unknown>) {
    this.list = filter === undefined ? { type: "list", view } : { type: "list", view, filter };
    this.socket.send(this.list);
  }

  /** onFrame hears the frames of one type, as they come. */
  onFrame(type: string, fn: (f: Frame) => void) {
    const all = this.frameListeners.get(type) ?? new Set();
    this.frameListeners.set(type, all.add(fn));
    return () => void all.delete(fn);
  }

  /** onChanged hears of every ticket that changed, and whether it belongs in the list on screen where the server judged that. */
  onChanged(fn: (t: Ticket, belongs?: boolean) => void) {
    this.changedListeners.add(fn);
    return () => void this.changedListeners.delete(fn);
  }

  /** onReopened tells when a lost connection is back, and with `first` also when the first one stands, to who read before it did. */
  onReopened(fn: () => void, first = false) {
    this.openListeners.set(fn, first);
    return () => void this.openListeners.delete(fn);
  }

  onBell(fn: (f: BellFrame) => void) {
    this.bellListeners.add(fn);
    return () => void this.bellListeners.delete(fn);
  }

  onNotice(fn: (n: Notice) => void) {
    this.notifyListeners.add(fn);
    return () => void this.notifyListeners.delete(fn);
  }

  // Threads

  thread(ticket: string): LiveThread {
    const known = this.threads.get(ticket);
    const thread = known ?? new LiveThread(ticket, this);
    this.threads.delete(ticket);
    this.threads.set(ticket, thread);
    for (const [id] of this.threads) {
      if (this.threads.size <= KEPT_THREADS) break;
      if (!this.watched.has(id)) this.threads.delete(id);
    }
    return thread;
  }

  /** tray holds the files of a ticket's next reply or note; uploads go on while another ticket is on screen. */
  tray(ticket: string, kind: Outgoing["kind"]): Tray {
    const tray = this.trays.get(ticket + kind) ?? new Tray(this.uploader);
    this.trays.set(ticket + kind, tray);
    return tray;
  }

  /** watch follows a loaded ticket from its newest event on, until the returned function is called. */
  watch(ticket: string): () => void {
    this.watched.add(ticket);
    this.socket.send({ type: "watch", ticket, after: this.thread(ticket).newest });
    return () => {
      this.watched.delete(ticket);
      this.socket.send({ type: "unwatch", ticket });
      this.threads.get(ticket)?.patch({ viewers: [], composing: [], typing: null });
    };
  }

  events(ticket: string, after: number, limit?: number): Promise<Page<Event>> {
    return api.get<Page<Event>>(`/tickets/${ticket}/events${query({ after, limit })}`);
  }

  folded(ticket: string, newest: number) {
    this.outbox.shown(ticket, newest);
  }

  seen(ticket: string, seq: number) {
    this.socket.send({ type: "seen", ticket, seq });
  }

  typing(ticket: string, on: boolean) {
    this.socket.send({ type: "typing", ticket, on });
  }

  composing(ticket: string, on: boolean) {
    this.socket.send({ type: "composing", ticket, on });
  }

  setAvailability(state: Availability) {
    this.presence.patch({ availability: state });
    if (!this.socket.send({ type: "availability", state })) void api.put("/me/availability", { state }).catch(() => {});
  }

  // Sending

  onAcked(fn: (o: Outgoing) => void) {
    this.ackListeners.add(fn);
    return () => void this.ackListeners.delete(fn);
  }

  send(item: Outgoing) {
    this.outbox.add(item);
    this.transmit(item);
  }

  retry(clientId: string) {
    this.outbox.change(clientId, { state: "sending", reason: undefined });
    const item = this.outbox.all().find((i) => i.client_id === clientId);
    if (item) this.transmit(item);
  }

  private transmit(item: Outgoing) {
    const { client_id, ticket, body, last_seq } = item;
    const rest = { client_id, ticket, body, ...filesOf(item), ...draftOf(item) };
    const frame: Frame =
      item.kind === "note"
        ? { type: "note", ...rest }
        : { type: "send", ...rest, ...(last_seq > 0 ? { last_seq } : {}) };
    this.socket.send(frame);
    this.byHttpLater(client_id);
  }

  /** byHttpLater sends over HTTP what the socket did not get acked; the same client id makes that harmless. */
  private byHttpLater(clientId: string) {
    window.setTimeout(() => {
      const item = this.outbox.all().find((i) => i.client_id === clientId);
      if (item !== undefined && item.state === "sending" && item.seq === undefined) void this.byHttp(item);
    }, BY_HTTP_AFTER);
  }

  private async byHttp(item: Outgoing) {
    const { client_id, body, last_seq } = item;
    const note = item.kind === "note";
    try {
      const ack = await api.post<{ seq: number }>(`/tickets/${item.ticket}/${note ? "notes" : "messages"}`, {
        client_id,
        body,
        ...filesOf(item),
        ...draftOf(item),
        ...(note || last_seq === 0 ? {} : { last_seq }),
      });
      this.acked(client_id, ack.seq);
    } catch (err) {
      if (!(err instanceof Problem)) throw err;
      if (err.status === 0 || err.status >= 500 || err.status === 429) return this.byHttpLater(client_id);
      void this.refused(client_id, err.code, err.message, err.body.events);
    }
  }

  /** went is told of a held message that the server has sent. */
  went(clientId: string, seq: number) {
    this.outbox.change(clientId, { state: "sending" });
    this.acked(clientId, seq);
  }

  /** guard shows what is newer than a message that was refused for it. */
  async guard(item: Outgoing, events?: unknown) {
    const thread = this.thread(item.ticket);
    const missing = Array.isArray(events) ? (events as Event[]) : await this.missing(item);
    missing.forEach((e) => thread.event(e));
    const newest = missing.reduce((max, e) => Math.max(max, e.seq), item.last_seq);
    thread.patch({ guard: { item, events: missing, last_seq: newest } });
  }

  private acked(clientId: string, seq: number) {
    const item = this.outbox.all().find((i) => i.client_id === clientId);
    if (item === undefined) return;
    const thread = this.threads.get(item.ticket);
    this.outbox.change(clientId, { seq });
    if (thread !== undefined && thread.newest >= seq) this.outbox.shown(item.ticket, thread.newest);
    else window.setTimeout(() => thread !== undefined && thread.newest < seq && void thread.fill(), MISSED_EVENT_AFTER);
    this.ackListeners.forEach((fn) => fn({ ...item, seq }));
  }

  private async refused(clientId: string, code: string, detail: string, events: unknown) {
    if (code !== "newer_messages") return this.outbox.change(clientId, { state: "failed", reason: detail });
    const item = this.outbox.take(clientId);
    if (item !== undefined) await this.guard(item, events);
  }

  private async missing(item: Outgoing): Promise<Event[]> {
    try {
      const page = await this.events(item.ticket, item.last_seq);
      return page.items.filter((e) => e.kind.startsWith("message.") && !this.isMe(e.by));
    } catch {
      return [];
    }
  }

  // Frames

  private greeted(welcome: Frame) {
    if (typeof welcome.availability === "string") this.presence.patch({ availability: welcome.availability as Availability });
    this.offers.greeted(welcome.time);
    this.socket.send(this.list);
    for (const ticket of this.watched) this.socket.send({ type: "watch", ticket, after: this.thread(ticket).newest });
    for (const item of this.outbox.all()) if (item.state === "sending" && item.seq === undefined) this.transmit(item);
    this.openListeners.forEach((first, fn) => (this.opened || first) && fn());
    this.opened = true;
  }

  private frame(f: Frame) {
    const thread = typeof f.ticket === "string" ? this.threads.get(f.ticket) : undefined;
    this.frameListeners.get(f.type)?.forEach((fn) => fn(f));
    switch (f.type) {
      case "event":
        return thread?.event(f.event as Event);
      case "changed":
        this.offers.changed(f.ticket as Ticket);
        return this.changedListeners.forEach((fn) => fn(f.ticket as Ticket, typeof f.belongs === "boolean" ? f.belongs : undefined));
      case "counts":
        return this.counts.set({ ...this.counts.get(), ...numbers(f.counts ?? f.views ?? f) });
      case "ack":
        return this.acked(String(f.client_id), Number(f.seq));
      case "error":
        return this.error(f);
      case "seen":
        if (thread && person(f.by).kind !== "agent") {
          thread.patch({ customerSeen: Math.max(thread.get().customerSeen, Number(f.seq)) });
        }
        return;
      case "typing":
        return thread && this.showTyping(thread, f);
      case "viewers":
        return thread?.patch({
          viewers: people(f.agents).filter((p) => p.id !== this.me),
          composing: people(f.composing).map((p) => p.id).filter((id) => id !== this.me),
        });
      case "notify":
        return this.notice(f);
      case "presence":
        return this.showPresence(f);
    }
  }

  private rings(f: BellFrame) {
    if (f.item && f.bell) this.unreadOf.set(f.item.id, f.item);
    f.read?.forEach((id) => this.unreadOf.delete(id));
    this.bell.set(f.unread);
    this.bellListeners.forEach((fn) => fn(f));
  }

  private notice(f: Frame) {
    if (f.kind === "bell") return this.rings(f as unknown as BellFrame);
    const n: Notice = { kind: String(f.kind), ticket: String(f.ticket), title: String(f.title ?? ""), body: String(f.body ?? "") };
    if (n.kind === "offer") this.offers.made(n.ticket, String(f.until));
    // What was answered here is gone already: then nobody needs to hear of its end.
    if (n.kind === "offer_ended" && this.offers.ended(n.ticket)) n.outcome = String(f.outcome ?? "");
    this.notifyListeners.forEach((fn) => fn(n));
  }

  private error(f: Frame) {
    if (typeof f.client_id !== "string") return;
    const code = String(f.code);
    if (code === "unavailable" || code === "rate_limited") return this.byHttpLater(f.client_id);
    void this.refused(f.client_id, code, String(f.detail ?? ""), f.events);
  }

  private showTyping(thread: LiveThread, f: Frame) {
    const by = person(f.by);
    window.clearTimeout(this.typingTimers.get(thread.ticket));
    // Colleagues who write are told by "viewers", also when they write a note.
    if (by.kind === "agent") return;
    thread.patch({ typing: f.on === true ? { ...by, preview: typeof f.preview === "string" ? f.preview : "" } : null });
    const done = window.setTimeout(() => thread.patch({ typing: null }), TYPING_LASTS);
    this.typingTimers.set(thread.ticket, done);
  }

  /** Ids are unique per kind only: customer 7 is not agent 7. */
  private isMe(by: { kind: string; id?: string | null }): boolean {
    return by.kind === "agent" && by.id === this.me;
  }

  private showPresence(f: Frame) {
    const about = f.agent;
    const id = typeof about === "string" ? about : about && typeof about === "object" ? String((about as Agent).id) : this.me;
    const part = typeof about === "object" && about !== null ? (about as Partial<Agent>) : {};
    const availability = (f.availability ?? part.availability) as Availability | undefined;
    const { agents } = this.presence.get();
    const load = typeof f.load === "number" ? { load: f.load } : {};
    const merged = { ...agents[id], ...part, ...load, ...(availability ? { availability } : {}) };
    this.presence.patch({
      agents: { ...agents, [id]: merged },
      ...(id === this.me && availability ? { availability } : {}),
    });
  }
}

/** draftOf names the draft that a message was. */
const draftOf = ({ draft_rev }: Outgoing) => (draft_rev === undefined ? {} : { draft_rev });

function filesOf(item: Outgoing): { attachments?: { id: string }[] } {
  return item.attachments && item.attachments.length > 0 ? { attachments: item.attachments.map((a) => ({ id: a.id })) } : {};
}

function numbers(v: unknown): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [k, n] of Object.entries((v ?? {}) as Record<string, unknown>)) if (typeof n === "number") out[k] = n;
  return out;
}

function person(v: unknown): Person & { kind: string } {
  if (typeof v === "string") return { id: v, name: "", kind: v };
  const p = (v ?? {}) as { id?: string; name?: string; kind?: string };
  return { id: p.id ?? "", name: p.name ?? "", kind: p.kind ?? "" };
}

function people(v: unknown): Person[] {
  return Array.isArray(v) ? v.map(person) : [];
}

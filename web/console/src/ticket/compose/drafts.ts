import { api, Problem } from "../../api/http";
import type { Attachment, Page } from "../../api/types";
import type { Draft, MacroAction } from "../../../../shared/src/wire.gen";
import { recall, remember } from "../../app/storage";
import type { Live } from "../../live/live";
import { Store } from "../../live/store";
import type { Kind } from "../drafts";
import { alike, bare, holds, join, wordsOf, type Chosen } from "./chosen";
import { shown, stored, type Called } from "./text";

const LOCAL_AFTER = 300;
const SERVER_AFTER = 800;
const AGAIN_AFTER = 5_000;

/** Another version of what is being written: offered, never put in its place unasked. */
export interface Other {
  from: "elsewhere" | "here";
  body: string;
  files: Attachment[];
  chosen: Chosen | null;
}

interface Kept {
  v: 1;
  body: string;
  rev: number;
  dirty: boolean;
  chosen?: Chosen | null;
}

/** Macros bring their actions along while a third of their words stand; taken back, they want more to come again. */
const GOES = 1 / 3;
const COMES = 2 / 3;

/** Writing is what one agent writes to one ticket, reply or note: kept here at once, and on the server soon after. */
export class Writing {
  /** As it is on screen: names without their ids. */
  text: string;
  called: Called[];
  readonly other = new Store<Other | null>(null);
  readonly macro = new Store<Chosen | null>(null);
  /** What followed a text that has been replaced: it comes again with its text. */
  private parked: Chosen | null = null;
  /** What was sent last: its own draft is not another's words. */
  private gone = "";
  private rev: number;
  private dirty: boolean;
  private busy = false;
  private heard = -1;
  private local = 0;
  private remote = 0;
  private readonly shows = new Set<(text: string) => void>();
  private readonly live: Live;
  readonly ticket: string;
  readonly kind: Kind;

  constructor(live: Live, ticket: string, kind: Kind) {
    this.live = live;
    this.ticket = ticket;
    this.kind = kind;
    const kept = read(recall(this.key));
    this.rev = kept.rev;
    this.dirty = kept.dirty;
    ({ text: this.text, called: this.called } = shown(kept.body));
    this.macro.set(kept.chosen ?? null);
    let files = this.fileIds();
    this.tray.subscribe(() => {
      if (files === (files = this.fileIds())) return;
      this.dirty = true;
      this.later();
    });
  }

  private get key() {
    return `draft.${this.live.me}.${this.ticket}.${this.kind}`;
  }

  private get tray() {
    return this.live.tray(this.ticket, this.kind);
  }

  private files(): Attachment[] {
    return this.tray.get().flatMap((p) => (p.state === "ready" && p.attachment ? [p.attachment] : []));
  }

  private fileIds() {
    return this.files().map((f) => f.id).join();
  }

  /** body is what is sent and kept. */
  body(): string {
    return stored(this.text, this.called);
  }

  /** onShow hears of a text that did not come from the field. */
  onShow(fn: (text: string) => void) {
    this.shows.add(fn);
    return () => void this.shows.delete(fn);
  }

  typed(text: string) {
    if (text === this.text) return;
    this.text = text;
    this.weigh();
    this.dirty = true;
    window.clearTimeout(this.local);
    if (text === "") this.keep();
    else this.local = window.setTimeout(this.keep, LOCAL_AFTER);
    this.later();
  }

  /** weigh lets actions go with the text that brought them, and come again with it. */
  private weigh() {
    const now = this.macro.get();
    if (now && !holds(now, this.text, GOES)) {
      this.parked = now;
      this.macro.set(null);
    } else if (!now && this.parked && holds(this.parked, this.text, COMES)) {
      this.macro.set(this.parked);
      this.parked = null;
    }
  }

  /** choose adds what a macro does to what follows the message. */
  choose(c: Chosen) {
    this.follow(join(this.macro.get(), c));
  }

  /** drop takes one action away, the others stay. */
  drop(at: number) {
    const now = this.macro.get();
    const actions = now?.actions.filter((_, i) => i !== at) ?? [];
    this.follow(now && actions.length > 0 ? { ...now, actions } : null);
  }

  private follow(c: Chosen | null) {
    this.parked = null;
    this.macro.set(c);
    this.dirty = true;
    this.keep();
    this.later();
  }

  call(c: Called) {
    if (!this.called.some((k) => k.kind === c.kind && k.id === c.id)) this.called.push(c);
  }

  /** flush keeps what is there now: on leaving the field, the ticket or the page. */
  flush = () => {
    window.clearTimeout(this.local);
    this.keep();
    if (this.dirty) void this.push();
  };

  /** show puts a text and files into the field, as its newest version; what follows stays unless it is given. */
  show(body: string, files?: readonly Attachment[], chosen = this.macro.get()) {
    const { text, called } = shown(body);
    called.forEach((c) => this.call(c));
    this.text = text;
    this.macro.set(chosen);
    if (files) this.put(files);
    this.dirty = true;
    this.keep();
    this.later();
    this.shows.forEach((fn) => fn(text));
  }

  /** sending is the rev that is stored of what is sent now; undefined while that is not known. */
  sending(): number | undefined {
    return this.busy || this.rev === 0 ? undefined : this.rev;
  }

  /** sent empties the draft: its words have gone out. */
  sent() {
    this.gone = this.body();
    this.text = "";
    this.called = [];
    this.macro.set(null);
    this.parked = null;
    this.other.set(null);
    this.dirty = this.rev > 0 || this.busy;
    this.keep();
    window.clearTimeout(this.remote);
    if (this.dirty) void this.push();
    this.shows.forEach((fn) => fn(""));
  }

  /** back is a message that was taken back or refused: in front of what was written since. */
  back(body: string, files: readonly Attachment[], chosen: Chosen | null, rev?: number) {
    if (rev !== undefined) this.rev = Math.max(this.rev, rev);
    const since = this.body();
    // What the server put together already may have come by itself meanwhile.
    this.show(since.trim() === "" ? body : since.startsWith(body) ? since : `${body}\n\n${since}`, files, this.macro.get() ?? chosen);
  }

  /** server takes in what the server has; undefined: it has nothing. */
  server(d: Draft | undefined) {
    // What becomes of ours is not known yet: it is asked again then.
    if (this.busy) this.heard = d?.rev ?? 0;
    else this.take(d);
  }

  private take(d: Draft | undefined) {
    const mine = this.body();
    if (d === undefined) {
      if (!this.dirty && this.rev > 0) this.adopt({ body: "", attachments: [], rev: 0 });
      else if (this.dirty) this.later();
      return;
    }
    const fresh = d.rev > this.rev;
    const same = d.body === mine && (fresh || !this.dirty || alike(d.actions ?? [], this.macro.get()?.actions ?? []));
    if (same || (!this.dirty && d.rev >= this.rev)) return this.adopt(d);
    if (d.body === "" && d.attachments.length === 0) {
      this.rev = d.rev; // it was sent or emptied elsewhere; what is written here since is another
      return this.later();
    }
    if (!fresh) return this.later();
    if (mine.trim() === "") return this.adopt(d);
    this.rev = d.rev;
    this.other.set({ from: "elsewhere", body: d.body, files: d.attachments, chosen: this.chosenOf(d) });
  }

  /** swap puts the other version into the field and offers what stood there. */
  swap() {
    const other = this.other.get();
    if (!other) return;
    const mine: Other = { from: other.from === "here" ? "elsewhere" : "here", body: this.body(), files: this.files(), chosen: this.macro.get() };
    this.show(other.body, other.files, other.chosen);
    this.other.set(mine);
  }

  dismiss() {
    this.other.set(null);
    this.dirty = true;
    this.later();
  }

  /** changedElsewhere is told the rev of a draft that some window stored. */
  changedElsewhere(rev: number) {
    if (this.busy) this.heard = rev;
    else if (rev !== this.rev) void this.read();
  }

  async read() {
    try {
      const page = await api.get<Page<Draft>>(`/tickets/${this.ticket}/drafts`);
      this.server(page.items.find((d) => d.kind === this.kind));
    } catch {
      // The next change, or the next opening of the ticket, asks again.
    }
  }

  private adopt(d: Pick<Draft, "body" | "attachments" | "rev" | "macro" | "macro_name" | "actions">) {
    this.rev = d.rev;
    const { text, called } = shown(d.body);
    called.forEach((c) => this.call(c));
    const same = text === this.text;
    this.text = text;
    this.macro.set(this.chosenOf(d));
    this.put(d.attachments);
    this.dirty = false;
    this.keep();
    if (!same) this.shows.forEach((fn) => fn(text));
  }

  /** chosenOf is what follows a draft of the server; the words that it is known by may be known here. */
  private chosenOf({ body, macro = "", macro_name = "", actions = [] }: Pick<Draft, "body" | "macro" | "macro_name" | "actions">): Chosen | null {
    const now = this.macro.get();
    if (actions.length === 0) return null;
    if (now?.id === macro && alike(actions, now.actions)) return now;
    return { id: macro, name: macro_name, actions: actions.map(bare), words: now?.id === macro ? now.words : wordsOf(body) };
  }

  private put(files: readonly Attachment[]) {
    const have = new Set(this.files().map((f) => f.id));
    const fresh = files.filter((f) => !have.has(f.id));
    if (fresh.length > 0) this.tray.put(fresh);
  }

  private keep = () => {
    const body = this.body();
    const kept: Kept = { v: 1, body, rev: this.rev, dirty: this.dirty || this.busy, chosen: this.macro.get() };
    remember(this.key, body.trim() === "" ? null : JSON.stringify(kept));
  };

  private later(after = SERVER_AFTER) {
    window.clearTimeout(this.remote);
    this.remote = window.setTimeout(() => void this.push(), after);
  }

  /** push stores the draft on the server: one request at a time, so that an older text never follows a newer one. */
  private async push() {
    if (this.busy || !this.dirty || this.other.get()?.from === "elsewhere") return;
    window.clearTimeout(this.remote);
    this.busy = true;
    this.dirty = false;
    this.heard = -1;
    let after = SERVER_AFTER;
    try {
      const body = this.body().trim() === "" ? "" : this.body();
      const then = body === "" ? null : this.macro.get();
      const draft = { body, rev: this.rev, attachments: this.files().map((f) => f.id), ...(then ? followed(then) : {}) };
      const { rev } = await api.put<{ rev: number }>(`/tickets/${this.ticket}/drafts/${this.kind}`, draft);
      this.rev = rev;
    } catch (err) {
      after = this.failed(err);
    } finally {
      this.busy = false;
    }
    this.keep();
    if (this.dirty) return this.later(after);
    if (this.heard > this.rev) void this.read();
  }

  private failed(err: unknown): number {
    if (!(err instanceof Problem)) throw err;
    const newer = err.body.draft as Draft | undefined;
    if (newer) {
      this.dirty = true;
      const empty = this.body().trim() === "" && this.fileIds() === "";
      if (empty && newer.body !== "" && !this.gone.startsWith(newer.body)) {
        this.adopt(newer); // what was here has been sent; what another window wrote meanwhile stays
      } else if (empty) {
        this.rev = newer.rev;
        this.dirty = newer.body !== "" || newer.attachments.length > 0;
      } else this.take(newer);
      return SERVER_AFTER;
    }
    if (err.status === 0 || err.status >= 500 || err.status === 429) this.dirty = true;
    return AGAIN_AFTER;
  }
}

/** followed is what follows a message as the server is told it. */
export function followed(c: Chosen): { macro?: string; actions: MacroAction[] } {
  return { ...(c.id ? { macro: c.id } : {}), actions: c.actions.map(bare) };
}

function read(text: string | null): Kept {
  const none: Kept = { v: 1, body: text ?? "", rev: 0, dirty: text !== null };
  if (!text?.startsWith('{"v":1')) return none;
  try {
    return { ...none, ...(JSON.parse(text) as Kept) };
  } catch {
    return none;
  }
}

const all = new WeakMap<Live, Map<string, Writing>>();
const MOST = 60;

/** writingOf is the one Writing of a ticket and kind, whoever shows it. */
export function writingOf(live: Live, ticket: string, kind: Kind): Writing {
  const known = all.get(live) ?? new Map<string, Writing>();
  all.set(live, known);
  const id = `${ticket}/${kind}`;
  const w = known.get(id) ?? new Writing(live, ticket, kind);
  known.delete(id);
  known.set(id, w);
  const oldest = known.keys().next().value;
  if (known.size > MOST && oldest !== undefined) {
    known.get(oldest)?.flush();
    known.delete(oldest);
  }
  return w;
}

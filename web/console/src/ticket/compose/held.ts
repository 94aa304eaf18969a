import { api, Problem } from "../../api/http";
import type { Page } from "../../api/types";
import type { HeldMessage, HeldThen, MacroAction } from "../../../../shared/src/wire.gen";
import type { Live } from "../../live/live";
import type { Held, Outgoing } from "../../live/outbox";
import { wordsOf, type Chosen } from "./chosen";
import { writingOf } from "./drafts";

/** How a message goes out other than at once. */
export interface How {
  delay_s?: number;
  send_at?: string;
  then?: HeldThen;
  macro?: string;
  actions?: MacroAction[];
  placeholders?: "keep";
  /** The draft that it was: what was written since in another window stays. */
  draft_rev?: number;
}

const asked = new WeakMap<Live, Map<string, Promise<void>>>();
const begun = new WeakMap<Live, Set<string>>();

/** isOurs says whether a message was sent in this very window since it was opened. */
export function isOurs(live: Live, clientId: string): boolean {
  return begun.get(live)?.has(clientId) ?? false;
}
const AGAIN_AFTER = 3_000;

/** hold gives a message to the server, which sends it at its time, whatever becomes of this window. */
export function hold(live: Live, o: Outgoing, how: How, refused: (err: Problem) => void): void {
  begun.set(live, (begun.get(live) ?? new Set()).add(o.client_id));
  keep(live, o, how, refused);
}

function keep(live: Live, o: Outgoing, how: How, refused: (err: Problem) => void): void {
  const release_at = how.send_at ?? new Date(Date.now() + (how.delay_s ?? 0) * 1000).toISOString();
  live.outbox.add({ ...o, state: "held", held: { release_at, ...how } });
  const running = asked.get(live) ?? new Map<string, Promise<void>>();
  asked.set(live, running);
  running.set(
    o.client_id,
    ask(live, o, how, refused).finally(() => running.delete(o.client_id)),
  );
}

const known = (live: Live, clientId: string) => live.outbox.all().find((i) => i.client_id === clientId);

function mark(live: Live, clientId: string, part: Partial<Held>) {
  const now = known(live, clientId);
  if (now?.held) live.outbox.change(clientId, { held: { ...now.held, ...part } });
}

async function ask(live: Live, o: Outgoing, how: How, refused: (err: Problem) => void) {
  const { client_id, kind, body } = o;
  const files = (o.attachments ?? []).map((a) => ({ id: a.id }));
  const message = { client_id, kind, body, ...(files.length > 0 ? { attachments: files } : {}), ...(kind === "reply" && o.last_seq > 0 ? { last_seq: o.last_seq } : {}) };
  for (;;) {
    try {
      const m = await api.post<HeldMessage>(`/tickets/${o.ticket}/outgoing`, { ...message, ...how });
      mark(live, client_id, { waits: false });
      return settle(live, o, m);
    } catch (err) {
      if (!(err instanceof Problem)) throw err;
      if (err.status !== 0 && err.status < 500 && err.status !== 429) {
        live.outbox.take(client_id);
        writingOf(live, o.ticket, kind).back(body, o.attachments ?? [], chosenOf(o, how));
        return refused(err);
      }
    }
    // Whatever the server knows of it, it knows by its client id: asked once more it is still one message.
    mark(live, client_id, { waits: true });
    await connected(live);
    if (!known(live, client_id)) return forget(o);
    if (how.delay_s) how = { ...how, delay_s: 0 }; // its time to be taken back went by while it waited
  }
}

/** connected waits until it may be worth asking again: when the line is back, or a while has passed. */
function connected(live: Live): Promise<void> {
  return new Promise((done) => {
    const go = () => {
      off();
      window.clearTimeout(timer);
      done();
    };
    const timer = window.setTimeout(go, AGAIN_AFTER);
    const off = live.onReopened(go);
  });
}

/** forget takes a message back that may have reached the server although no answer came. */
async function forget(o: Outgoing) {
  try {
    const page = await api.get<Page<HeldMessage>>(`/tickets/${o.ticket}/outgoing`);
    const m = page.items.find((i) => i.client_id === o.client_id && i.state === "held");
    if (m) await api.delete(`/tickets/${o.ticket}/outgoing/${m.id}`);
  } catch (err) {
    if (!(err instanceof Problem)) throw err; // it shows itself, held or sent, when its ticket is read again
  }
}

/** chosenOf is what was to follow a message, for when its words are a draft again. */
function chosenOf(o: Outgoing, how: Pick<How, "macro" | "actions"> | undefined = o.held): Chosen | null {
  if (!how?.actions?.length) return null;
  return { id: how.macro ?? "", name: "", actions: how.actions, words: wordsOf(o.body) };
}

/** What an answer, a list or a frame says of a held message. */
type Told = Pick<HeldMessage, "id" | "state" | "seq" | "release_at" | "code"> & { restored?: boolean };

/** settle takes in what the server says of a held message. */
function settle(live: Live, o: Outgoing, m: Told) {
  switch (m.state) {
    case "held":
      return mark(live, o.client_id, { id: m.id, ...(known(live, o.client_id)?.held?.release_at ? {} : { release_at: m.release_at ?? "" }) });
    case "sent":
      mark(live, o.client_id, { id: m.id, ...(m.code ? { code: m.code } : {}) });
      return live.went(o.client_id, m.seq ?? 0);
    case "refused":
      // Its words are the draft again already, where nothing else was written since.
      if (m.restored && writingOf(live, o.ticket, o.kind).text.trim() === "" && m.code !== "newer_messages") {
        live.outbox.take(o.client_id);
        return void writingOf(live, o.ticket, o.kind).read();
      }
      mark(live, o.client_id, { id: m.id, code: m.code ?? "" });
      live.outbox.change(o.client_id, { state: "refused" });
      return m.code === "newer_messages" ? void live.guard(known(live, o.client_id) ?? o) : undefined;
    case "undone":
      live.outbox.take(o.client_id);
  }
}

/** takeBack undoes a message that is held: its words and files are the draft again. False: it has gone out. */
export async function takeBack(live: Live, o: Outgoing): Promise<boolean> {
  const waits = () => known(live, o.client_id)?.held?.waits === true;
  if (!waits()) await asked.get(live)?.get(o.client_id);
  const now = known(live, o.client_id);
  if (waits()) {
    live.outbox.take(o.client_id);
    writingOf(live, o.ticket, o.kind).back(o.body, o.attachments ?? [], chosenOf(o, now?.held));
    return true;
  }
  if (now?.held?.id === undefined) return now === undefined;
  try {
    const m = await api.delete<HeldMessage>(`/tickets/${o.ticket}/outgoing/${now.held.id}`);
    live.outbox.take(o.client_id);
    if (m.draft) writingOf(live, o.ticket, o.kind).back(m.body || o.body, m.attachments.length > 0 ? m.attachments : (o.attachments ?? []), chosenOf(o, now.held), m.draft.rev);
    return true;
  } catch (err) {
    if (!(err instanceof Problem)) throw err;
    if (err.status === 409 && err.body.state === "sent") live.outbox.change(o.client_id, { state: "sending" });
    if (err.status === 404) live.outbox.take(o.client_id);
    return false;
  }
}

/** discard lets the words of a refused message go. */
export async function discard(live: Live, o: Outgoing): Promise<boolean> {
  const id = known(live, o.client_id)?.held?.id;
  try {
    if (id !== undefined) await api.delete(`/tickets/${o.ticket}/outgoing/${id}?discard=true`);
  } catch (err) {
    if (!(err instanceof Problem)) throw err;
    if (err.status !== 404) return false;
  }
  live.outbox.take(o.client_id);
  return true;
}

/** sync asks what is held for a ticket: another window, or this one before it was closed, may have sent it. */
export async function sync(live: Live, ticket: string) {
  let page: Page<HeldMessage>;
  try {
    page = await api.get<Page<HeldMessage>>(`/tickets/${ticket}/outgoing`);
  } catch {
    return; // frames and the log tell it later
  }
  for (const o of live.outbox.all()) {
    if (o.ticket !== ticket || (o.state !== "held" && o.state !== "refused") || page.items.some((m) => m.client_id === o.client_id)) continue;
    if (asked.get(live)?.has(o.client_id)) continue;
    if (o.held?.id !== undefined) live.outbox.take(o.client_id);
    else keep(live, o, asKept(o), () => {});
  }
  for (const m of page.items) {
    const here = known(live, m.client_id);
    if (here && m.state === "refused" && here.state === "held") settle(live, here, m);
    if (here || (m.state !== "held" && (m.state !== "refused" || (m as Told).restored || m.body === ""))) continue;
    live.outbox.add(asListed(ticket, m));
  }
}

/** asListed is a message of another window, or of before a reload. */
function asListed(ticket: string, m: HeldMessage): Outgoing {
  const { client_id, body, attachments } = m;
  const { then, macro, actions, code } = m as HeldMessage & { macro?: string; actions?: MacroAction[] };
  const held: Held = { id: m.id, release_at: m.release_at ?? "", ...(then ? { then } : {}), ...(macro ? { macro } : {}), ...(actions ? { actions } : {}), ...(code ? { code } : {}) };
  return { client_id, ticket, kind: m.kind as Outgoing["kind"], body, attachments, last_seq: 0, at: m.created_at ?? "", state: m.state as "held" | "refused", held };
}

function asKept(o: Outgoing): How {
  const { delay_s, send_at, then, macro, actions, placeholders } = o.held ?? {};
  const when = send_at ? { send_at } : { delay_s: delay_s ?? 0 };
  return { ...when, ...(then ? { then } : {}), ...(macro ? { macro } : {}), ...(actions ? { actions } : {}), ...(placeholders ? { placeholders } : {}) };
}

/** listen keeps what is held here as the server tells it. */
export function listen(live: Live): () => void {
  return live.onFrame("outgoing", (f) => {
    const m = f as unknown as HeldMessage;
    const o = known(live, m.client_id);
    if (o?.state === "held" || (o?.state === "refused" && m.state === "undone")) settle(live, o, m);
    else if (!o && (m.state === "held" || m.state === "refused")) void sync(live, m.ticket);
  });
}

import { api, Problem } from "../../api/http";
import type { Page } from "../../api/types";
import type { HeldMessage, HeldThen } from "../../../../shared/src/wire.gen";
import type { Live } from "../../live/live";
import type { Outgoing } from "../../live/outbox";
import { writingOf } from "./drafts";

/** How a message goes out other than at once. */
export interface How {
  delay_s?: number;
  send_at?: string;
  then?: HeldThen;
  macro?: string;
}

const asked = new WeakMap<Live, Map<string, Promise<void>>>();

/** hold gives a message to the server, which sends it at its time, whatever becomes of this window. */
export function hold(live: Live, o: Outgoing, how: How, refused: (err: Problem) => void): void {
  const release_at = how.send_at ?? new Date(Date.now() + (how.delay_s ?? 0) * 1000).toISOString();
  live.outbox.add({ ...o, state: "held", held: { release_at, ...how } });
  const running = asked.get(live) ?? new Map<string, Promise<void>>();
  asked.set(live, running);
  running.set(
    o.client_id,
    ask(live, o, how, refused).finally(() => running.delete(o.client_id)),
  );
}

async function ask(live: Live, o: Outgoing, how: How, refused: (err: Problem) => void) {
  const { client_id, kind, body } = o;
  try {
    const files = (o.attachments ?? []).map((a) => ({ id: a.id }));
    const m = await api.post<HeldMessage>(`/tickets/${o.ticket}/outgoing`, {
      client_id,
      kind,
      body,
      ...(files.length > 0 ? { attachments: files } : {}),
      ...(kind === "reply" && o.last_seq > 0 ? { last_seq: o.last_seq } : {}),
      ...how,
    });
    settle(live, o, m);
  } catch (err) {
    if (!(err instanceof Problem)) throw err;
    // Whatever the server knows of it, it knows by its client id: sent once more it is still one message.
    if (err.status === 0 || err.status >= 500 || err.status === 429) return live.retry(client_id);
    live.outbox.take(client_id);
    writingOf(live, o.ticket, kind).back(body, o.attachments ?? []);
    refused(err);
  }
}

/** settle takes in what the server says of a held message. */
function settle(live: Live, o: Outgoing, m: Pick<HeldMessage, "id" | "state" | "seq" | "release_at" | "code">) {
  const held = live.outbox.all().find((i) => i.client_id === o.client_id);
  switch (m.state) {
    case "held":
      return held && live.outbox.change(o.client_id, { held: { ...held.held, id: m.id, release_at: held.held?.release_at ?? m.release_at ?? "" } });
    case "sent":
      return live.went(o.client_id, m.seq ?? 0);
    case "refused":
      live.outbox.take(o.client_id);
      writingOf(live, o.ticket, o.kind).back(o.body, o.attachments ?? []);
      // The server keeps the words of a refused message until somebody has them: here they are.
      void api.delete(`/tickets/${o.ticket}/outgoing/${m.id}?discard=true`).catch(() => {});
      return m.code === "newer_messages" ? void live.guard(o) : undefined;
    case "undone":
      live.outbox.take(o.client_id);
  }
}

/** takeBack undoes a message that is held: its words and files are the draft again. False: it has gone out. */
export async function takeBack(live: Live, o: Outgoing): Promise<boolean> {
  await asked.get(live)?.get(o.client_id);
  const now = live.outbox.all().find((i) => i.client_id === o.client_id);
  if (now?.held?.id === undefined) return now === undefined;
  try {
    const m = await api.delete<HeldMessage>(`/tickets/${o.ticket}/outgoing/${now.held.id}`);
    live.outbox.take(o.client_id);
    if (m.draft) writingOf(live, o.ticket, o.kind).back(m.body || o.body, m.attachments.length > 0 ? m.attachments : (o.attachments ?? []), m.draft.rev);
    return true;
  } catch (err) {
    if (!(err instanceof Problem)) throw err;
    if (err.status === 409 && err.body.state === "sent") live.outbox.change(o.client_id, { state: "sending" });
    if (err.status === 404) live.outbox.take(o.client_id);
    return false;
  }
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
    if (o.ticket !== ticket || o.state !== "held" || page.items.some((m) => m.client_id === o.client_id)) continue;
    if (asked.get(live)?.has(o.client_id)) continue;
    if (o.held?.id !== undefined) live.outbox.take(o.client_id);
    else hold(live, o, asKept(o), () => {});
  }
  for (const m of page.items) {
    if (m.state !== "held" || live.outbox.all().some((o) => o.client_id === m.client_id)) continue;
    const { client_id, body, attachments } = m;
    live.outbox.add({ client_id, ticket, kind: m.kind as Outgoing["kind"], body, attachments, last_seq: 0, at: m.created_at ?? "", state: "held", held: { id: m.id, release_at: m.release_at ?? "", ...(m.then ? { then: m.then } : {}) } });
  }
}

function asKept(o: Outgoing): How {
  const { delay_s, send_at, then, macro } = o.held ?? {};
  return { ...(send_at ? { send_at } : { delay_s: delay_s ?? 0 }), ...(then ? { then } : {}), ...(macro ? { macro } : {}) };
}

/** listen keeps what is held here as the server tells it. */
export function listen(live: Live): () => void {
  return live.onFrame("outgoing", (f) => {
    const m = f as unknown as HeldMessage;
    const o = live.outbox.all().find((i) => i.client_id === m.client_id);
    if (o?.state === "held") settle(live, o, m);
    else if (!o && m.state === "held") void sync(live, m.ticket);
  });
}

import type { Event, Me, Ticket } from "../src/api/types";
import type { Frame, Host } from "../src/live/socket";

/** A socket whose other end is the test. */
export class FakeSocket {
  readyState = 0;
  sent: Frame[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((m: { data: string }) => void) | null = null;
  onclose: ((c: { code: number }) => void) | null = null;

  send(data: string) {
    this.sent.push(JSON.parse(data) as Frame);
  }

  close(code = 1000) {
    this.drop(code);
  }

  accept(epoch = "e1") {
    this.readyState = 1;
    this.onopen?.();
    this.say({ type: "welcome", session: "s", time: at(0), epoch, heartbeat_s: 25, availability: "online" });
  }

  say(f: Frame) {
    this.onmessage?.({ data: JSON.stringify(f) });
  }

  drop(code: number) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code });
  }

  types() {
    return this.sent.map((f) => f.type);
  }
}

/** A host whose clock, chance and timers are in the test's hands. */
export class FakeHost implements Host {
  sockets: FakeSocket[] = [];
  chance = 0.5;
  time = 0;
  private timers: { at: number; fn: () => void }[] = [];

  open = () => {
    const s = new FakeSocket();
    this.sockets.push(s);
    return s as unknown as WebSocket;
  };

  now = () => this.time;
  random = () => this.chance;

  later = (ms: number, fn: () => void) => {
    const timer = { at: this.time + ms, fn };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((x) => x !== timer);
    };
  };

  /** pass lets time go by and runs what falls due, in order. */
  pass(ms: number) {
    const end = this.time + ms;
    for (;;) {
      const next = this.timers.filter((x) => x.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((x) => x !== next);
      this.time = next.at;
      next.fn();
    }
    this.time = end;
  }

  get last(): FakeSocket {
    const s = this.sockets[this.sockets.length - 1];
    if (!s) throw new Error("no socket was opened");
    return s;
  }
}

/** A shelf is storage that lives as long as the test. */
export class FakeShelf {
  private readonly map = new Map<string, string>();
  getItem = (k: string) => this.map.get(k) ?? null;
  setItem = (k: string, v: string) => void this.map.set(k, v);
  removeItem = (k: string) => void this.map.delete(k);
}

export interface Call {
  method: string;
  path: string;
  body: unknown;
}

/** serve answers the console's requests; what is not foreseen is not found. */
export function serve(answer: (c: Call) => { status?: number; body?: unknown } | undefined): Call[] {
  const calls: Call[] = [];
  globalThis.fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const call = { method: init?.method ?? "GET", path: String(input).replace("/api/v1", ""), body: init?.body ? (JSON.parse(String(init.body)) as unknown) : undefined };
    calls.push(call);
    const a = answer(call) ?? { status: 404, body: { code: "not_found", detail: "there is no such thing" } };
    return new Response(a.body === undefined ? null : JSON.stringify(a.body), { status: a.status ?? 200 });
  };
  return calls;
}

export function at(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 21, 10, 0) + minutes * 60_000).toISOString();
}

export function message(seq: number, body: string, by: Event["by"] = { kind: "customer", id: "9", name: "Ana" }): Event {
  return { seq, prev: seq - 1, kind: "message.posted", at: at(seq), by, body };
}

export function ticket(part: Partial<Ticket> = {}): Ticket {
  return {
    id: "1",
    number: 1,
    subject: "Parcel",
    status: "open",
    priority: "normal",
    channel: "chat",
    inbox: "1",
    customer: "9",
    organization: null,
    assignee: "7",
    team: "1",
    topic: null,
    topic_name: "",
    touchpoint: "support",
    waiting_since: null,
    first_response_at: null,
    resolved_at: null,
    snoozed_until: null,
    assignee_name: "Mia",
    team_name: "Support",
    preview: "Where is it?",
    title: "Parcel",
    preview_agent: null,
    preview_name: "",
    said_at: at(3),
    preview_by: "customer",
    unread: 0,
    tags: [],
    last_seq: 3,
    created_at: at(0),
    updated_at: at(3),
    handoffs: 0,
    reopens: 0,
    customer_name: "Ana",
    ...part,
  };
}

export const me: Me = {
  agent: { id: "7", name: "Mia", email: "mia@acme.example", role: "agent", availability: "online", capacity: 5, load: 1, teams: ["1"], all_teams: true, disabled: false, created_at: "2026-01-01T00:00:00.000Z", skills: [] },
  permissions: [],
  desk: { name: "Acme", time_zone: "Europe/Berlin", handoff_reasons: ["skill"] },
  epoch: "e1",
  base_url: "http://localhost",
};

/** until waits for a condition, with a generous deadline. */
export async function until(holds: () => boolean, what: string) {
  const deadline = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((r) => setTimeout(r, 5));
  }
}

/** A frame of protocol heard.v1: one JSON object, `type` first. */
export interface Frame {
  type: string;
  [field: string]: unknown;
}

export type LinkState = "idle" | "connecting" | "open" | "waiting" | "stopped";

export interface Link {
  state: LinkState;
  /** The server told us that its database is away. */
  degraded: boolean;
  /** This server goes away, in order: another one takes over. */
  draining: boolean;
  /** When the connection was lost, in ms; 0 while it holds. */
  lostAt: number;
}

/** The few things that a test replaces. */
export interface Host {
  open(url: string): WebSocket;
  now(): number;
  random(): number;
  later(ms: number, fn: () => void): () => void;
}

export const browserHost: Host = {
  open: (url) => new WebSocket(url, "heard.v1"),
  now: () => Date.now(),
  random: () => Math.random(),
  later: (ms, fn) => {
    const id = window.setTimeout(fn, ms);
    return () => window.clearTimeout(id);
  },
};

export interface SocketOptions {
  url: string;
  epoch: string;
  host?: Host;
  onFrame(f: Frame): void;
  onOpen(welcome: Frame): void;
  onEpoch(): void;
  onSignedOut(): void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const TOO_MANY_WAIT = 10_000;

/** ConsoleSocket keeps one connection to /ws/console: hello, heartbeat, reconnect with full jitter. */
export class ConsoleSocket {
  link: Link = { state: "idle", degraded: false, draining: false, lostAt: 0 };
  private readonly o: SocketOptions;
  private readonly host: Host;
  private ws: WebSocket | null = null;
  private tries = 0;
  private cancelRetry: () => void = () => {};
  private cancelBeat: () => void = () => {};
  private beat = 25_000;
  private heard = 0;
  private readonly listeners = new Set<() => void>();

  constructor(o: SocketOptions) {
    this.o = o;
    this.host = o.host ?? browserHost;
  }

  subscribe = (fn: () => void) => {
    this.listeners.add(fn);
    return () => void this.listeners.delete(fn);
  };

  snapshot = () => this.link;

  connect() {
    if (this.ws !== null) return;
    this.cancelRetry();
    this.set({ state: "connecting" });
    const ws = this.host.open(this.o.url);
    this.ws = ws;
    ws.onopen = () => this.write({ type: "hello", epoch: this.o.epoch });
    ws.onmessage = (m) => this.read(m.data);
    ws.onclose = (c) => {
      if (this.ws === ws) this.lost(c.code);
    };
  }

  /** now connects at once when a retry is waiting: the network or the tab came back. */
  now() {
    if (this.link.state !== "waiting") return;
    this.cancelRetry();
    this.connect();
  }

  stop() {
    this.cancelRetry();
    this.cancelBeat();
    this.set({ state: "stopped" });
    const ws = this.ws;
    this.ws = null;
    ws?.close(1000);
  }

  /** send answers false when there is no greeted connection; the caller keeps what it wanted to say. */
  send(f: Frame): boolean {
    return this.link.state === "open" && this.write(f);
  }

  private write(f: Frame): boolean {
    if (this.ws === null || this.ws.readyState !== 1) return false;
    this.ws.send(JSON.stringify(f));
    return true;
  }

  private read(data: unknown) {
    const f = parse(data);
    if (f === null) return;
    this.heard = this.host.now();
    switch (f.type) {
      case "welcome":
        return this.welcome(f);
      case "pong":
        return;
      case "state":
        this.set({ degraded: f.degraded === true });
        return this.o.onFrame(f);
      case "drain":
        return this.drain(Number(f.within_s ?? 5));
      case "error":
        if (f.code === "reload") return this.o.onEpoch();
        return this.o.onFrame(f);
      default:
        return this.o.onFrame(f);
    }
  }

  private welcome(f: Frame) {
    if (typeof f.epoch === "string" && this.o.epoch !== "" && f.epoch !== this.o.epoch) return this.o.onEpoch();
    this.tries = 0;
    if (typeof f.heartbeat_s === "number" && f.heartbeat_s > 0) this.beat = f.heartbeat_s * 1000;
    this.set({ state: "open", degraded: false, draining: false, lostAt: 0 });
    this.schedulePing();
    this.o.onOpen(f);
  }

  private schedulePing() {
    this.cancelBeat();
    this.cancelBeat = this.host.later(this.beat, () => {
      if (this.host.now() - this.heard > 2.5 * this.beat) return this.abandon();
      this.write({ type: "ping" });
      this.schedulePing();
    });
  }

  /** abandon gives up a silent connection without waiting for its close handshake. */
  private abandon() {
    const ws = this.ws;
    this.lost(1006);
    ws?.close();
  }

  private drain(within: number) {
    const ws = this.ws;
    this.set({ draining: true });
    this.host.later(this.host.random() * within * 800, () => {
      if (this.ws !== ws || ws === null) return;
      this.lost(4503);
      ws.close(1000);
    });
  }

  private lost(code: number) {
    this.ws = null;
    this.cancelBeat();
    if (this.link.state === "stopped") return;
    if (code === 4001 || code === 4003) {
      this.set({ state: "stopped" });
      return this.o.onSignedOut();
    }
    const wait = this.wait(code);
    this.set({ state: "waiting", lostAt: this.link.lostAt || this.host.now() });
    this.cancelRetry = this.host.later(wait, () => this.connect());
  }

  private wait(code: number): number {
    if (code === 4503) return this.host.random() * FIRST_WAIT;
    const cap = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(this.tries, 10));
    this.tries++;
    const wait = Math.max(FIRST_WAIT / 2, this.host.random() * cap);
    return code === 4029 ? TOO_MANY_WAIT + wait : wait;
  }

  private set(part: Partial<Link>) {
    this.link = { ...this.link, ...part };
    this.listeners.forEach((fn) => fn());
  }
}

function parse(data: unknown): Frame | null {
  if (typeof data !== "string") return null;
  try {
    const f = JSON.parse(data) as Frame | null;
    return f !== null && typeof f === "object" && typeof f.type === "string" ? f : null;
  } catch {
    return null;
  }
}

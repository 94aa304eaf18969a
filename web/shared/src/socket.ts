import { backoff } from './backoff.ts';

/** One frame of heard.v1: a JSON object whose `type` says what it is. */
export interface Frame {
	type: string;
	[field: string]: unknown;
}

/** `waiting` is between two tries; `stopped` will not come back by itself. */
export type Status = 'connecting' | 'ready' | 'waiting' | 'stopped';

export interface SocketOptions {
	url: string;
	/** The fields of the first frame, asked anew at each connection (token and resume points change). */
	hello(): Record<string, unknown>;
	/** Every frame but `pong` and `drain`, which are handled here. `welcome` comes first. */
	onFrame(frame: Frame): void;
	/** `code` is the close code when a connection was lost. */
	onStatus(status: Status, code?: number): void;
}

/** Close codes of the protocol that ask for more than coming back after a while. */
export const enum Close {
	unauthenticated = 4001,
	forbidden = 4003,
	slow = 4008,
	tooMany = 4029,
	draining = 4503,
}

const welcomeWithin = 10_000;
const answerWithin = 5_000;
const steadyAfter = 5_000;

/**
 * A connection that keeps itself alive: hello, heartbeat, reconnect with backoff and jitter, and the
 * close codes of heard.v1. It knows nothing of chats, so that the widget and the console share it.
 */
export class Socket {
	status: Status = 'stopped';
	/** Connections in a row that ended before `welcome`: a sign that sockets are blocked here. */
	failures = 0;

	#o: SocketOptions;
	#ws: WebSocket | undefined;
	#attempt = 0;
	#readyAt = 0;
	#patient = false; // the server asked us to wait: nothing may shorten it
	#spread = 0; // seconds over which a drain asked us to come back
	#timers: Record<string, ReturnType<typeof setTimeout> | undefined> = {};

	constructor(options: SocketOptions) {
		this.#o = options;
		// For good: a stopped one does not answer to it.
		addEventListener('online', this.nudge);
		document.addEventListener('visibilitychange', () => !document.hidden && this.nudge());
	}

	start(): void {
		if (this.status !== 'stopped') return;
		this.#attempt = this.failures = 0;
		this.restart();
	}

	stop(): void {
		this.#drop();
		this.#to('stopped');
	}

	/** Says whether the frame went out. It may still be lost: only an ack tells. */
	send(frame: Frame): boolean {
		if (this.status !== 'ready') return false;
		this.#ws!.send(JSON.stringify(frame));
		return true;
	}

	/** The network or the page is back: come back at once, or find out soon whether we are still connected. */
	nudge = (): void => {
		if (this.status === 'waiting' && !this.#patient) this.restart();
		else if (this.status === 'ready') this.#ping();
	};

	#to(status: Status, code?: number): void {
		if (this.status === status) return;
		this.status = status;
		this.#o.onStatus(status, code);
	}

	#timer(name: string, ms?: number, fn?: () => void): void {
		clearTimeout(this.#timers[name]);
		this.#timers[name] = fn && setTimeout(fn, ms);
	}

	/** Says hello, on a new connection: there is none, the token changed, or the old one does not answer. */
	restart(): void {
		this.#drop();
		this.#patient = false;
		this.#to('connecting');
		let ws: WebSocket;
		try {
			ws = new WebSocket(this.#o.url, 'heard.v1');
		} catch {
			this.#lost(0); // a policy of the page can forbid the address
			return;
		}
		this.#ws = ws;
		ws.onopen = () => ws.send(JSON.stringify({ type: 'hello', ...this.#o.hello() }));
		ws.onmessage = (e) => this.#receive(e.data);
		ws.onclose = (e) => this.#lost(e.code);
		this.#timer('welcome', welcomeWithin, () => this.#lost(0));
	}

	#receive(data: unknown): void {
		this.#timer('answer');
		let frame: Frame;
		try {
			frame = JSON.parse(String(data));
		} catch {
			return;
		}
		if (!frame || typeof frame.type !== 'string' || frame.type === 'pong') return;
		if (frame.type === 'drain') return this.#drain(Number(frame['within_s']) || 0);
		if (frame.type === 'welcome') {
			this.#timer('welcome');
			this.failures = 0;
			this.#readyAt = Date.now();
			this.#beat(Number(frame['heartbeat_s']) || 25);
			this.#to('ready');
		}
		this.#o.onFrame(frame);
	}

	/** The server closes silent connections, so we speak a little before that. */
	#beat(seconds: number): void {
		this.#timer('beat', seconds * 800, () => {
			this.#ping();
			this.#beat(seconds);
		});
	}

	#ping(): void {
		this.#timer('answer', answerWithin, () => this.#lost(0));
		this.send({ type: 'ping' });
	}

	/** The node goes away: leave it at a random moment of the time it gives, so that not all leave at once. */
	#drain(seconds: number): void {
		this.#spread = seconds;
		this.#timer('drain', Math.random() * seconds * 1000, () => this.restart());
	}

	#drop(): void {
		for (const name in this.#timers) this.#timer(name);
		const ws = this.#ws;
		this.#ws = undefined;
		if (!ws) return;
		ws.onopen = ws.onmessage = ws.onclose = null;
		ws.close(1000);
	}

	#lost(code: number): void {
		// A code of the protocol comes from the server: whoever can say it does not block sockets.
		if (this.status !== 'ready') this.failures += code < 4000 ? 1 : 0;
		else if (Date.now() - this.#readyAt > steadyAfter) this.#attempt = 0;
		this.#drop();
		if (code === Close.unauthenticated || code === Close.forbidden) return this.#to('stopped', code);
		this.#patient = code === Close.tooMany || code === Close.draining;
		this.#timer('retry', this.#wait(code) * 1000, () => this.restart());
		this.#to('waiting', code);
	}

	#wait(code: number): number {
		if (code === Close.slow) return Math.random();
		if (code === Close.tooMany) return 30 + Math.random() * 30;
		if (code === Close.draining) return Math.random() * (this.#spread || 5);
		return backoff(this.#attempt++);
	}
}

import { vi } from 'vitest';
import { Chat } from '../src/chat.ts';
import { memoryStore, type Store } from '../src/store.ts';
import type { Event } from '../src/widget-wire.ts';

type Json = Record<string, any>;

/** One end of a connection, for scripts: what the browser's WebSocket shows, and the server's hand on it. */
export class FakeSocket {
	onopen: (() => void) | null = null;
	onmessage: ((e: { data: string }) => void) | null = null;
	onclose: ((e: { code: number }) => void) | null = null;
	sent: Json[] = [];
	closed: number | undefined;

	constructor(
		readonly url: string,
		readonly protocol: string,
		readonly server: Server,
	) {
		server.sockets.push(this);
		queueMicrotask(() => {
			if (server.blocked) return this.closeFrom(1006);
			this.onopen?.();
		});
	}

	send(text: string): void {
		const f = JSON.parse(text) as Json;
		this.sent.push(f);
		this.server.received(this, f);
	}

	close(code: number): void {
		this.closed ??= code;
	}

	push(f: Json): void {
		this.onmessage?.({ data: JSON.stringify(f) });
	}

	closeFrom(code: number): void {
		this.closed ??= code;
		this.onclose?.({ code });
	}
}

/** A server in a few lines: a log per conversation, client ids that make repeats harmless, and ways to misbehave. */
export class Server {
	sockets: FakeSocket[] = [];
	pages: Page[] = [];
	calls: string[] = [];
	sessions: Json[] = [];
	logs = new Map<string, Event[]>();
	blocked = false;
	down = false;
	/** Commit, but lose the ack and the event on the way back. */
	loseAnswers = false;
	silent = false;
	epoch = 'e1';
	customer = 'c1';
	refuse: Json | undefined;
	followUps = new Map<string, string>();
	list: Json[] | undefined;
	openConversation: string | undefined;
	sessionProblem: ((body: Json) => { status: number; code: string; retryAfter?: number } | undefined) | undefined;

	#acks = new Map<string, Json>();
	#ids = 100;

	get socket(): FakeSocket {
		return this.sockets.at(-1)!;
	}

	/** Bodies of all messages that are in the log, in order. */
	stored(conversation: string): string[] {
		return (this.logs.get(conversation) ?? []).filter((e) => e.kind === 'message.posted').map((e) => e.body!);
	}

	append(conversation: string, e: Partial<Event>, skip = 0): Event {
		const log = this.logs.get(conversation) ?? [];
		this.logs.set(conversation, log);
		const prev = log.at(-1)?.seq ?? 0;
		const event: Event = {
			seq: prev + 1 + skip,
			prev,
			kind: 'message.posted',
			at: new Date().toISOString(),
			by: { kind: 'agent', id: 'a1', name: 'Mia' },
			...e,
		};
		log.push(event);
		return event;
	}

	/** Appends and delivers. */
	say(conversation: string, body: string): Event {
		const event = this.append(conversation, { body });
		this.socket.push({ type: 'event', conversation, event });
		return event;
	}

	received(ws: FakeSocket, f: Json): void {
		if (this.silent) return;
		if (f['type'] === 'hello') {
			ws.push({ type: 'welcome', session: 's', time: '', epoch: this.epoch, heartbeat_s: 20, availability: 'online' });
			for (const { conversation, after } of f['resume'] ?? []) {
				for (const event of this.logs.get(conversation) ?? [])
					if (event.seq > after) ws.push({ type: 'event', conversation, event });
				ws.push({ type: 'resumed', conversation, through: this.logs.get(conversation)?.at(-1)?.seq ?? 0 });
			}
		}
		if (f['type'] === 'ping') ws.push({ type: 'pong' });
		if (f['type'] === 'send') {
			if (this.refuse) return ws.push({ type: 'error', client_id: f['client_id'], ...this.refuse });
			const { ack, event } = this.commit(f);
			if (this.loseAnswers) return;
			ws.push({ type: 'ack', ...ack });
			if (event) ws.push({ type: 'event', conversation: ack['conversation'], event });
		}
	}

	commit(f: Json): { ack: Json; event?: Event } {
		const before = this.#acks.get(f['client_id']);
		if (before) return { ack: before };
		const asked = f['conversation'] ?? String(++this.#ids);
		const conversation = this.followUps.get(asked) ?? asked;
		if (!this.logs.has(conversation)) this.append(conversation, { kind: 'ticket.opened', by: { kind: 'customer' } });
		const event = this.append(conversation, { body: f['body'], by: { kind: 'customer' } });
		const ack = { client_id: f['client_id'], conversation, seq: event.seq, at: event.at };
		this.#acks.set(f['client_id'], ack);
		return { ack, event };
	}

	fetch = async (url: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
		const path = String(url).replace(/^https?:\/\/[^/]+/, '');
		this.calls.push(`${init.method} ${path}`);
		if (this.down) throw new TypeError('failed to fetch');
		const body = init.body ? (JSON.parse(String(init.body)) as Json) : {};
		const answer = (value: unknown, status = 200, headers = {}) =>
			new Response(JSON.stringify(value ?? null), { status, headers });
		const post = init.method === 'POST';
		if (path.endsWith('/session')) {
			this.sessions.push(body);
			const p = this.sessionProblem?.(body);
			if (p) return answer({ code: p.code, detail: p.code }, p.status, p.retryAfter ? { 'Retry-After': String(p.retryAfter) } : {});
			return answer({
				visitor: `v${this.sessions.length}`,
				customer: { id: this.customer, verified: false },
				settings: { title: 'Shop', availability: 'online', prechat: [] },
				open_conversation: this.openConversation,
				unread: 0,
				epoch: this.epoch,
			});
		}
		const events = /conversations\/(\w+)\/events\?after=(\d+)/.exec(path);
		if (events && !this.logs.has(events[1]!)) return answer({ code: 'not_found', detail: 'there is no such conversation' }, 404);
		if (events) return answer({ items: (this.logs.get(events[1]!) ?? []).filter((e) => e.seq > Number(events[2])) });
		const into = /conversations\/(\w+)\/messages/.exec(path);
		if (post && into) return answer(this.commit({ ...body, conversation: into[1] }).ack);
		if (post && path.endsWith('/conversations')) return answer(this.commit({ ...body['message'], fields: body['fields'] }).ack);
		if (path.endsWith('/conversations')) return answer({ items: this.list ?? this.items() });
		return answer({});
	};

	items(): Json[] {
		return [...this.logs].map(([id, log]) => ({
			id,
			status: 'open',
			last_seq: log.at(-1)!.seq,
			seen_seq: 0,
			unread: 0,
			updated_at: log.at(-1)!.at,
		}));
	}

	/** A page with the chat in it. The same store again is the same browser after a reload. */
	page(store: Store = memoryStore(), visitor?: string): Page {
		const page = new Page(this, store, visitor);
		this.pages.push(page);
		return page;
	}

	/** Closes all pages, so that none lives on in the next test. */
	close(): void {
		for (const page of this.pages) page.chat.stop();
	}
}

export class Page {
	events: [string, unknown][] = [];
	kept: string | undefined;
	identity: string | undefined;
	chat: Chat;

	constructor(server: Server, store: Store, visitor?: string) {
		this.kept = visitor;
		vi.stubGlobal('fetch', server.fetch);
		vi.stubGlobal(
			'WebSocket',
			class extends FakeSocket {
				constructor(url: string, protocol: string) {
					super(url, protocol, server);
				}
			},
		);
		vi.spyOn(Math, 'random').mockReturnValue(0.5);
		this.chat = new Chat({
			inbox: 'k',
			base: 'https://help.example',
			store: () => store,
			who: async () => ({ visitor: this.kept, identity: this.identity }),
			keepVisitor: (t) => (this.kept = t),
			onChange: () => {},
			onEvent: (name, detail) => void this.events.push([name, detail]),
		});
		this.chat.attentive = true;
	}

	/** What a customer reads in the thread, in order. */
	get thread(): string[] {
		return (this.chat.current?.lines() ?? []).filter((l) => l.kind === 'message').map((l) => l.body);
	}

	get waiting(): string[] {
		return this.chat.waiting.map((d) => d.body);
	}

	names(): string[] {
		return this.events.map(([name]) => name);
	}

	async open(): Promise<this> {
		await this.chat.start();
		this.chat.connect();
		await settle();
		return this;
	}
}

/** Lets everything that is not waiting for time come to rest. */
export async function settle(ms = 0): Promise<void> {
	await vi.advanceTimersByTimeAsync(ms);
}

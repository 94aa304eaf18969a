import { backoff } from './backoff.ts';
import { serving, theirs, typingFor, type Conversation } from './conversation.ts';
import { newApi, Problem, type Api } from './http.ts';
import { Outbox, type Draft, type OutboxOptions } from './outbox.ts';
import { Poller } from './poller.ts';
import { Sender, type SenderOptions } from './sender.ts';
import { rest, Session, type SessionOptions } from './session.ts';
import { Close, Socket, type Frame, type SocketOptions, type Status } from './socket.ts';
import { path, Threads, type ThreadsOptions } from './threads.ts';
import { Typist } from './typist.ts';
import type { Ack, Attachment, Availability, Event, Fields, SessionAnswer, Settings } from './widget-wire.ts';

export interface ChatOptions extends SessionOptions, OutboxOptions {
	/** Where the server is, without a slash at the end; empty for this page's own origin. */
	base?: string;
	keepVisitor(token: string | undefined): void;
	/** Something visible changed. */
	onChange(): void;
	/** For the site: names as in the loader's `on`. */
	onEvent(name: string, detail?: unknown): void;
}

const listAgainAfter = 2000;

/** A visitor's side of all their conversations: session, live connection, outbox, and polling where sockets do not work. */
export class Chat implements ThreadsOptions, SenderOptions, SocketOptions {
	phase: 'idle' | 'starting' | 'ready' | 'failed' = 'idle';
	problem: Problem | undefined;
	settings: Settings | undefined;
	customer: SessionAnswer['customer'] | undefined;
	readonly threads: Threads;
	/** The conversation on screen; undefined is one that is still to be opened. */
	active: string | undefined;
	/** The visitor is looking at the chat. */
	attentive = false;
	/** The server has lost its database and acknowledges nothing until it is back. */
	degraded = false;
	readonly outbox: Outbox;
	readonly api: Api;
	readonly url: string;
	socket: Socket | undefined;

	#o: ChatOptions;
	#session: Session;
	#sender: Sender;
	#poller: Poller;
	#renewing = false;
	#renewals = 0;
	#identifying = false;
	#typist = new Typist((on, preview) => this.active && this.socket?.send({ type: 'typing', conversation: this.active, on, preview }));
	#marked = new Map<string, number>();

	constructor(options: ChatOptions) {
		this.#o = options;
		this.api = newApi(options.base ?? '');
		this.url = new URL('/ws/widget', options.base || location.href).href.replace(/^http/, 'ws');
		this.outbox = new Outbox(options, `heard:${options.inbox}:o:`);
		this.threads = new Threads(this);
		this.#session = new Session(this.api, options);
		this.#poller = new Poller(() => this.#poll());
		this.#sender = new Sender(this);
	}

	/** Sockets do not work here. */
	get polling(): boolean {
		return this.#poller.on;
	}

	/** How we reach the server now. */
	get link(): 'connecting' | 'live' | 'polling' {
		if (this.socket?.status !== 'ready') return this.#poller.working ? 'polling' : 'connecting';
		return this.degraded ? 'connecting' : 'live';
	}

	/** There is a connection to miss: before the first one, silence is no trouble. */
	get connecting(): boolean {
		return this.phase === 'starting' || (!!this.socket && this.link === 'connecting');
	}

	get current(): Conversation | undefined {
		return this.active === undefined ? undefined : this.threads.all.get(this.active);
	}

	get unread(): number {
		return this.threads.list.reduce((n, c) => n + c.unread, 0);
	}

	/** Messages of the conversation on screen that are still on their way. */
	get waiting(): Draft[] {
		return this.outbox.items.filter((d) => d.conversation === this.active);
	}

	/** Begins, or begins again after a failure. */
	async start(): Promise<void> {
		if (this.phase === 'idle' || this.phase === 'failed') await this.#open();
	}

	/** The site says who this is, or says it anew. */
	async identify(): Promise<void> {
		this.#identifying = true;
		this.#session.refused = undefined;
		await this.#open();
	}

	/** The person leaves: nothing of theirs stays here. */
	logout(): void {
		this.#session.refused = this.api.token;
		if (this.api.token) this.tell('logout');
		this.stop();
		this.api.token = this.customer = this.settings = this.active = undefined;
		this.outbox.clear();
		this.#forget();
		this.#o.keepVisitor(undefined);
		this.phase = 'idle';
		this.onChange();
	}

	stop(): void {
		this.#renewing = false;
		this.#session.cancel();
		this.#typist.stop();
		this.#poller.stop();
		this.socket?.stop();
		this.socket = undefined;
	}

	/** Opens the live connection. Not before there is something to be live for. */
	connect(): void {
		if (this.phase !== 'ready') return;
		this.#poller.hurry();
		this.socket ??= new Socket(this);
		this.socket.start();
	}

	/** `opening` goes with the message that opens a conversation. */
	send(body: string, files: Attachment[] = [], opening: { fields?: Fields | undefined; proactive?: string | undefined } = {}): void {
		const { active, customer } = this;
		this.outbox.add({ conversation: active, ...(active === undefined && opening), files, body, customer: customer?.id ?? '' });
		this.connect();
		this.#typist.stop();
		this.#sender.flush();
		this.onChange();
	}

	retry(d: Draft): void {
		this.outbox.retry(d);
		this.#sender.flush();
		this.onChange();
	}

	discard(d: Draft): void {
		this.outbox.remove(d);
		this.onChange();
	}

	/** Puts a conversation on screen. */
	show(id: string | undefined): void {
		this.active = id;
		const c = id === undefined ? undefined : this.threads.at(id);
		if (c && !c.loaded) void this.threads.read(c);
		this.onChange();
	}

	/** The newest message of the conversation is before the customer's eyes. */
	see(c: Conversation): void {
		const seq = c.timeline.newest;
		if (!c.loaded || c.unread === 0 || (this.#marked.get(c.id) ?? 0) >= seq) return;
		this.#marked.set(c.id, seq);
		c.seen = seq;
		if (!this.socket?.send({ type: 'seen', conversation: c.id, seq }))
			this.api.call('POST', `${path}/${c.id}/seen`, { seq }).catch(() => this.#marked.delete(c.id));
		this.onChange();
	}

	/** A key was pressed; `text` is what stands there now, for desks that may see it. */
	typing(text: string): void {
		if (this.current && !this.current.over) this.#typist.key(this.settings?.typing_preview ? text.slice(-200) : undefined);
	}

	/** The visitor looks at another page of the site, which consents to the desk's knowing it. */
	visit(page: { url: string; title?: string | undefined; referrer?: string | undefined }): void {
		if (this.settings?.consent) this.socket?.send({ type: 'page', ...page });
	}

	/** Tells the server something that nothing here depends on. */
	tell(what: 'logout' | 'signals', body?: unknown): void {
		this.api.call('POST', '/api/widget/' + what, body).catch(() => {});
	}

	async #open(): Promise<void> {
		if (!this.customer) this.phase = 'starting';
		this.problem = undefined;
		this.onChange();
		try {
			const opened = await this.#session.open();
			if (opened) await this.#begin(...opened);
		} catch (e) {
			if (!(e instanceof Problem)) throw e;
			this.#fail(e);
		}
	}

	async #begin(a: SessionAnswer, returning: boolean): Promise<void> {
		const same = this.customer?.id === a.customer.id;
		if (this.customer && !same) {
			this.#forget();
			if (this.#identifying) this.outbox.own(a.customer.id);
			else this.outbox.items = [];
		}
		this.#identifying = false;
		this.customer = a.customer;
		this.settings = a.settings;
		this.#session.epoch = a.epoch;
		this.api.token = a.visitor;
		this.#o.keepVisitor(a.visitor);
		this.outbox.restore(a.customer.id);
		if (returning || a.open_conversation) await this.threads.refresh().catch(this.onTrouble);
		if (this.active !== undefined && !this.threads.all.has(this.active)) this.active = undefined;
		const calling = this.threads.list.find((c) => c.unread > 0 || c.survey);
		const next = this.outbox.next();
		if (!same) this.active ??= a.open_conversation ?? calling?.id ?? next?.conversation;
		const live = this.active ?? next;
		// What was solved last can still be taken up again, by writing to it.
		if (!same && !live) this.active = this.threads.list.find((c) => c.status === 'resolved')?.id;
		if (a.blocked) return this.#fail();
		this.phase = 'ready';
		if (this.active !== undefined) void this.threads.read(this.threads.at(this.active));
		if (this.socket) this.socket.restart();
		else if (this.attentive || live) this.connect();
		this.#o.onEvent('status', a.settings.availability);
		this.onChange();
	}

	#fail(p = new Problem(403, 'forbidden', '')): void {
		this.phase = 'failed';
		this.problem = p;
		this.stop();
		this.#o.onEvent('error', { code: p.code, detail: p.message });
		this.onChange();
	}

	/** Drops what was read. The outbox stays: it is the only copy. */
	#forget(): void {
		this.threads.forget();
		this.#marked.clear();
		this.#session.epoch = undefined;
	}

	onTrouble = (e: unknown): void => {
		if (!(e instanceof Problem)) throw e;
		if (e.code === 'not_found' && !this.current) this.active = undefined;
		if (e.code === 'unauthenticated') this.#renew(true);
		else if (e.code === 'reload') this.#renew(false);
		else if (!e.passing) this.#o.onEvent('error', { code: e.code, detail: e.message });
	};

	/**
	 * Opens a new session: the token was refused, or the server's log is another one than we knew
	 * (restored from a backup), so that what we read may never have happened in it.
	 */
	#renew(refused: boolean): void {
		if (this.#renewing) return;
		this.#renewing = true;
		if (refused) this.#session.refused = this.api.token;
		else this.#forget();
		const pause = this.#renewals++ > 0 ? backoff(this.#renewals) : 0;
		void rest(pause).then(async () => {
			if (this.#renewing) await this.#open();
			this.#renewing = false;
		});
	}

	async #poll(): Promise<boolean> {
		try {
			await this.threads.refresh();
			this.#renewals = 0;
			this.#sender.flush();
			return this.attentive && (!!this.current || this.outbox.items.length > 0);
		} catch (e) {
			this.onTrouble(e);
			throw e;
		} finally {
			this.onChange();
		}
	}

	hello(): Record<string, unknown> {
		const loaded = this.threads.list.filter((c) => c.loaded).slice(0, 20);
		return {
			visitor: this.api.token,
			epoch: this.#session.epoch,
			resume: loaded.map((c) => ({ conversation: c.id, after: c.timeline.newest })),
		};
	}

	onStatus(status: Status, code?: number): void {
		if (status === 'ready') this.#poller.stop();
		else this.#sender.halt();
		if (status === 'waiting' && this.socket!.failures >= 2) this.#poller.start();
		if (code === Close.unauthenticated) this.#renew(true);
		if (code === Close.forbidden) this.#fail();
		this.onChange();
	}

	onFrame(f: Frame): void {
		const c = this.threads.all.get(f['conversation'] as string);
		switch (f.type) {
			case 'welcome':
				this.#welcome(f);
				break;
			case 'ack':
				this.#sender.acked(f as unknown as Ack);
				break;
			case 'error':
				if (f['code'] === 'reload') this.#renew(false);
				if (f['code'] === 'unauthenticated') this.#renew(true);
				this.#sender.refused(f);
				break;
			case 'event':
				this.threads.live(this.threads.at(f['conversation'] as string), f['event'] as Event);
				break;
			case 'presence':
				this.#available(f['availability'] as Availability);
				break;
			case 'state':
				this.degraded = !!f['degraded'];
				this.#sender.flush();
				break;
			default:
				c?.hear(f);
		}
		if (f.type === 'typing') setTimeout(() => this.onChange(), typingFor + 50);
		if (f.type === 'queue') this.#o.onEvent('queue', { position: f['position'], wait_s: f['wait_s'] });
		this.onChange();
	}

	#welcome(f: Frame): void {
		this.degraded = false;
		if (this.#session.epoch && f['epoch'] !== this.#session.epoch) return this.#renew(false);
		this.#renewals = 0;
		this.#available(f['availability'] as Availability);
		// What is not in a log (surveys, unread of conversations that are not loaded) may have been missed.
		const stale = Date.now() - this.threads.listedAt > listAgainAfter;
		if (stale && this.threads.all.size > 0) void this.threads.refresh().catch(this.onTrouble);
		this.#sender.flush();
	}

	#available(state: Availability): void {
		if (!this.settings || !state || this.settings.availability === state) return;
		this.settings.availability = state;
		this.#o.onEvent('status', state);
	}

	onNews(c: Conversation, e: Event): void {
		const conversation = c.id;
		if (serving(e)) this.#o.onEvent('agent:join', { conversation, name: serving(e) });
		if (e.kind === 'conversation.ended') this.#o.onEvent('conversation:end', { conversation });
		if (theirs(e)) this.#o.onEvent('message:in', { conversation, name: e.by.name ?? '', body: e.body ?? '', at: e.at });
	}

	onAck(d: Draft, ack: Ack): void {
		const c = this.threads.at(ack.conversation);
		if (d.conversation !== c.id) {
			if (!d.conversation) this.#o.onEvent('conversation:start', { conversation: c.id });
			// Opened by this message, or a follow-up of one that was closed: we move there.
			if (this.active === d.conversation) this.active = c.id;
			this.outbox.move(d.conversation, c.id);
		}
		const { name, email } = d.fields ?? {};
		Object.assign(this.customer!, name && { name }, email && { email }); // not to be asked again
		c.timeline.acked({ seq: ack.seq, prev: 0, kind: 'message.posted', at: ack.at, by: { kind: 'customer' }, body: d.body, data: { attachments: d.files } });
		this.#o.onEvent('message:out', { conversation: c.id, body: d.body, at: ack.at });
		const readBack = () => (c.timeline.newest < ack.seq ? void this.threads.read(c) : undefined);
		if (this.polling || !c.loaded) readBack();
		else setTimeout(readBack, 2000); // the event follows the ack, unless its frame was lost
		this.onChange();
	}

	onChange(): void {
		this.#o.onChange();
	}

	onFailed(d: Draft): void {
		this.#o.onEvent('error', { code: d.code, detail: d.failed });
	}
}

import { backoff } from './backoff.ts';
import { Conversation } from './conversation.ts';
import { Problem, type Api } from './http.ts';
import { rest } from './session.ts';
import type { ConversationItem, Event } from './widget-wire.ts';

export interface ThreadsOptions {
	api: Api;
	/** The conversation on screen. */
	active: string | undefined;
	/** An event that is news to the customer, in order and once. */
	onNews(c: Conversation, e: Event): void;
	/** A reading ended for another reason than that the server is away for a while. */
	onTrouble(e: unknown): void;
	onChange(): void;
}

export const path = '/api/widget/conversations';

/** A visitor's conversations, and how they are read. */
export class Threads {
	all = new Map<string, Conversation>();
	/** When the list was last read. */
	listedAt = 0;
	/** Where the list goes on, when there is more of it. */
	next: string | undefined;

	#o: ThreadsOptions;
	#reading = new Map<Conversation, Promise<void>>();

	constructor(options: ThreadsOptions) {
		this.#o = options;
	}

	/** The conversation with this id, known before or not. */
	at(id: string): Conversation {
		let c = this.all.get(id);
		if (!c) this.all.set(id, (c = new Conversation(id)));
		return c;
	}

	forget(): void {
		this.all.clear();
		this.listedAt = 0;
		this.next = undefined;
	}

	/** Newest first. */
	get list(): Conversation[] {
		return [...this.all.values()].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
	}

	/** Reads what is missing of a conversation, as often as it takes. */
	read(c: Conversation): Promise<void> {
		let reading = this.#reading.get(c);
		if (!reading) {
			reading = this.#readAll(c).finally(() => this.#reading.delete(c));
			this.#reading.set(c, reading);
		}
		return reading;
	}

	/** Reads the list, and of the conversations that are on screen or were, what is new in them. */
	async refresh(): Promise<void> {
		const next = await this.#list(path);
		this.next = this.listedAt ? this.next : next; // what was read on stays read
		this.listedAt = Date.now();
	}

	/** Reads the page of the list that comes after what is known. */
	async more(): Promise<void> {
		this.next = await this.#list(`${path}?cursor=${this.next}`);
	}

	async #list(from: string): Promise<string | undefined> {
		const { items, next } = await this.#o.api.call<{ items: ConversationItem[]; next?: string }>('GET', from);
		for (const item of items) {
			const c = this.at(item.id);
			c.listed(item);
			const behind = item.last_seq > Math.max(c.checked, c.timeline.newest);
			c.checked = item.last_seq;
			if (behind && (c.loaded || c.id === this.#o.active)) void this.read(c);
		}
		this.#o.onChange();
		return next;
	}

	/** Takes an event that came live. */
	live(c: Conversation, e: Event): void {
		c.newsFrom = Math.min(c.newsFrom, e.seq);
		this.#take(c, c.timeline.add(e));
		if (!c.timeline.whole) void this.read(c);
		else if (!c.loaded && e.prev === 0) c.loaded = true;
	}

	async #readAll(c: Conversation): Promise<void> {
		for (let tries = 0; this.all.get(c.id) === c; ) {
			try {
				const page = await this.#o.api.call<{ items: Event[]; next?: string }>('GET', `${path}/${c.id}/events?after=${c.timeline.newest}`);
				if (this.all.get(c.id) !== c) return;
				this.#take(c, c.timeline.fill(page.items));
				if (page.next && page.items.length > 0) continue;
				c.loaded = true;
				c.newsFrom = 0;
				this.#o.onChange();
				if (c.timeline.whole) return;
				await rest(backoff(tries++)); // the answer is behind the frames
			} catch (e) {
				if (!(e instanceof Problem) || !e.passing) {
					if (!c.loaded) this.all.delete(c.id); // it is not there, or not ours
					return this.#o.onTrouble(e);
				}
				await rest(e.retryAfter ?? backoff(tries++));
			}
		}
	}

	#take(c: Conversation, fresh: Event[]): void {
		for (const e of fresh) {
			c.apply(e);
			if (e.seq >= c.newsFrom) this.#o.onNews(c, e);
		}
		if (fresh.length > 0) this.#o.onChange();
	}
}

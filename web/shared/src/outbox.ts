import type { Store } from './store.ts';
import { uuid } from './ids.ts';
import type { Attachment, Fields } from './widget-wire.ts';

/** A message that the server has not acknowledged. */
export interface Draft {
	client_id: string;
	/** Absent: the message opens a conversation. */
	conversation?: string | undefined;
	body: string;
	fields?: Fields | undefined;
	/** Uploaded already. */
	files?: Attachment[];
	/** The rule whose message this answers. */
	proactive?: string | undefined;
	at: string;
	/** Whose it is. On a shared computer the next person must not send (or see) it. */
	customer: string;
	/** Why the server refused it; absent while it is still to be sent. */
	failed?: string | undefined;
	/** The problem code with `failed`. */
	code?: string | undefined;
}

export interface OutboxOptions {
	/** Keeps the outbox. Asked each time: consent to keep things can come late. */
	store(): Store;
}

/**
 * Messages on their way, oldest first. Each has a key of its own in the store, so that two tabs of one
 * visitor never overwrite each other's; sending one twice is harmless, because its `client_id` stays.
 */
export class Outbox {
	items: Draft[] = [];

	#o: OutboxOptions;
	#prefix: string;

	constructor(options: OutboxOptions, prefix: string) {
		this.#o = options;
		this.#prefix = prefix;
	}

	/** Brings back what an earlier life of this page left behind, and forgets what was not this customer's. */
	restore(customer: string): void {
		const known = new Set(this.items.map((d) => d.client_id));
		for (const key of this.#o.store().keys(this.#prefix)) {
			const d = parse(this.#o.store().get(key));
			if (!d || d.customer !== customer) this.#o.store().remove(key);
			else if (!known.has(d.client_id)) this.items.push(d);
		}
		this.items.sort((a, b) => a.at.localeCompare(b.at));
	}

	add(draft: Omit<Draft, 'client_id' | 'at'>): Draft {
		const after = Date.parse(this.items.at(-1)?.at ?? '') + 1 || 0; // two in one millisecond keep their order
		const at = new Date(Math.max(Date.now(), after)).toISOString();
		const d: Draft = { ...draft, client_id: uuid(), at };
		this.items.push(d);
		this.#save(d);
		return d;
	}

	find(clientId: unknown): Draft | undefined {
		return this.items.find((d) => d.client_id === clientId);
	}

	/** The oldest message that may go out. */
	next(): Draft | undefined {
		return this.items.find((d) => !d.failed);
	}

	remove(d: Draft): void {
		this.items = this.items.filter((x) => x !== d);
		this.#o.store().remove(this.#prefix + d.client_id);
	}

	fail(d: Draft, code: string, reason: string): void {
		d.failed = reason;
		d.code = code;
		this.#save(d);
	}

	/**
	 * Tries a refused message again. It keeps its id unless that id is what was refused, and leaves a
	 * conversation that takes no more messages.
	 */
	retry(d: Draft): void {
		const lost = d.code === 'closed' || d.code === 'not_found';
		if (d.code === 'client_id_reused' || lost) {
			this.#o.store().remove(this.#prefix + d.client_id);
			d.client_id = uuid();
		}
		if (lost) d.conversation = undefined;
		d.failed = d.code = undefined;
		this.#save(d);
	}

	/** Messages for one conversation (or for the one still to be opened) follow it to another. */
	move(from: string | undefined, to: string): void {
		for (const d of this.items) {
			if (d.conversation !== from || from === to) continue;
			d.conversation = to;
			d.fields = undefined;
			this.#save(d);
		}
	}

	/** The visitor was recognised as somebody: what was on its way stays theirs. */
	own(customer: string): void {
		for (const d of this.items) {
			d.customer = customer;
			this.#save(d);
		}
	}

	clear(): void {
		this.items = [];
		for (const key of this.#o.store().keys(this.#prefix)) this.#o.store().remove(key);
	}

	#save(d: Draft): void {
		this.#o.store().set(this.#prefix + d.client_id, JSON.stringify(d));
	}
}

function parse(text: string | null): Draft | undefined {
	try {
		const d = JSON.parse(text ?? '');
		return d.client_id && (d.body || d.files) && d.at && d;
	} catch {
		return undefined;
	}
}

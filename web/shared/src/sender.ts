import { backoff } from './backoff.ts';
import type { Api, Problem } from './http.ts';
import { path } from './threads.ts';
import type { Draft, Outbox } from './outbox.ts';
import type { Frame, Socket } from './socket.ts';
import type { Ack } from './widget-wire.ts';

export interface SenderOptions {
	outbox: Outbox;
	api: Api;
	socket: Socket | undefined;
	/** Sockets do not work here; messages go by HTTP. */
	polling: boolean;
	onAck(draft: Draft, ack: Ack): void;
	/** The server will not take this one; `outbox` says why. */
	onFailed(draft: Draft): void;
}

const ackWithin = 15_000;

/**
 * Empties the outbox: one message at a time, so that order holds even when one of them is put off,
 * and so that the first one has opened its conversation before the second goes out. A message leaves
 * the outbox only by an ack, or by a refusal that waiting cannot change.
 */
export class Sender {
	#o: SenderOptions;
	#busy: Draft | undefined;
	#notBefore = 0;
	#tries = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(options: SenderOptions) {
		this.#o = options;
	}

	flush = (): void => {
		if (this.#busy) return;
		const wait = this.#notBefore - Date.now();
		if (wait > 0) return this.#later(wait, this.flush);
		const draft = this.#o.outbox.next();
		if (!draft) return;
		const socket = this.#o.socket;
		const { conversation, fields, proactive } = draft;
		if (socket?.status === 'ready') {
			this.#busy = draft;
			// The connection lives and yet no answer comes: something on the way is stuck, so take another.
			this.#later(ackWithin, () => socket.restart());
			socket.send({ type: 'send', conversation, fields, proactive, ...content(draft) });
		} else if (this.#o.polling) {
			this.#busy = draft;
			void this.#post(draft);
		}
	};

	/** The connection is gone: what was on its way is undecided, and goes again with the same id. */
	halt(): void {
		if (!this.#o.polling) this.#done(this.#busy);
	}

	/** An `ack` frame. */
	acked(ack: Ack): void {
		const draft = this.#o.outbox.find(ack.client_id);
		if (!draft) return; // sent twice, or by another tab: it is done already
		this.#done(draft);
		this.#tries = 0;
		this.#o.outbox.remove(draft);
		this.#o.onAck(draft, ack);
		this.flush();
	}

	/** An `error` frame about a message. */
	refused(frame: Frame): void {
		const after = Number(frame['retry_after_s']) || undefined;
		this.#refuse(this.#o.outbox.find(frame['client_id']), String(frame['code']), String(frame['detail'] ?? ''), after);
	}

	#refuse(draft: Draft | undefined, code: string, detail: string, retryAfter?: number): void {
		if (!draft) return;
		this.#done(draft);
		if (passing.has(code)) {
			this.#notBefore = Date.now() + (retryAfter ?? backoff(this.#tries++)) * 1000;
		} else {
			this.#o.outbox.fail(draft, code, detail);
			this.#o.onFailed(draft);
		}
		this.flush();
	}

	async #post(draft: Draft): Promise<void> {
		const { client_id, conversation, fields, proactive } = draft;
		try {
			const answer = conversation
				? await this.#o.api.call<Ack>('POST', `${path}/${conversation}/messages`, content(draft))
				: await this.#o.api.call<Ack>('POST', path, { fields, proactive, message: content(draft) });
			if (this.#busy === draft) this.acked({ ...answer, client_id });
		} catch (e) {
			const p = e as Problem;
			if (this.#busy === draft) this.#refuse(draft, p.passing ? 'unavailable' : p.code, p.message, p.retryAfter);
		}
	}

	#done(draft: Draft | undefined): void {
		if (this.#busy !== draft) return;
		this.#busy = undefined;
		clearTimeout(this.#timer);
	}

	#later(ms: number, fn: () => void): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(fn, ms);
	}
}

/** What is absent leaves no trace in JSON, so that nothing is said which the server need not know. */
function content({ client_id, body, files }: Draft) {
	return { client_id, body, attachments: files };
}

/** Refusals that end by themselves. After `unauthenticated` and `reload` the session is renewed and we come back. */
const passing = new Set(['rate_limited', 'unavailable', 'unauthenticated', 'reload']);

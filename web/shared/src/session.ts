import { backoff } from './backoff.ts';
import { Problem, type Api } from './http.ts';
import type { SessionAnswer } from './widget-wire.ts';

/** The newest token that any tab of this visitor has, and the site's word on who it is. */
export interface Who {
	visitor?: string | undefined;
	identity?: string | undefined;
	/** The page of the site, and with its consent more of it, to be kept. */
	page?: string | undefined;
	title?: string | undefined;
	referrer?: string | undefined;
	consent?: boolean | undefined;
}

export interface SessionOptions {
	/** The public key. */
	inbox: string;
	who(): Promise<Who>;
}

/** Opens sessions: with the token of an earlier one where it is still good, patiently while the server is away. */
export class Session {
	epoch: string | undefined;
	/** The server would not have this token: do not come back with it. */
	refused: string | undefined;

	#api: Api;
	#o: SessionOptions;
	#turn = 0;

	constructor(api: Api, options: SessionOptions) {
		this.#api = api;
		this.#o = options;
	}

	/** Ends the opening that is under way, if there is one. */
	cancel(): void {
		this.#turn++;
	}

	/**
	 * Resolves with the answer and whether the visitor was here before; with nothing when a later
	 * opening took over. Throws what waiting cannot change.
	 */
	async open(): Promise<[answer: SessionAnswer, returning: boolean] | undefined> {
		const turn = ++this.#turn;
		for (let tries = 0; ; ) {
			const { visitor, ...who } = await this.#o.who();
			if (turn !== this.#turn) return undefined;
			const known = visitor !== this.refused && visitor;
			try {
				const answer = await this.#api.call<SessionAnswer>('POST', '/api/widget/session', {
					...who,
					inbox: this.#o.inbox,
					visitor: known || undefined,
					epoch: this.epoch,
				});
				return turn === this.#turn ? [answer, !!(known || who.identity)] : undefined;
			} catch (e) {
				if (turn !== this.#turn) return undefined;
				const p = e as Problem;
				if (p.code === 'reload' && this.epoch) this.epoch = undefined;
				else if (p.code === 'unauthenticated' && known) this.refused = known;
				else if (!p.passing) throw p;
				else await rest(p.retryAfter ?? backoff(tries++));
			}
		}
	}
}

/** Waits, but not longer than until the network is back. */
export function rest(seconds: number): Promise<void> {
	return new Promise((done) => {
		const end = () => {
			clearTimeout(timer);
			removeEventListener('online', end);
			done();
		};
		const timer = setTimeout(end, seconds * 1000);
		addEventListener('online', end);
	});
}

import { backoff } from './backoff.ts';

const busy = 3;
const calm = 20;

/** Asks the server again and again, where sockets do not work: often while something goes on, seldom otherwise. */
export class Poller {
	on = false;
	/** The last try succeeded. */
	working = false;

	#ask: () => Promise<boolean>;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#failed = 0;

	/** `ask` says whether something goes on; it throws when the server cannot be reached. */
	constructor(ask: () => Promise<boolean>) {
		this.#ask = ask;
	}

	start(): void {
		if (this.on) return;
		this.on = true;
		void this.#round();
	}

	stop(): void {
		this.on = this.working = false;
		this.#failed = 0;
		clearTimeout(this.#timer);
	}

	/** Something goes on now: do not wait out a calm pause. */
	hurry(): void {
		if (this.working) this.#wait(busy);
	}

	#wait(seconds: number): void {
		clearTimeout(this.#timer);
		if (this.on) this.#timer = setTimeout(() => void this.#round(), seconds * 1000);
	}

	async #round(): Promise<void> {
		let wait: number;
		try {
			const lively = await this.#ask();
			wait = lively && !document.hidden ? busy : calm;
			this.working = this.on;
			this.#failed = 0;
		} catch {
			this.working = false;
			wait = backoff(this.#failed++);
		}
		this.#wait(wait);
	}
}

const repeatAfter = 3000;
const idleAfter = 4000;

/** Says that somebody types: at most so often, and takes it back when they pause. */
export class Typist {
	#say: (on: boolean) => void;
	#until = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(say: (on: boolean) => void) {
		this.#say = say;
	}

	key(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.stop(), idleAfter);
		if (Date.now() < this.#until) return;
		this.#until = Date.now() + repeatAfter;
		this.#say(true);
	}

	stop(): void {
		clearTimeout(this.#timer);
		if (this.#until) this.#say(false);
		this.#until = 0;
	}
}

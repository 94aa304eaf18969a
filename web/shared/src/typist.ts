const repeatAfter = 3000;
const previewAfter = 1000;
const idleAfter = 4000;

/** Says that somebody types: at most so often, and takes it back when they pause. */
export class Typist {
	#say: (on: boolean, text?: string) => void;
	#until = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(say: (on: boolean, text?: string) => void) {
		this.#say = say;
	}

	/** With `text`, what stands there now is said, too, and what was last typed before a pause is not left out. */
	key(text?: string): void {
		clearTimeout(this.#timer);
		const early = this.#until - Date.now();
		const later = early > 0 && text !== undefined;
		this.#timer = setTimeout(() => (later ? this.key(text) : this.stop()), later ? early : idleAfter);
		if (early > 0) return;
		this.#until = Date.now() + (text === undefined ? repeatAfter : previewAfter);
		this.#say(true, text);
	}

	stop(): void {
		clearTimeout(this.#timer);
		if (this.#until) this.#say(false);
		this.#until = 0;
	}
}

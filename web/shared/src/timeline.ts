import type { Event } from './widget-wire.ts';

/**
 * The events of one conversation, in order and each once. What arrives ahead of a gap waits until the
 * gap is read from the server, so that nothing is ever shown out of order.
 */
export class Timeline {
	/** Everything up to here is known without a gap. */
	newest = 0;
	events: Event[] = [];

	/** Own messages that were acked and whose event has not been put in order yet. */
	#acked = new Map<number, Event>();
	#ahead = new Map<number, Event>();

	/** Nothing is waiting for events before it. */
	get whole(): boolean {
		return this.#ahead.size === 0;
	}

	/** Takes an event that came live and returns what became readable by it: nothing when there is a gap. */
	add(event: Event): Event[] {
		if (event.seq > this.newest) this.#ahead.set(event.seq, event);
		return this.#advance([]);
	}

	/** Takes what the server answered to `after=newest`, which is complete by definition. */
	fill(events: Event[]): Event[] {
		const fresh: Event[] = [];
		for (const e of events) if (e.seq > this.newest) this.#append(e, fresh);
		return this.#advance(fresh);
	}

	/** An own message is committed: show it, though its event may still be on the way. */
	acked(event: Event): void {
		if (event.seq > this.newest) this.#acked.set(event.seq, event);
	}

	/** For the eye: the ordered events, then own messages that are committed but not read back. */
	shown(): Event[] {
		return [...this.events, ...[...this.#acked.values()].sort((a, b) => a.seq - b.seq)];
	}

	#append(event: Event, fresh: Event[]): void {
		this.events.push(event);
		fresh.push(event);
		this.newest = event.seq;
		for (const seq of this.#acked.keys()) if (seq <= event.seq) this.#acked.delete(seq);
	}

	#advance(fresh: Event[]): Event[] {
		for (const e of [...this.#ahead.values()].sort((a, b) => a.seq - b.seq)) {
			if (e.seq > this.newest && e.prev !== this.newest) break;
			this.#ahead.delete(e.seq);
			if (e.seq > this.newest) this.#append(e, fresh);
		}
		return fresh;
	}
}

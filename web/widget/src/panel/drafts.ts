import type { Chat } from '@heard/shared/chat.ts';
import type { Store } from '@heard/shared/store.ts';

/** As many letters as a message can have bytes. */
const most = 16_000;

/** What is being written in each conversation: kept for the tab until it is sent, the chat ends or the writer is another. */
export class Drafts {
	store: Store;
	#prefix: string;
	#slot = '';
	#owner: Chat['customer'];

	constructor(store: Store, prefix: string) {
		this.store = store;
		this.#prefix = prefix;
	}

	/** Keeps what stands in the field, and returns what shall stand there: of another conversation, what was kept of it. */
	follow({ phase, customer, active, current }: Pick<Chat, 'phase' | 'customer' | 'active' | 'current'>, text: string): string {
		if (phase !== 'ready') return text;
		const { id } = customer!;
		if (this.#owner && this.#owner.id !== id) {
			if (this.#owner.verified) text = ''; // who was nobody yet is still the one who writes
			this.clear();
		}
		this.#owner = customer;
		const slot = this.#prefix + id + ':' + (active ?? '');
		if (slot !== this.#slot) {
			if (text) this.store.remove(this.#slot); // it came along
			this.#slot = slot;
			text ||= this.store.get(slot) ?? '';
		}
		if (text && !current?.over) this.store.set(slot, text.slice(0, most));
		else this.store.remove(slot);
		return text;
	}

	clear(): void {
		this.#owner = undefined;
		this.#slot = '';
		for (const key of this.store.keys(this.#prefix)) this.store.remove(key);
	}
}

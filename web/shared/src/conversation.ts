import { Timeline } from './timeline.ts';
import type { Frame } from './socket.ts';
import type { Attachment, ConversationItem, ConversationStatus, Event, Survey } from './widget-wire.ts';

export interface Queue {
	position: number;
	/** Seconds, shortest and longest expected. */
	wait: [number, number];
}

/** One line of a thread: a message, or something that happened. */
export interface Line {
	seq: number;
	at: string;
	/** A notice is what nobody in particular said. */
	kind: 'message' | 'notice' | 'joined' | 'queued' | 'ended' | 'resolved';
	mine: boolean;
	name: string;
	body: string;
	gone: boolean;
	edited: boolean;
	files: Attachment[];
}

/** Milliseconds for which one word of "is typing" holds. */
export const typingFor = 6000;

/** One conversation as a customer knows it: its timeline and what follows from it. */
export class Conversation {
	readonly id: string;
	readonly timeline = new Timeline();
	status: ConversationStatus = 'open';
	/** The customer pressed "end". */
	ended = false;
	/** Who serves now. */
	agent = '';
	/** How far the customer has seen it, and how far the other side has. */
	seen = 0;
	read = 0;
	queue: Queue | undefined;
	survey: Survey | undefined;
	typing: { name: string; until: number } | undefined;
	/** Its history is here; until then `unread` is what the server counted. */
	loaded = false;
	/** Events from here on are news to the customer; earlier ones are history that was read. */
	newsFrom = Infinity;
	updatedAt = '';
	/** The server's newest seq at the last reading: spares polling clients needless calls. */
	checked = 0;

	#listedUnread = 0;

	constructor(id: string) {
		this.id = id;
	}

	/** Nothing can be added here any more. */
	get over(): boolean {
		return this.status === 'closed' || this.ended;
	}

	get isTyping(): boolean {
		return !!this.typing && this.typing.until > Date.now();
	}

	get unread(): number {
		if (!this.loaded) return this.#listedUnread;
		return this.timeline.events.filter((e) => e.seq > this.seen && theirs(e)).length;
	}

	get newestMessage(): Event | undefined {
		return this.timeline.shown().findLast((e) => e.kind === 'message.posted');
	}

	listed(item: ConversationItem): void {
		this.status = item.status;
		this.seen = Math.max(this.seen, item.seen_seq);
		this.read = Math.max(this.read, item.agent_seen_seq ?? 0);
		this.#listedUnread = item.unread;
		this.updatedAt = item.updated_at;
		this.survey = item.survey ?? undefined;
		if (item.agent) this.agent = item.agent.name;
	}

	apply(e: Event): void {
		const data = e.data ?? {};
		if (e.at > this.updatedAt) this.updatedAt = e.at;
		switch (e.kind) {
			case 'ticket.status_changed':
				this.status = data['to'] as ConversationStatus;
				this.survey = undefined; // of a resolve that does not stand any more
				if (this.status === 'open') this.ended = false;
				if (data['from'] === 'resolved') this.agent = ''; // whoever has it again is told next
				break;
			case 'ticket.assigned':
			case 'ticket.handed_off':
				this.agent = serving(e);
				if (this.agent) this.queue = undefined;
				break;
			case 'conversation.ended':
				this.ended = true;
				this.queue = this.typing = undefined;
				break;
			case 'wait.promised':
				if (!this.agent)
					this.queue = { position: data['position'] as number, wait: [data['low_s'] as number, data['high_s'] as number] };
				break;
			case 'message.posted':
				if (!theirs(e)) {
					this.ended = false;
					break;
				}
				this.typing = undefined;
				if (e.by.kind === 'agent') {
					this.agent ||= e.by.name ?? '';
					this.queue = undefined;
				}
		}
	}

	/** Takes a frame about the conversation that is not of its log. */
	hear(f: Frame): void {
		const by = f['by'] as { kind?: string; name?: string } | undefined;
		switch (f.type) {
			case 'seen':
				if (by?.kind === 'customer') this.seen = Math.max(this.seen, f['seq'] as number);
				else this.read = Math.max(this.read, f['seq'] as number);
				break;
			case 'typing':
				this.typing = f['on'] ? { name: by?.name ?? this.agent, until: Date.now() + typingFor } : undefined;
				break;
			case 'queue':
				this.queue = { position: f['position'] as number, wait: f['wait_s'] as [number, number] };
				break;
			case 'survey':
				this.survey = f as unknown as Survey;
		}
	}

	/** The thread for the eye: edits folded in, machinery left out. */
	lines(): Line[] {
		const lines: Line[] = [];
		let server = '';
		for (const e of this.timeline.shown()) {
			const data = e.data ?? {};
			const about = data['target_seq']; // of an edit or a redaction
			const target = about ? lines.find((l) => l.seq === about) : undefined;
			if (target) Object.assign(target, e.kind === 'message.edited' ? { edited: true, body: e.body ?? target.body } : { gone: true, body: '', files: [] });
			// Nothing was said since: who reads it need not know that it was resolved for a moment, nor that somebody took it for that.
			const last = lines.at(-1)?.kind;
			if (last === 'resolved' && data['to'] === 'open') {
				const { at } = lines.pop()!;
				if (lines.at(-1)?.kind === 'joined' && lines.at(-1)!.at === at) server = (lines.pop(), '');
			}
			const kind = lineKind(e, server);
			if (!kind || (kind === 'resolved' && last === 'ended')) continue;
			if (kind === 'joined' || kind === 'queued') server = serving(e);
			lines.push({
				seq: e.seq,
				at: e.at,
				kind,
				mine: e.by.kind === 'customer',
				name: kind === 'joined' ? server : (e.by.name ?? ''),
				body: e.body ?? '',
				gone: !!data['redacted'],
				edited: !!data['edited_at'],
				files: (data['attachments'] as Attachment[]) ?? [],
			});
		}
		return lines;
	}
}

/** A message that the customer did not write. */
export function theirs(e: Event): boolean {
	return e.kind === 'message.posted' && e.by.kind !== 'customer';
}

/** Who serves after this event, if it says so. */
export function serving(e: Event): string {
	return (e.data?.['agent_name'] as string) ?? '';
}

function lineKind(e: Event, server: string): Line['kind'] | undefined {
	switch (e.kind) {
		case 'message.posted':
			return e.by.kind === 'automation' && e.seq > 2 ? 'notice' : 'message'; // the first one is what we were asked with
		case 'ticket.assigned':
		case 'ticket.handed_off':
			return serving(e) === server ? undefined : serving(e) ? 'joined' : 'queued';
		case 'conversation.ended':
			return 'ended';
		case 'ticket.status_changed':
			return e.data?.['to'] === 'resolved' ? 'resolved' : undefined;
	}
}

import { Chat } from '@heard/shared/chat.ts';
import type { Draft } from '@heard/shared/outbox.ts';
import { translator, type Messages, type Translator } from '@heard/shared/i18n.ts';
import { memoryStore, webStore } from '@heard/shared/store.ts';
import type { Who } from '@heard/shared/session.ts';
import type { Survey } from '@heard/shared/widget-wire.ts';
import type texts from '../../locales/en.json';
import type { Look, ToLoader, ToPanel } from '../bridge.ts';
import { plain } from './text.tsx';
import { paint } from './theme.ts';

export type Key = keyof typeof texts;

/** What the server writes into the page. */
export interface Boot {
	inbox: string;
	locale: string;
	messages: Messages;
	/** Sites that may hold the panel; none named means any. */
	allowed_origins: string[] | null;
}

/** What belongs to the conversation on screen and goes with it. */
export interface Local {
	/** Asking whether the chat shall really end. */
	ending?: boolean;
	/** Scrolled away from the newest message. */
	away?: boolean;
	/** How many lines are shown. */
	most?: number;
	errors?: Record<string, string>;
	score?: number;
	comment?: string;
	rated?: boolean;
	/** Where the answer to an offline message goes. */
	promised?: string;
}

const calmFor = 10_000;
const troubleAfter = 2000;

/** The panel's state beside the chat itself, and its line to the loader. Without a loader it is a page of its own. */
export class Ui {
	readonly t: Translator<Key>;
	readonly framed = window.parent !== window;
	readonly chat: Chat;
	open = !this.framed;
	listing = false;
	look: Look = {};
	local: Local = {};
	/** Written, not sent yet. */
	text = '';
	/** What was typed into the form before a chat, kept when sending fails. */
	values: Record<string, string> = {};

	#draw: () => void;
	#focus: () => void;
	#key: string;
	#store = webStore() ?? memoryStore();
	#port: MessagePort | undefined;
	#asking: ((who: Who) => void)[] = [];
	#unread = 0;
	#signals: object[] = []; // until there is a session to tell them in
	#dressed = '';
	#dirty = false;
	#said: Record<string, { text: string; at: number }> = {};
	#troubleAt = 0;

	/** `draw` shows the state; `focus` puts the focus where a person goes on. */
	constructor(boot: Boot, draw: () => void, focus: () => void) {
		this.#draw = draw;
		this.#focus = focus;
		this.#key = `heard:${boot.inbox}:`;
		this.t = translator<Key>(boot.locale, boot.messages);
		this.chat = new Chat({
			inbox: boot.inbox,
			store: () => this.#store,
			who: () => this.#who(),
			keepVisitor: (v) => this.#keepVisitor(v),
			onChange: () => this.#changed(),
			onEvent: (name, detail) => this.#event(name, detail as Record<string, unknown>),
		});
	}

	/** The loader handed over its end of the line. */
	connect(port: MessagePort): void {
		this.#port = port;
		port.onmessage = (e) => this.#hear(e.data as ToPanel);
	}

	close(): void {
		this.#say({ t: 'close' });
	}

	begin(): void {
		this.open = this.chat.attentive = true;
		void this.chat.start().then(() => this.redraw(true));
		this.chat.connect();
		this.redraw(true);
	}

	redraw(focus?: boolean): void {
		if (!this.#dirty) queueMicrotask(() => ((this.#dirty = false), this.#draw()));
		this.#dirty = true;
		if (focus) setTimeout(() => this.open && this.#focus());
	}

	/** A conversation, or none yet, comes on screen. */
	show(id?: string): void {
		this.listing = false;
		this.local = {};
		this.chat.show(id);
		this.redraw(true);
	}

	send(fields?: Record<string, string>): void {
		const text = this.text.trim();
		this.text = '';
		this.local.away = false;
		this.chat.send(text, fields);
		this.redraw(true);
	}

	/** Takes a message that was refused back for writing it anew. */
	edit(d: Draft): void {
		this.text = d.body;
		this.values = { ...this.values, ...d.fields };
		this.chat.discard(d);
		this.redraw(true);
	}

	/** Words for the site that the chat itself does not know of. */
	tell(name: string, detail?: unknown): void {
		this.#say({ t: 'event', name, detail });
	}

	skip(survey: Survey): void {
		this.#store.set(this.#key + 'skip', survey.token);
		this.redraw(true);
	}

	skipped(survey: Survey): boolean {
		return this.#store.get(this.#key + 'skip') === survey.token;
	}

	/** Something of the chat is really before the visitor's eyes. */
	get watching(): boolean {
		return this.open && document.visibilityState === 'visible';
	}

	/** A line that is read out changes at most so often; leaving it is never delayed. */
	calm(id: string, text: string): string {
		const said = (this.#said[id] ??= { text: '', at: 0 });
		const early = said.at + calmFor - Date.now();
		if (text === said.text) return text;
		if (text && said.text && early > 0) {
			setTimeout(() => this.redraw(), early + 1);
			return said.text;
		}
		this.#said[id] = { text, at: Date.now() };
		return text;
	}

	/** No connection, and for long enough to say so: most interruptions are over before one could read it. */
	get trouble(): string | undefined {
		if (!this.chat.connecting || !this.open) {
			this.#troubleAt = 0;
			return undefined;
		}
		if (!this.#troubleAt) {
			this.#troubleAt = Date.now();
			setTimeout(() => this.redraw(), troubleAfter + 1);
		}
		if (Date.now() - this.#troubleAt < troubleAfter) return undefined;
		return this.chat.degraded || !navigator.onLine ? this.t('kept') : this.t('connecting');
	}

	#say(m: ToLoader): void {
		this.#port?.postMessage(m);
	}

	#hear(m: ToPanel): void {
		switch (m.t) {
			case 'init':
				if (!m.keep) this.#store = memoryStore();
				this.#dress(m.look);
				if (m.open) this.begin();
				else if (m.resume) void this.chat.start();
				break;
			case 'open':
				this.begin();
				break;
			case 'close':
				this.open = this.chat.attentive = false;
				break;
			case 'look':
				this.#dress(m.look);
				break;
			case 'identify':
				if (this.chat.phase !== 'idle') void this.chat.identify();
				break;
			case 'logout':
				this.chat.logout();
				this.text = '';
				this.values = {};
				this.look = {};
				this.local = {};
				break;
			case 'new':
				this.text = m.text;
				if (!this.chat.current || this.chat.current.over) this.show();
				break;
			case 'show':
				if (/^\w+$/.test(m.id)) this.show(m.id);
				break;
			case 'track': {
				const props = Object.fromEntries(Object.entries(m.props ?? {}).map(([k, v]) => [k, String(v)]));
				this.#signals.push({ name: m.name, page: m.page, at: new Date(m.at).toISOString(), props });
				this.#changed();
				break;
			}
			case 'who':
				for (const answer of this.#asking.splice(0)) answer({ ...m, visitor: m.visitor ?? undefined });
		}
		this.redraw();
	}

	async #who(): Promise<Who> {
		if (!this.framed) return { visitor: this.#store.get(this.#key + 'v') ?? undefined };
		return new Promise((answer) => {
			this.#asking.push(answer);
			this.#say({ t: 'who' });
		});
	}

	#keepVisitor(token: string | undefined): void {
		if (this.framed) this.#say({ t: 'token', v: token ?? null });
		else if (token) this.#store.set(this.#key + 'v', token);
		else this.#store.remove(this.#key + 'v');
	}

	#changed(): void {
		const { unread, phase } = this.chat;
		if (phase === 'ready' && this.#signals[0]) this.chat.tell('signals', { items: this.#signals.splice(0, 50) });
		if (unread !== this.#unread) this.#say({ t: 'unread', n: (this.#unread = unread) });
		this.#dress(this.look);
		this.redraw();
	}

	#dress(look: Look): void {
		this.look = look;
		const color = look.color || this.chat.settings?.color || '';
		const side = look.side || this.chat.settings?.side || 'end';
		const now = [color, side, look.theme].join();
		if (now === this.#dressed) return;
		this.#dressed = now;
		paint(color, look.theme);
		this.#say({ t: 'look', color, side, label: this.t('open') });
	}

	/** The site learns what happens, but not what is said: its scripts are not party to the conversation. */
	#event(name: string, detail?: Record<string, unknown>): void {
		const { body, ...rest } = Object(detail) as Record<string, unknown>;
		this.tell(name, typeof detail === 'object' ? rest : detail);
		if (name !== 'message:in' || this.open) return;
		const text = plain(String(body)).slice(0, 140);
		this.#say({ t: 'teaser', name: String(rest['name'] || this.t('agent')), text, dismiss: this.t('dismiss') });
	}
}

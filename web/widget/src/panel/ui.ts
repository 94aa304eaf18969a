import { Chat, type ChatOptions } from '@heard/shared/chat.ts';
import type { Messages } from '@heard/shared/i18n.ts';
import { memoryStore, webStore, type Store } from '@heard/shared/store.ts';
import type { Who } from '@heard/shared/session.ts';
import type { Rule, Settings, Survey } from '@heard/shared/widget-wire.ts';
import type { Look, ToLoader, ToPanel } from '../bridge.ts';
import { Drafts } from './drafts.ts';
import type { Upload } from './files.tsx';
import { loadPart, type Extras, type Lobby, type Parts } from './extras.ts';
import { closed } from './form.ts';
import { plain } from './text.tsx';
import { paint } from './theme.ts';
import { speak, t } from './words.ts';

/** What the server writes into the page. */
export interface Boot {
	inbox: string;
	locale: string;
	messages: Messages;
	/** Sites that may hold the panel; none named means any. */
	allowed_origins: string[] | null;
	/** The inbox's own. */
	color: string;
	/** Nobody is there, and then the site shows no chat. */
	hidden?: boolean;
}

/** What belongs to the conversation on screen and goes with it. */
export interface Local {
	/** Asking whether the chat shall really end. */
	ending?: boolean;
	/** Writing on, after the end. */
	again?: boolean;
	/** Scrolled away from the newest message. */
	away?: boolean;
	/** How many lines are shown. */
	most?: number;
	errors?: Record<string, string>;
	/** Giving an address, so as not to have to wait here; and the one that was given. */
	leaving?: boolean;
	kept?: string;
	/** The last thing that was tried did not work. */
	oops?: boolean;
	/** The survey whose score was stored already, while more can be said to it. */
	asked?: Survey | undefined;
	/** The storing of that score. */
	stored?: Promise<unknown>;
	score?: number;
	comment?: string;
	/** Reasons that were ticked, and answers to a survey's own questions. */
	ticked?: string[];
	said?: Record<string, string>;
	rated?: boolean;
	/** Where the answer to an offline message goes. */
	promised?: string;
}

const calmFor = 10_000;
const troubleAfter = 2000;
const siteAway = 3000;

/** The panel's state beside the chat itself, and its line to the loader. Without a loader it is a page of its own. */
export class Ui implements ChatOptions {
	readonly inbox: string;
	readonly framed = window.parent !== window;
	/** The site's page: it holds our frame, or opened our window. */
	readonly site: Window | null = this.framed ? window.parent : window.name.startsWith('heard') ? window.opener : null;
	readonly chat: Chat;
	open = !this.framed;
	listing = false;
	look!: Look;
	local!: Local;
	/** Written, not sent yet. */
	text!: string;
	/** What was typed into the form before a chat, kept when sending fails. */
	values!: Record<string, string>;
	/** Chosen for the next message. */
	uploads!: Upload[];
	/** The message that was offered to the visitor by itself. */
	offer: Rule | undefined;
	/** What not everybody needs, once it is here. */
	extras: Extras | undefined;
	lobby: Lobby | undefined;
	/** It came back with the site's next page, and nobody has touched it since: the focus stays where it is. */
	quiet = false;
	/** No sound, by the visitor's own choice. */
	muted = false;

	#boot: Boot;
	#draw: () => void;
	#focus: () => void;
	readonly key: string;
	#store = webStore();
	#drafts: Drafts;
	#port: MessagePort | undefined;
	#asking: ((who: Who) => void)[] = [];
	#unread = 0;
	#signals: object[] = []; // until there is a session to tell them in
	#dressed = '';
	#dirty = false;
	#said!: Record<string, { text: string; at: number }>;
	#troubleAt = 0;

	/** `draw` shows the state; `focus` puts the focus where a person goes on. */
	constructor(boot: Boot, draw: () => void, focus: () => void) {
		this.#boot = boot;
		this.#draw = draw;
		this.#focus = focus;
		this.key = `heard:${boot.inbox}:`;
		speak(boot.locale, boot.messages);
		this.inbox = boot.inbox;
		this.#drafts = new Drafts(webStore(() => sessionStorage), this.key + 'd:');
		this.muted = !!this.#store.get(this.key + 's');
		this.#clear();
		this.chat = new Chat(this);
	}

	/** Nothing of a visitor is here. */
	#clear(): void {
		this.look = {};
		this.local = {};
		this.text = '';
		this.values = {};
		this.uploads = [];
		this.offer = undefined;
		this.#said = {};
	}

	/** The loader handed over its end of the line. */
	connect(port: MessagePort): void {
		this.#port = port;
		port.onmessage = (e) => this.#hear(e.data as ToPanel);
	}

	close(): void {
		this.say({ t: 'close' });
	}

	begin(): void {
		this.open = this.chat.attentive = true;
		this.local.oops = false; // what could not be loaded is tried again
		void this.chat.start().then(() => {
			// Who follows an offer has something new to say.
			if (this.offer && this.chat.current?.status === 'resolved') this.chat.show(undefined);
			this.redraw(true);
		});
		this.chat.connect();
		this.redraw(true);
	}

	redraw(focus?: boolean): void {
		if (!this.#dirty)
			queueMicrotask(() => {
				this.#dirty = false;
				this.text = this.#drafts.follow(this.chat, this.text);
				this.#draw();
			});
		this.#dirty = true;
		if (focus) setTimeout(() => this.open && !this.quiet && this.#focus());
	}

	/** A conversation, or none yet, comes on screen. */
	show(id?: string): void {
		if (id !== this.chat.active) this.text = ''; // of the one that is left; it is kept
		this.listing = false;
		this.local = {};
		this.chat.show(id);
		this.redraw(true);
	}

	send(fields?: Record<string, string>): void {
		const files = this.uploads.flatMap((u) => u.got ?? []);
		const text = this.text.trim() || files[0]!.name; // a message needs words
		this.text = '';
		this.uploads = [];
		this.local.away = this.local.oops = false;
		this.chat.send(text, files, { fields, proactive: this.offer?.id });
		this.redraw(true);
	}

	/** Words for the site that the chat itself does not know of. */
	tell(name: string, detail?: unknown): void {
		this.say({ t: 'event', name, detail });
	}

	/** Does something with the extras as soon as they are here. */
	more(use?: (extras: Extras) => unknown, focus = !!use): void {
		this.#load('extras', use, focus);
	}

	/** And with the lobby, the same. */
	enter(use?: (lobby: Lobby) => unknown): void {
		if (!this.lobby || use) this.#load('lobby', use, this.listing);
		else this.redraw(this.listing);
	}

	#load<K extends keyof Parts>(part: K, use: ((p: Parts[K]) => unknown) | undefined, focus: boolean): void {
		const loaded = loadPart(part).then((arrived) => {
			this[part as 'extras'] = arrived as Extras;
			return use?.(arrived);
		});
		this.attempt(loaded, focus);
	}

	/** Shows when something that was asked for did not work. */
	attempt(work: Promise<unknown>, focus = true): void {
		this.local.oops = false;
		work.catch(() => (this.local.oops = true)).finally(() => this.redraw(focus));
	}

	skipped(survey: Survey): boolean {
		return this.#store.get(this.key + 'skip') === survey.token;
	}

	get settings(): Settings | undefined {
		return this.chat.settings;
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
		if (this.local.oops) return t('oops');
		const { onLine } = navigator; // told at once, where a connection takes its time to notice
		if ((onLine && !this.chat.connecting) || !this.open) {
			this.#troubleAt = 0;
			return undefined;
		}
		if (!this.#troubleAt) {
			this.#troubleAt = Date.now();
			setTimeout(() => this.redraw(), troubleAfter + 1);
		}
		if (Date.now() - this.#troubleAt < troubleAfter) return undefined;
		if (!onLine) return t('no.network');
		return this.chat.degraded ? t('kept') : t('connecting');
	}

	say(m: ToLoader): void {
		this.#port?.postMessage(m);
	}

	#hear(m: ToPanel): void {
		switch (m.t) {
			case 'init':
				if (!m.keep) this.#store = this.#drafts.store = memoryStore();
				this.quiet = m.open === 'true';
				this.#dress(m.look);
				this.muted = !!m.quiet;
				if (m.open || !this.framed) this.begin();
				else if (m.resume) void this.chat.start();
				break;
			case 'open':
				this.quiet = false;
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
				this.#drafts.clear();
				this.#clear();
				this.#store.remove(this.key + 'skip');
				break;
			case 'new':
				if (!this.chat.current || this.chat.current.over) this.show();
				this.text = m.text || this.text;
				break;
			case 'show':
				if (/^\w+$/.test(m.id)) this.show(m.id);
				break;
			case 'offer': {
				const talking = this.open || this.offer || this.chat.phase === 'starting' || this.chat.threads.list.some((c) => !c.over && c.status !== 'resolved');
				if (talking) break;
				this.offer = m.rule;
				this.say({ t: 'keep', k: 'p', v: m.kept });
				this.tease(document.title, m.rule.text);
				break;
			}
			case 'track': {
				if (m.consent && (!m.name || m.name === 'page')) this.chat.visit({ url: m.page, title: m.title, referrer: m.referrer });
				if (!m.name) break;
				const props = Object.fromEntries(Object.entries(m.props ?? {}).map(([k, v]) => [k, String(v)]));
				this.#signals.push({ name: m.name, page: m.page, at: new Date(m.at).toISOString(), props });
				this.onChange();
				break;
			}
			case 'who':
				{
					const { t: _, visitor, ...who } = m; // the server takes no field that it does not know
					for (const answer of this.#asking.splice(0)) answer({ ...who, visitor: visitor ?? undefined });
				}
		}
		this.redraw();
	}

	/** Where the outbox is kept. */
	store(): Store {
		return this.#store;
	}

	async who(): Promise<Who> {
		if (!this.#port) return { visitor: this.#store.get(this.key + 'v') ?? undefined };
		return new Promise((answer) => {
			this.#asking.push(answer);
			this.say({ t: 'who' });
			if (!this.framed) setTimeout(() => answer({ visitor: this.chat.api.token }), siteAway); // its page was left
		});
	}

	keepVisitor(token: string | undefined): void {
		this.keep('v', token);
	}

	/** The site's own storage outlives ours, which browsers may give frames for a page only. */
	keep(k: 'v' | 's', v: string | undefined): void {
		if (this.#port) this.say({ t: 'keep', k, v: v || null });
		else if (v) this.#store.set(this.key + k, v);
		else this.#store.remove(this.key + k);
	}

	onChange(): void {
		const { unread, phase } = this.chat;
		if (phase === 'ready' && this.#signals[0]) this.chat.tell('signals', { items: this.#signals.splice(0, 50) });
		if (unread !== this.#unread) this.say({ t: 'unread', n: (this.#unread = unread) });
		this.#dress(this.look);
		this.redraw();
	}

	#dress(look: Look): void {
		this.look = look;
		const color = look.color || this.#boot.color;
		const side = look.side || this.chat.settings?.side || 'end';
		const hidden = this.chat.phase === 'idle' ? !!this.#boot.hidden : closed(this) === 'hidden' && !this.chat.current;
		const now = [color, side, look.theme, hidden].join();
		if (now === this.#dressed) return;
		this.#dressed = now;
		paint(color, look.theme);
		this.say({ t: 'look', color, side, label: t('open'), hidden });
	}

	/** The site learns what happens, but not what is said: its scripts are not party to the conversation. */
	onEvent(name: string, detail?: unknown): void {
		const { body, ...rest } = Object(detail) as Record<string, unknown>;
		this.tell(name, typeof detail === 'object' ? rest : detail);
		if (name !== 'message:in') return;
		// A person has to have touched the panel, and to have the sound on.
		if (!this.watching && !this.muted && navigator.userActivation.hasBeenActive) void loadPart('lobby').then((x) => x.call(this.chat, String(rest['at'])), () => {});
		if (this.open) return;
		this.tease(String(rest['name'] || document.title), String(body));
	}

	tease(name: string, body: string): void {
		this.say({ t: 'teaser', name, text: plain(body).slice(0, 140), dismiss: t('dismiss') });
	}
}

/** How the widget looks and behaves; what is left out comes from the inbox's settings. */
export interface Settings {
	/** `#rrggbb`; made readable by itself in either theme. */
	color?: string;
	/** The side of the line on which it stands. */
	side?: 'start' | 'end';
	/** The visitor's choice unless set. */
	theme?: 'light' | 'dark';
	/** A language tag; the page's `lang` unless set. */
	locale?: string;
	/** No button: open it with `openOn` or `open()`. */
	launcher?: 'none';
	/** A CSS selector of elements that open the chat. */
	openOn?: string;
	/** The launcher's name for screen readers, until the panel brings its own. */
	label?: string;
	/** `wait`: keep nothing until `update({ consent: true })`. `true`: the visitor agrees that the desk sees the pages they visit. */
	consent?: 'wait' | 'yes' | boolean;
	/** `session`: keep nothing beyond the page. */
	resume?: 'session';
	/** Offer the inbox's messages by their rules. */
	proactive?: boolean;
	/** What is known of the visitor, to spare them typing. Unverified. */
	name?: string;
	email?: string;
	/** Who it is, signed by your server; a function is asked again when a token is needed anew. */
	user_jwt?: string | (() => string | Promise<string>);
}

export interface LoadSettings extends Settings {
	/** Where your Heard is: `https://help.example`. */
	url: string;
	/** The inbox's public key. */
	inbox: string;
}

/** What happens, and what is told of it: never what was written. */
export interface Events {
	ready: undefined;
	open: undefined;
	close: undefined;
	/** How many messages are unread; a new listener is told at once. */
	unread: number;
	'message:in': { conversation: string; name: string; at: string };
	'message:out': { conversation: string; at: string };
	'conversation:start': { conversation: string };
	'conversation:end': { conversation: string };
	/** The form before a chat was sent. */
	prechat: undefined;
	/** The form of closed hours was sent. */
	'offline:submit': undefined;
	csat: { conversation: string; score: number };
	/** The place in the line, and the shortest and longest wait in seconds. */
	queue: { position: number; wait_s: [number, number] };
	'agent:join': { conversation: string; name: string };
	status: 'online' | 'away' | 'offline';
	/** A problem of the chat, or what your function for `user_jwt` threw. */
	error: { code: string; detail: string } | Error;
}

/** The widget: callable by name (`heard('open')`), with the same as methods. */
export interface Heard {
	(method: string, ...args: unknown[]): unknown;
	/** Starts a widget that waits for it (`data-manual`). */
	boot(settings?: Settings): void;
	open(): void;
	close(): void;
	toggle(): void;
	isOpen(): boolean;
	/** Shows or hides the launcher. */
	show(): void;
	hide(): void;
	/** Says who the visitor is. */
	identify(who: { user_jwt: NonNullable<Settings['user_jwt']> }): void;
	update(settings: Settings): void;
	/** Ends the visitor's session: the next person sees nothing of it. */
	logout(): void;
	/** Tells the desk what the visitor does. */
	track(name: string, props?: Record<string, string | number | boolean>): void;
	/** Tells of a page, on sites that turn pages by themselves. */
	page(): void;
	/** Puts a word to the visit. Tickets get their tags from the desk alone. */
	tag(word: string): void;
	/** Moves the chat into a window of its own; after a click, for browsers open windows for nothing else. */
	popout(): void;
	/** Opens the chat with a text that is not sent yet: in the conversation on screen, or in a new one when that is over. */
	newMessage(text?: string): void;
	showConversation(id: string): void;
	/** Hears of an event; returns what ends it. Each is also a DOM event `heard:NAME` on `document`. */
	on<E extends keyof Events>(event: E, fn: (detail: Events[E]) => void): () => void;
	/** Removes everything. */
	destroy(): void;
}

/** The same events for `document.addEventListener`. */
export type DomEvents = { [E in keyof Events as `heard:${E}`]: CustomEvent<Events[E]> };

declare global {
	interface DocumentEventMap extends DomEvents {}
	interface Window {
		Heard?: Heard | undefined;
		HeardSettings?: Settings & { inbox?: string };
	}
}

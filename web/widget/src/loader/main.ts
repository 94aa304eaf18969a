import type { Look, Page, ToLoader, ToPanel } from '../bridge.ts';
import { css } from './style.ts';

/** The attributes of the script tag without `data-`, in camel case; or `window.HeardSettings`. */
interface Settings extends Look {
	inbox?: string;
	locale?: string;
	launcher?: string;
	openOn?: string;
	label?: string;
	manual?: string | boolean;
	consent?: string | boolean;
	resume?: string;
	proactive?: string | boolean;
	user_jwt?: string | (() => string | Promise<string>) | undefined;
}

/** Where the rest of us for the site's page is; the build fills it in. */
declare const HOST: string;

type Method = (...args: any[]) => unknown;
type Heard = Method & { [method: string]: any };

const win = window as unknown as { Heard?: Heard | undefined; HeardSettings?: Settings };
const doc = document;
const root = doc.documentElement;

const make = <T extends HTMLElement>(tag: string, props?: object) => Object.assign(doc.createElement(tag), props) as T;

/** Listeners are DOM listeners: one that throws harms no other, and a site needs nothing of ours to listen. */
function emit(name: string, detail?: unknown): void {
	doc.dispatchEvent(new CustomEvent('heard:' + name, { detail }));
}

function start(script: HTMLScriptElement, calls: [string, ...unknown[]][]): void {
	const settings: Settings = { ...win.HeardSettings, ...script.dataset };
	const origin = new URL(script.src).origin;
	const narrow = matchMedia('(width<480px)');

	const host = make('div');
	const shadow = host.attachShadow({ mode: 'open' });
	const badge = make('span', { className: 'n' });
	const button = make('button', { className: 'b', onclick: () => turn(!opened), onpointerenter: load, onfocus: load }); // a touch enters, too
	button.append(badge);
	let mounted = false;
	let frame: HTMLIFrameElement | undefined;
	let port: MessagePort | undefined;
	let trigger: HTMLElement;
	/** The panel's window, once it has one of its own. */
	let out: Window | undefined;
	/** Open; what was stored, "true", where it opened by itself as on the page before. */
	let opened: boolean | string = false;
	let unread = 0;
	let told = 0; // of them in the page's title
	let label = settings.label || 'Chat'; // the panel, when it is loaded, brings one in its language
	const memory: Record<string, string | null> = {};
	let later: ToPanel[] = [];

	const mayKeep = () => settings.consent !== 'wait' && settings.resume !== 'session';

	const key = (what: string) => `heard:${settings.inbox}:${what}`;

	/**
	 * Reads or writes in the site's storage: "v" is the visitor's token, "p" which messages were offered, and of the tab,
	 * "o" is that the panel is open.
	 * Where nothing may be stored, the page's memory has to do.
	 */
	function kept(what: string, value?: any): string | null | undefined {
		if (value !== undefined) memory[what] = value;
		try {
			if (mayKeep()) {
				const store = what === 'o' ? sessionStorage : localStorage;
				if (value) store[key(what)] = value;
				else if (value === null) delete store[key(what)];
				return store[key(what)];
			}
		} catch {
			// private mode
		}
		return memory[what];
	}

	/** Where the visitor is: for whoever has consented to nothing, just the address. */
	const where = (): Page => ({ page: location.href, ...(settings.consent && settings.consent !== 'wait' && { title: doc.title, referrer: doc.referrer, consent: true }) });

	function look(): void {
		host.className = settings.side + (port ? ' up' : '');
		host.style.setProperty('--s', settings.theme ?? '');
		if (/^#[\da-f]{6}$/i.test(settings.color!)) host.style.setProperty('--c', settings.color!);
		const count = unread > 99 ? '99+' : unread;
		button.ariaLabel = unread ? `${label}, ${count}` : label;
		button.ariaExpanded = opened as string; // the browser writes it out
		badge.hidden = !unread || (opened as boolean);
		badge.textContent = count as string;
	}

	function say(message: ToPanel): void {
		if (port) port.postMessage(message);
		else if (later.length < 99) later.push(message);
	}

	/** Does something that few pages come to need. Where its code cannot be had, the chat works without. */
	async function more(what: keyof typeof import('../host/main.ts'), ...how: unknown[]): Promise<void> {
		try {
			(await import(origin + HOST))[what](...how);
		} catch {}
	}

	const panel = () => `${origin}/widget/${settings.inbox}?v=1&locale=${settings.locale || root.lang}`;

	/** Signed out in one tab is signed out in all. */
	const elsewhere = (e: StorageEvent) => e.key === key('v') && !e.newValue && methods['logout']!();

	/** Makes the browser read the storage: nothing to be done while a page starts. Twice is as good as once. */
	const listen = () => addEventListener('storage', elsewhere);

	/** Loads the panel, once. It talks to the server only when it is opened or has something to resume. */
	function load(): void {
		listen();
		if (frame || !mounted || out?.closed === false) return;
		frame = make<HTMLIFrameElement>('iframe', { title: 'Chat', src: panel(), onload: () => greet(frame!.contentWindow!) });
		shadow.prepend(frame); // until it has something to show, the launcher stays above it
	}

	/** Each time its page is loaded anew (moving a frame in a document does that), the panel gets a port. */
	function greet(to: Window): void {
		const line = new MessageChannel();
		port = line.port1;
		port.onmessage = (e) => hear(e.data);
		to.postMessage({ heard: 1 }, origin, [line.port2]);
		say({ t: 'init', look: wishes(), open: opened, resume: !!kept('v'), keep: mayKeep(), quiet: kept('s'), ...where() });
		later.splice(0).map(say);
	}

	/** Gives the panel a window of its own, and the page its place back. */
	function popout(): void {
		void more('popout', panel(), (win: Window) => {
			out = win;
			turn(false);
			frame?.remove();
			frame = port = undefined;
		}, greet);
	}

	/** What the site wants, without the functions in it, which no port can carry. */
	const wishes = (): Look => JSON.parse(JSON.stringify(settings));

	function hear(m: ToLoader): void {
		if (m.t === 'keep') kept(m.k, m.v);
		else if (m.t === 'event') emit(m.name, m.detail);
		else if (m.t === 'who') void who();
		else if (m.t === 'look') {
			label = m.label;
			button.hidden ||= m.hidden && !opened;
			settings.color ||= m.color;
			settings.side ||= m.side;
			look();
		} else if (m.t === 'unread' && m.n !== unread) {
			unread = m.n;
			look();
			emit('unread', unread);
			if (told || !opened || doc.hidden) void more('count', (told = unread));
		} else if (m.t === 'teaser' && !opened && !button.hidden) void more('tease', shadow, m);
		else methods[m.t]?.(); // close and popout
	}

	async function who(): Promise<void> {
		const jwt = settings.user_jwt;
		let identity: any;
		try {
			identity = (jwt as Method)?.call ? await (jwt as Method)() : jwt;
		} catch (e) {
			emit('error', e);
		}
		say({ t: 'who', visitor: kept('v'), identity, ...where() });
	}

	/** Opens or closes. Focus goes into the panel, and back to where it came from; not when nobody asked for it. */
	function turn(on: boolean | string | null | undefined, from = button): void {
		if (!on === !opened || !mounted) return;
		if (on && out?.closed === false) return out.focus();
		opened = on!;
		kept('o', on || null);
		load();
		const t = (frame!.className = on ? 'open' : 'close');
		look(); // a launcher that was out of sight can take the focus again
		if (on) {
			trigger = from;
			if (on === true) frame!.focus();
		} else if (shadow.activeElement) trigger.focus();
		if (port) say({ t });
		modal();
		emit(t);
	}

	/** A full-screen panel is a dialog: the page behind it must not be reached. */
	function modal(): void {
		if (opened && narrow.matches) void more('full', frame, narrow);
	}

	/** Opens at something. */
	function at(what: ToPanel): void {
		say(what);
		turn(true);
	}

	function track(name: string, props?: unknown): void {
		say({ t: 'track', name, props, at: Date.now(), ...where() });
	}

	function mount(): void {
		if (mounted || !settings.inbox) return;
		mounted = true;
		const sheet = new CSSStyleSheet();
		sheet.replaceSync(css);
		shadow.adoptedStyleSheets = [sheet];
		button.hidden = settings.launcher === 'none';
		host.onkeydown = (e) => void (e.key === 'Escape' && turn(false)); // a false would forbid Enter and Tab
		narrow.onchange = modal;
		// What has the focus shall not be hidden by us.
		doc.addEventListener('focusin', (e) => {
			const { x, y, width, height } = (e.target as Element).getBoundingClientRect();
			button.style.scale = 1 as unknown as string;
			if (e.target !== host && doc.elementFromPoint(x + width / 2, y + height / 2) === host) button.style.scale = 0 as unknown as string;
		});
		doc.addEventListener('click', (e) => {
			const hit = mounted && (e.target as Element).closest<HTMLElement>(settings.openOn!); // without one, nothing is hit
			if (!hit) return;
			e.preventDefault();
			turn(true, hit);
		});
		shadow.append(button);
		root.append(host);
		look();
		turn(kept('o'));
		// Outside the body we survive most page changes of single-page sites, and come back after the others.
		new MutationObserver(() => mounted && !host.isConnected && root.append(host)).observe(root, { childList: true });
		// When the site itself has had its turn.
		setTimeout(() => {
			listen();
			if (kept('v')) load();
			if (settings.proactive != null) void more('offers', panel(), kept, load, say);
		}, 1500);
		(win as any).navigation?.addEventListener('navigatesuccess', () => port && track('')); // a site that turns pages by itself
		emit('ready');
	}

	const methods: Record<string, Method> = {
		boot(more?: Settings) {
			Object.assign(settings, more);
			mount();
		},
		open: () => turn(true),
		close: () => turn(false),
		toggle: () => turn(!opened),
		isOpen: () => !!opened,
		show: () => (button.hidden = false),
		hide: () => (button.hidden = true),
		identify(id: Settings) {
			settings.user_jwt = id.user_jwt;
			if (port) say({ t: 'identify' });
		},
		update(more: Settings) {
			Object.assign(settings, more);
			for (const what in memory) kept(what, memory[what]); // consent may have come
			look();
			if (port) say({ t: 'look', look: wishes() });
		},
		logout() {
			settings.user_jwt = settings.name = settings.email = undefined;
			turn(false);
			kept('v', null);
			kept('p', null);
			if (port) say({ t: 'logout' });
		},
		track,
		page: () => (emit('page'), track('page')),
		tag: (tag: string) => track('tag', { tag }),
		popout,
		newMessage: (text?: string) => at({ t: 'new', text }),
		showConversation: (id: string) => at({ t: 'show', id }),
		on(name: string, fn: Method) {
			const type = 'heard:' + name;
			const listener = (e: Event) => fn((e as CustomEvent).detail);
			doc.addEventListener(type, listener);
			if (name === 'unread') fn(unread);
			if (name === 'ready' && mounted) fn();
			return () => doc.removeEventListener(type, listener);
		},
		destroy() {
			turn(false);
			mounted = false;
			if (told) void more('count', 0);
			host.remove();
			delete win.Heard;
		},
	};
	win.Heard = Object.assign((name: string, ...args: unknown[]) => methods[name]?.(...args), methods);
	for (const call of calls) win.Heard(...call);
	if ((settings.manual ?? false) === false) mount(); // an attribute without a value says yes
}

const stub = win.Heard;
if (!stub?.['boot']) start(doc.currentScript as HTMLScriptElement, stub?.['q'] ?? []);

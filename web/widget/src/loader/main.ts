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

type Method = (...args: any[]) => unknown;
type Heard = Method & { [method: string]: any };

const win = window as unknown as { Heard?: Heard | undefined; HeardSettings?: Settings };
const doc = document;
const root = doc.documentElement;

function make<T extends HTMLElement>(tag: string, props: object, ...inside: (Node | string)[]): T {
	const e = Object.assign(doc.createElement(tag), props);
	e.append(...inside);
	return e as T;
}

/** Listeners are DOM listeners: one that throws harms no other, and a site needs nothing of ours to listen. */
function emit(name: string, detail?: unknown): void {
	doc.dispatchEvent(new CustomEvent('heard:' + name, { detail }));
}

function start(script: HTMLScriptElement, calls: [string, ...unknown[]][]): void {
	const settings: Settings = { ...win.HeardSettings, ...script.dataset };
	const origin = new URL(script.src).origin;
	const narrow = matchMedia('(max-width:479px)');

	let host: HTMLElement | undefined;
	let shadow: ShadowRoot;
	let button: HTMLElement;
	let badge: HTMLElement;
	let teaser: HTMLElement;
	let frame: HTMLIFrameElement | undefined;
	let port: MessagePort | undefined;
	let trigger: HTMLElement;
	let opened = false;
	let unread = 0;
	let label = settings.label || 'Chat'; // the panel, when it is loaded, brings one in its language
	const memory: Record<string, string | null> = {};
	let later: ToPanel[] = [];

	const mayKeep = () => settings.consent !== 'wait' && settings.resume !== 'session';

	const key = (what: string) => `heard:${settings.inbox}:${what}`;

	/**
	 * Reads or writes in the site's storage: "v" is the visitor's token, "p" what the panel remembers of messages that it
	 * offered. Where nothing may be stored, the page's memory has to do.
	 */
	function kept(what: string, value?: string | null): string | null | undefined {
		if (value !== undefined) memory[what] = value;
		try {
			if (mayKeep()) {
				if (value) localStorage.setItem(key(what), value);
				else if (value === null) localStorage.removeItem(key(what));
				return localStorage.getItem(key(what));
			}
		} catch {
			// private mode
		}
		return memory[what];
	}

	/** Where the visitor is: for whoever has consented to nothing, just the address. */
	function where(): Page {
		const page = location.href;
		const { title, referrer } = doc;
		return settings.consent && settings.consent !== 'wait' ? { page, title, referrer, consent: true } : { page };
	}

	function look(color = settings.color, side = settings.side): void {
		if (!host) return;
		host.classList.toggle('s', side === 'start');
		host.style.colorScheme = settings.theme ?? '';
		if (/^#[\da-f]{6}$/i.test(color ?? '')) host.style.setProperty('--c', color!);
		const count = unread > 99 ? '99+' : unread;
		button.ariaLabel = unread ? `${label}, ${count}` : label;
		button.ariaExpanded = `${opened}`;
		badge.hidden = !unread || opened;
		badge.textContent = `${count}`;
	}

	function say(message: ToPanel): void {
		if (port) port.postMessage(message);
		else if (later.length < 99) later.push(message);
	}

	/** Loads the panel, once. It talks to the server only when it is opened or has something to resume. */
	function load(): void {
		if (frame || !host) return;
		frame = make<HTMLIFrameElement>('iframe', { title: 'Chat', onload: greet });
		frame.src = `${origin}/widget/${settings.inbox}?v=1&locale=${settings.locale || root.lang || navigator.language}`;
		shadow.append(frame);
	}

	/** Each time its page is loaded anew (moving a frame in a document does that), the panel gets a port. */
	function greet(): void {
		const { port1, port2 } = new MessageChannel();
		port = port1;
		port.onmessage = (e) => hear(e.data);
		frame!.contentWindow!.postMessage({ heard: 1 }, origin, [port2]);
		say({ t: 'init', look: wishes(), open: opened, resume: !!kept('v'), keep: mayKeep(), kept: settings.proactive != null && (kept('p') || ''), ...where() });
		later.splice(0).map(say);
	}

	/** What the site wants, without the functions in it, which no port can carry. */
	function wishes(): Look {
		return JSON.parse(JSON.stringify(settings));
	}

	function hear(m: ToLoader): void {
		if (m.t === 'close') turn(false);
		else if (m.t === 'keep') kept(m.k, m.v);
		else if (m.t === 'event') emit(m.name, m.detail);
		else if (m.t === 'who') void who();
		else if (m.t === 'look') {
			label = m.label;
			button.hidden ||= m.hidden && !opened;
			look(settings.color || m.color, settings.side || m.side);
		} else if (m.t === 'unread' && m.n !== unread) {
			unread = m.n;
			teaser.hidden ||= !unread;
			look();
			emit('unread', unread);
		} else if (m.t === 'teaser' && !opened && !button.hidden) {
			teaser.replaceChildren(
				make('button', { onclick: () => turn(true) }, make('b', {}, m.name), m.text),
				make('button', { ariaLabel: m.dismiss, onclick: () => (teaser.hidden = true) }, '✕'),
			);
			teaser.hidden = false;
		}
	}

	async function who(): Promise<void> {
		const jwt = settings.user_jwt;
		let identity: string | undefined;
		try {
			identity = typeof jwt === 'function' ? await jwt() : jwt;
		} catch (e) {
			emit('error', e);
		}
		say({ t: 'who', visitor: kept('v'), identity, ...where() });
	}

	/** Opens or closes. Focus goes into the panel, and back to where it came from. */
	function turn(on: boolean, from = button): void {
		if (on === opened || !host) return;
		opened = on;
		const before = port;
		load();
		frame!.classList.toggle('o', on);
		if (on) {
			trigger = from;
			teaser.hidden = true;
			frame!.focus();
		} else if (shadow.activeElement) trigger.focus();
		if (before) say({ t: on ? 'open' : 'close' });
		look();
		modal();
		emit(on ? 'open' : 'close');
	}

	/** A full-screen panel is a dialog: the page behind it must not be reached. */
	function modal(): void {
		const on = opened && narrow.matches;
		doc.body.inert = on;
		root.style.overflow = on ? 'hidden' : '';
	}

	function track(name: string, props?: unknown): void {
		say({ t: 'track', name, props, at: Date.now(), ...where() });
	}

	function mount(): void {
		if (host || !settings.inbox) return;
		host = make('div', {});
		shadow = host.attachShadow({ mode: 'open' });
		const sheet = new CSSStyleSheet();
		sheet.replaceSync(css);
		shadow.adoptedStyleSheets = [sheet];
		badge = make('span', { className: 'n' });
		button = make('button', { className: 'b', hidden: settings.launcher === 'none', onclick: () => turn(!opened) }, badge);
		teaser = make('div', { className: 't', hidden: true, ariaLive: 'polite' });
		button.onpointerenter = button.onfocus = load; // a touch enters, too
		host.onkeydown = (e) => void (e.key === 'Escape' && turn(false)); // a false would forbid Enter and Tab
		narrow.onchange = modal;
		// Signed out in one tab is signed out in all.
		addEventListener('storage', (e) => e.key === key('v') && !e.newValue && methods['logout']!());
		doc.addEventListener('click', (e) => {
			const hit = host && settings.openOn && (e.target as Element).closest<HTMLElement>(settings.openOn);
			if (!hit) return;
			e.preventDefault();
			turn(true, hit);
		});
		shadow.append(button, teaser);
		root.append(host);
		look();
		// Outside the body we survive most page changes of single-page sites, and come back after the others.
		const watch = new MutationObserver(() => host && !host.isConnected && root.append(host));
		watch.observe(root, { childList: true });
		// When the site itself has had its turn.
		if (kept('v') || settings.proactive != null) setTimeout(load, 1500);
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
		isOpen: () => opened,
		show: () => host && (button.hidden = false),
		hide: () => host && (button.hidden = teaser.hidden = true),
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
			teaser.replaceChildren();
			if (port) say({ t: 'logout' });
		},
		track,
		page: () => track('page'),
		newMessage: (text = '') => (say({ t: 'new', text }), turn(true)),
		showConversation: (id: string) => (say({ t: 'show', id }), turn(true)),
		on(name: string, fn: Method) {
			const type = 'heard:' + name;
			const listener = (e: Event) => fn((e as CustomEvent).detail);
			doc.addEventListener(type, listener);
			if (name === 'unread') fn(unread);
			if (name === 'ready' && host) fn();
			return () => doc.removeEventListener(type, listener);
		},
		destroy() {
			turn(false);
			host?.remove();
			host = win.Heard = undefined;
		},
	};
	win.Heard = Object.assign((name: string, ...args: unknown[]) => methods[name]?.(...args), methods);
	for (const [name, ...args] of calls) win.Heard(name, ...args);
	if (!settings.manual && settings.manual !== '') mount();
}

const stub = win.Heard;
if (!stub?.['boot']) start(doc.currentScript as HTMLScriptElement, stub?.['q'] ?? []);

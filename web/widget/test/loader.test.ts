import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ToLoader, ToPanel } from '../src/bridge.ts';

type Heard = ((name: string, ...args: unknown[]) => any) & Record<string, any>;

const origin = 'https://help.example';
const site = () => window as unknown as { Heard: Heard; HeardSettings?: object };

/** Runs the loader as a page's script tag does. */
async function load(data: Record<string, string> = {}): Promise<void> {
	const script = document.createElement('script');
	Object.defineProperty(script, 'src', { value: origin + '/widget.js' });
	Object.assign(script.dataset, { inbox: 'KEY', ...data });
	Object.defineProperty(document, 'currentScript', { value: script, configurable: true });
	vi.resetModules();
	await import('../src/loader/main.ts');
}

const hosts = () => [...document.documentElement.children].filter((e) => e.shadowRoot && e !== document.body);
const shadow = () => hosts()[0]!.shadowRoot!;
const button = () => shadow().querySelector<HTMLButtonElement>('.b')!;
const frame = () => shadow().querySelector('iframe');

/** The panel's end of the line, as its page would get it. */
class Panel {
	heard: ToPanel[] = [];
	target = '';
	#port!: MessagePort;

	attach(): this {
		const target = { postMessage: (_: unknown, to: string, [port]: [MessagePort]) => this.#greeted(to, port) };
		Object.defineProperty(frame(), 'contentWindow', { value: target, configurable: true });
		frame()!.onload!(new Event('load'));
		return this;
	}

	#greeted(to: string, port: MessagePort): void {
		this.target = to;
		this.#port = port;
		port.onmessage = (e) => this.heard.push(e.data as ToPanel);
	}

	say(m: ToLoader): void {
		this.#port.postMessage(m);
	}

	async got(type: ToPanel['t']): Promise<any> {
		return vi.waitFor(() => {
			const m = this.heard.find((x) => x.t === type);
			expect(m).toBeDefined();
			return m;
		});
	}
}

beforeEach(() => {
	localStorage.clear();
	sessionStorage.clear();
	(window as any).happyDOM.settings.disableIframePageLoading = true;
});

afterEach(() => {
	site().Heard?.['destroy']();
	delete site().HeardSettings;
	vi.restoreAllMocks();
});

test('a page that shows only the launcher loads no frame, calls nothing and stores nothing', async () => {
	const fetched = vi.spyOn(globalThis, 'fetch');
	await load();
	expect(String(button().ariaExpanded)).toBe('false');
	expect(button().ariaLabel).toBe('Chat');
	expect(frame()).toBeNull();
	expect(fetched).not.toHaveBeenCalled();
	expect(localStorage.length).toBe(0);
});

test('the storage is not listened to while the page starts, but from the moment there is a panel, and in any case soon after', async () => {
	vi.useFakeTimers();
	try {
		const heard = vi.spyOn(window, 'addEventListener');
		const times = () => heard.mock.calls.filter(([type]) => type === 'storage').length;
		await load();
		expect(times()).toBe(0);
		button().dispatchEvent(new Event('pointerenter'));
		expect(times()).toBe(1);
		vi.runOnlyPendingTimers();
		expect(times()).toBe(2);
		expect(new Set(heard.mock.calls.filter(([type]) => type === 'storage').map(([, to]) => to)).size).toBe(1); // twice the same is once
	} finally {
		vi.useRealTimers();
	}
});

test.each(['pointerenter', 'focus'])('intent (%s) loads the panel, without opening it', async (type) => {
	await load({ locale: 'de' });
	button().dispatchEvent(new Event(type));
	expect(frame()!.src).toBe(origin + '/widget/KEY?v=1&locale=de');
	expect(site().Heard('isOpen')).toBe(false);
});

test('the panel gets one message for its exact origin, and everything else by the port', async () => {
	await load({ color: '#112233' });
	site().Heard['open']();
	const panel = new Panel().attach();
	expect(panel.target).toBe(origin);
	const init = await panel.got('init');
	expect(init).toMatchObject({ open: true, resume: false, keep: true, look: { color: '#112233' } });
});

test('what is asked before the panel is there reaches it later, in order', async () => {
	await load();
	site().Heard('newMessage', 'Hello');
	site().Heard('track', 'checkout', { step: 2 });
	const panel = new Panel().attach();
	expect((await panel.got('new')).text).toBe('Hello');
	expect(await panel.got('track')).toMatchObject({ name: 'checkout', props: { step: 2 } });
	expect(panel.heard.map((m) => m.t)).toEqual(['init', 'new', 'track']);
});

test('calls to the stub are honoured', async () => {
	const opened = vi.fn();
	const stub: any = (...args: unknown[]) => (stub.q ??= []).push(args);
	site().Heard = stub;
	site().Heard('on', 'open', opened);
	site().Heard('boot');
	site().Heard('open');
	await load();
	expect(opened).toHaveBeenCalledTimes(1);
});

test('loading it twice changes nothing', async () => {
	await load();
	const first = site().Heard;
	await load();
	expect(site().Heard).toBe(first);
	expect(hosts()).toHaveLength(1);
});

test('data-manual waits for boot', async () => {
	await load({ manual: 'true' });
	expect(hosts()).toHaveLength(0);
	site().Heard['boot']({ side: 'start' });
	expect(hosts()[0]!.classList.contains('start')).toBe(true);
});

test('opening and closing: state, events, focus back', async () => {
	await load();
	const seen: string[] = [];
	const off = site().Heard['on']('open', () => seen.push('open'));
	site().Heard['on']('close', () => seen.push('close'));
	document.addEventListener('heard:open', () => seen.push('heard:open'), { once: true });
	button().click();
	expect(String(button().ariaExpanded)).toBe('true');
	const panel = new Panel().attach();
	await panel.got('init');
	panel.say({ t: 'close' });
	await vi.waitFor(() => expect(site().Heard('isOpen')).toBe(false));
	off();
	button().click();
	expect(seen).toEqual(['open', 'heard:open', 'close']);
});

test('open on one page is open on the next, without taking the focus, until somebody closes it', async () => {
	await load();
	button().click();
	expect({ ...sessionStorage }).toEqual({ 'heard:KEY:o': 'true' });
	const leave = () => {
		const kept = { ...sessionStorage };
		site().Heard['destroy']();
		Object.assign(sessionStorage, kept); // as a page that is left does it: without a word
	};
	leave();
	const field = document.createElement('input');
	document.body.append(field);
	field.focus();
	await load();
	expect(site().Heard('isOpen')).toBe(true);
	expect(document.activeElement).toBe(field);
	expect((await new Panel().attach().got('init')).open).toBe('true');
	button().click();
	expect(sessionStorage.length).toBe(0);
	leave();
	await load();
	expect(site().Heard('isOpen')).toBe(false);
	field.remove();
});

test('Escape on the launcher closes', async () => {
	await load();
	button().click();
	button().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }));
	expect(site().Heard('isOpen')).toBe(false);
});

test('unread is told at once and when it changes; the badge says it', async () => {
	await load();
	button().dispatchEvent(new Event('focus'));
	const panel = new Panel().attach();
	const counts: number[] = [];
	site().Heard['on']('unread', (n: number) => counts.push(n));
	panel.say({ t: 'unread', n: 120 });
	await vi.waitFor(() => expect(counts).toEqual([0, 120]));
	expect(button().textContent).toBe('99+');
	expect(button().ariaLabel).toBe('Chat, 99+');
});

test('the token is kept per inbox, given to the panel, and forgotten at logout', async () => {
	await load();
	site().Heard['open']();
	const panel = new Panel().attach();
	panel.say({ t: 'keep', k: 'v', v: 'abc' });
	await vi.waitFor(() => expect(localStorage.getItem('heard:KEY:v')).toBe('abc'));
	panel.say({ t: 'who' });
	expect((await panel.got('who')).visitor).toBe('abc');
	site().Heard['logout']();
	expect(localStorage.length).toBe(0);
	await panel.got('logout');
});

test('signed out in one tab is signed out in all', async () => {
	await load();
	site().Heard['open']();
	const panel = new Panel().attach();
	await panel.got('init');
	window.dispatchEvent(new StorageEvent('storage', { key: 'heard:KEY:v', newValue: 'rotated' }));
	window.dispatchEvent(new StorageEvent('storage', { key: 'heard:OTHER:v', newValue: null }));
	expect(site().Heard('isOpen')).toBe(true);
	window.dispatchEvent(new StorageEvent('storage', { key: 'heard:KEY:v', newValue: null }));
	await panel.got('logout');
	expect(site().Heard('isOpen')).toBe(false);
});

test.each([
	['data-resume', { resume: 'session' }],
	['data-consent', { consent: 'wait' }],
])('%s: nothing is stored', async (_, data) => {
	await load(data);
	site().Heard['open']();
	const panel = new Panel().attach();
	expect((await panel.got('init')).keep).toBe(false);
	panel.say({ t: 'keep', k: 'v', v: 'abc' });
	panel.say({ t: 'who' });
	expect((await panel.got('who')).visitor).toBe('abc');
	expect(localStorage.length + sessionStorage.length).toBe(0);
});

test('consent that comes later keeps what was held back', async () => {
	await load({ consent: 'wait' });
	site().Heard['open']();
	const panel = new Panel().attach();
	panel.say({ t: 'keep', k: 'v', v: 'abc' });
	panel.say({ t: 'who' });
	await panel.got('who');
	site().Heard['update']({ consent: true });
	expect(localStorage.getItem('heard:KEY:v')).toBe('abc');
});

test('private mode: storage that throws is survived', async () => {
	vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
		throw new DOMException('denied', 'SecurityError');
	});
	await load();
	site().Heard['open']();
	const panel = new Panel().attach();
	panel.say({ t: 'keep', k: 'v', v: 'abc' });
	panel.say({ t: 'who' });
	expect((await panel.got('who')).visitor).toBe('abc');
});

test('identify takes a token or a function that fetches one', async () => {
	await load();
	site().Heard['identify']({ user_jwt: async () => 'jwt-1' });
	site().Heard['open']();
	const panel = new Panel().attach();
	panel.say({ t: 'who' });
	expect((await panel.got('who')).identity).toBe('jwt-1');
	site().Heard['identify']({ user_jwt: 'jwt-2' });
	await panel.got('identify');
});

test('data-open-on: an element of the site opens the chat', async () => {
	await load({ launcher: 'none', openOn: '#help' });
	expect(button().hidden).toBe(true);
	const link = document.createElement('a');
	link.id = 'help';
	link.href = '/help';
	document.body.append(link);
	const click = new MouseEvent('click', { bubbles: true, cancelable: true });
	link.dispatchEvent(click);
	expect(click.defaultPrevented).toBe(true);
	expect(site().Heard('isOpen')).toBe(true);
	link.remove();
});

test('it comes back when a page change removes it', async () => {
	await load();
	const host = hosts()[0]!;
	host.remove();
	await vi.waitFor(() => expect(host.isConnected).toBe(true));
});

test('destroy leaves nothing behind', async () => {
	await load();
	site().Heard['open']();
	const host = hosts()[0]!;
	site().Heard['destroy']();
	expect(host.isConnected).toBe(false);
	expect(site().Heard).toBeUndefined();
	expect(document.body.inert).toBe(false);
});

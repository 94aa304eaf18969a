import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { count, full, popout, tease } from '../src/host/main.ts';

const site = window as unknown as { Heard?: { isOpen(): boolean; open(): void; close(): void } };
let open = false;

beforeEach(() => {
	open = false;
	site.Heard = { isOpen: () => open, open: () => void (open = true), close: () => document.dispatchEvent(new CustomEvent('heard:close')) };
	Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive: true }, configurable: true });
	document.title = 'A shop';
});
afterEach(() => {
	count(0);
	delete site.Heard;
	vi.restoreAllMocks();
});

function root(): ShadowRoot {
	const host = document.createElement('div');
	document.body.append(host);
	return host.attachShadow({ mode: 'open' });
}

const said = { t: 'teaser', name: 'Mia', text: '<img src=x>', dismiss: 'Dismiss' } as const;

test('a teaser shows text as text, can be dismissed and never opens by itself', () => {
	const shadow = root();
	tease(shadow, said);
	const box = shadow.querySelector<HTMLElement>('.t')!;
	expect(box.ariaLive).toBe('polite');
	expect(box.textContent).toContain('<img src=x>');
	expect(box.querySelector('img')).toBeNull();
	expect(open).toBe(false);
	[...box.querySelectorAll('button')].find((b) => b.ariaLabel === 'Dismiss')!.click();
	expect(box.childElementCount).toBe(0);
	tease(shadow, said);
	expect(shadow.querySelectorAll('.t')).toHaveLength(1);
	document.dispatchEvent(new CustomEvent('heard:unread', { detail: 2 }));
	expect(box.childElementCount).toBe(2);
	document.dispatchEvent(new CustomEvent('heard:unread', { detail: 0 }));
	expect(box.childElementCount, 'what was read elsewhere is no news').toBe(0);
	tease(shadow, said);
	box.querySelector('button')!.click();
	expect(open).toBe(true);
});

test('no teaser beside an open panel, which may have been opened while this was on its way', () => {
	open = true;
	const shadow = root();
	tease(shadow, said);
	expect(shadow.querySelector('.t')).toBeNull();
});

test('the title tells what is unread, keeps what the site makes of it, and is as before in the end', () => {
	count(2);
	expect(document.title).toBe('(2) A shop');
	count(120);
	expect(document.title).toBe('(99+) A shop');
	document.title = 'Checkout';
	count(3);
	expect(document.title).toBe('(3) Checkout');
	count(0);
	expect(document.title).toBe('Checkout');
});

test('a page that nobody has touched keeps its title', () => {
	Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive: false }, configurable: true });
	count(2);
	expect(document.title).toBe('A shop');
});

test('a full-screen panel: the page is out of reach until it closes, and the way back closes it', () => {
	const back = vi.spyOn(history, 'back').mockImplementation(() => {});
	const push = vi.spyOn(history, 'pushState');
	const narrow = new EventTarget() as MediaQueryList;
	const frame = document.createElement('iframe');
	full(frame, narrow);
	expect(document.body.inert, 'closed in the meantime').toBeFalsy();
	open = true;
	full(frame, narrow);
	full(frame, narrow);
	expect(document.body.inert).toBe(true);
	expect(push).toHaveBeenCalledTimes(1);
	site.Heard!.close();
	expect(document.body.inert).toBe(false);
	expect(document.documentElement.style.overflow).toBe('');
	expect(back, 'the step that stood for the panel is taken back').toHaveBeenCalledTimes(1);

	full(frame, narrow);
	dispatchEvent(new PopStateEvent('popstate'));
	expect(document.body.inert).toBe(false);
	expect(back, 'gone back already').toHaveBeenCalledTimes(1);

	full(frame, narrow);
	narrow.dispatchEvent(new Event('change'));
	expect(document.body.inert, 'beside a wide page it is no dialog').toBe(false);
});

test('a window of its own is greeted when it calls, from its own origin only; one that was blocked changes nothing', () => {
	const win = { focus: vi.fn() } as unknown as Window;
	const [opened, greet] = [vi.fn(), vi.fn()];
	vi.spyOn(window, 'open').mockReturnValueOnce(null).mockReturnValueOnce(win);
	popout('https://help.example/widget/KEY', opened, greet);
	expect(opened).not.toHaveBeenCalled();
	popout('https://help.example/widget/KEY', opened, greet);
	expect(opened).toHaveBeenCalledWith(win);
	for (const [source, origin, data] of [
		[window, 'https://help.example', { heard: 1 }],
		[win, 'https://evil.example', { heard: 1 }],
		[win, 'https://help.example', null],
	] as const) {
		const e = new MessageEvent('message', { origin, data });
		Object.defineProperty(e, 'source', { value: source });
		window.dispatchEvent(e);
	}
	expect(greet).not.toHaveBeenCalled();
	const e = new MessageEvent('message', { origin: 'https://help.example', data: { heard: 1 } });
	Object.defineProperty(e, 'source', { value: win });
	window.dispatchEvent(e);
	expect(greet).toHaveBeenCalledWith(win);
});

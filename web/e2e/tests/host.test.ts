import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Site, type Page as SitePage } from '../harness/site.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;
let token: string;
let inbox: string;

beforeAll(async () => {
	heard = await Heard.start();
	({ token } = await heard.agent('Mia Larsen', 'admin'));
	inbox = await heard.inbox(token);
});
afterAll(() => heard?.stop());

const tag = (more = '') => `<script async src="${heard.url}/widget.js" data-inbox="${inbox}" ${more}></script>`;
const text = '<main><h1>A site</h1><p>With <a href="#a">a link</a>.</p></main>';

// The stage fails a test on any breach of a content policy.
test('the strictest policy that a site can have: nothing inline, trusted types; no cookie, no shift, nothing kept before intent', async () => {
	const policy = `default-src 'none'; script-src ${heard.url}; frame-src ${heard.url}; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'`;
	const widget = await come({ body: text + tag(), policy }, {}, () => {
		Object.assign(window, { shift: 0 });
		new PerformanceObserver((list) => list.getEntries().forEach((e) => ((window as any).shift += (e as unknown as { value: number }).value))).observe({ type: 'layout-shift', buffered: true });
	});
	const kept = () => widget.page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie].join());
	expect(await kept()).toBe('0,0,');
	await widget.open();
	await widget.write('Is this strict enough?');
	await visible(widget.sent);
	await widget.launcher.click();
	await answer('Is this strict enough?', 'It is.');
	await visible(widget.page.locator('.t').getByText('It is.')); // the part that comes later obeys, too
	await sound(widget.page, 'a teaser');
	expect(await widget.page.evaluate(() => (window as any).shift)).toBe(0);
	expect(await widget.page.context().cookies()).toEqual([]);
});

test('a page that nobody touches: one request, nothing kept; with offered messages, their rules and no panel, until one is due', async () => {
	const { items } = await heard.api<{ items: { id: string; settings: object }[] }>(token, 'GET', '/inboxes');
	const rules = (proactive: object[]) => heard.api(token, 'PATCH', `/inboxes/${items[0]!.id}`, { settings: { ...items[0]!.settings, proactive } });
	onTestFinished(() => rules([]));
	await rules([{ id: 'cart', url: '/cart*', seconds: 2, text: 'May we help?' }]);
	const look = async (more: string) => {
		const asked: string[] = [];
		const widget = await come({ body: text + tag(more) }, {}, undefined, async (page) => {
			await page.clock.install();
			page.on('request', (r) => r.url().startsWith(heard.url) && asked.push(new URL(r.url()).pathname.replace(/-\w{8}/, '').replace(inbox, 'KEY')));
		});
		const kept = () => widget.page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie].join());
		await visible(widget.launcher);
		return { widget, asked, kept };
	};
	const silent = await look('');
	await silent.widget.page.clock.runFor(60_000);
	await silent.widget.page.waitForLoadState('networkidle');
	expect(silent.asked).toEqual(['/widget.js']);
	expect(await silent.kept()).toBe('0,0,');

	const offering = await look('data-proactive');
	const come2 = offering.widget.page.waitForResponse('**/rules.js?*');
	await offering.widget.page.clock.runFor(2000);
	await come2;
	await offering.widget.page.clock.runFor(60_000);
	await offering.widget.page.waitForLoadState('networkidle');
	expect(offering.asked).toEqual(['/widget.js', '/assets/widget/host.js', '/widget/KEY/rules.js']);
	expect(await offering.kept()).toBe('0,0,');
	await offering.widget.page.evaluate(() => {
		history.pushState(null, '', '/cart?id=7');
		(window as any).Heard.page();
	});
	await offering.widget.page.clock.runFor(1500);
	expect(await offering.widget.page.locator('iframe').count()).toBe(0);
	await offering.widget.page.clock.runFor(1000);
	await visible(offering.widget.page.locator('.t').getByText('May we help?'));
	expect(await offering.kept()).toBe('1,0,');
});

test('a page that fights: every style unset, transforms, the highest z-index, a body that comes late', async () => {
	const css = `* { all: unset !important } html > div { display: none !important; opacity: 0 !important; transform: scale(3) !important; pointer-events: none !important }
		button, iframe { display: none !important } body { display: none !important } body.late { display: block !important }
		.wall { position: fixed !important; inset: 0 !important; z-index: 2147483647 !important; background: tomato !important; display: block !important }`;
	const widget = await come({ body: `<div class="wall"></div>${text}${tag()}`, css }, { viewport: { width: 1000, height: 800 } });
	const onTop = () => widget.page.evaluate(() => document.elementFromPoint(innerWidth - 48, innerHeight - 48)?.shadowRoot !== null);
	await until(() => widget.launcher.boundingBox(), { x: 924, y: 724, width: 56, height: 56 });
	await widget.page.evaluate(() => document.body.classList.add('late'));
	await until(onTop, true);
	await widget.open();
	expect(await widget.frame.boundingBox()).toMatchObject({ width: 400, height: 680 });
	await widget.write('Still here.');
	await visible(widget.sent);
});

test('a single-page app: its pages turn, its body is replaced, the chat goes on', async () => {
	const widget = await come({ body: text + tag() });
	await widget.open();
	await widget.write('Do not go away.');
	await visible(widget.sent);
	await widget.composer.fill('half a sentence');
	await widget.page.evaluate(() => {
		history.pushState(null, '', '/next');
		document.body.replaceWith(Object.assign(document.createElement('body'), { innerHTML: '<h1>Next</h1>' }));
		document.documentElement.querySelector('head')!.append(document.createElement('meta'));
	});
	expect(await widget.composer.inputValue()).toBe('half a sentence');
	await until(() => widget.messages(), ['Do not go away.']);
	await widget.page.evaluate(() => document.documentElement.replaceChildren(document.head, document.body)); // the rudest of them
	await visible(widget.launcher);
	await visible(widget.log.getByText('Do not go away.'));
});

test('without JavaScript the page of the chat is a form, and what is written there is a ticket', async () => {
	const page = await stage.page('plain', { javaScriptEnabled: false });
	await page.goto(`${heard.url}/widget/${inbox}`);
	await page.waitForURL(/\/write\?locale=en$/);
	await page.getByLabel('E-mail').fill('ana@example.com');
	await page.getByLabel('Message').fill('I have no script.');
	await page.getByRole('button', { name: 'Send message' }).click();
	await visible(page.getByRole('status').getByText('Thank you. We will answer by e-mail.'));
	expect(await heard.said(token, await ticketOf('I have no script.'))).toEqual(['I have no script.']);
	const scripted = await stage.page('scripted');
	await scripted.goto(`${heard.url}/widget/${inbox}/write`);
	await sound(scripted, 'the form');
	await scripted.locator('form').evaluate((form: HTMLFormElement) => (form.noValidate = true));
	await scripted.getByRole('button', { name: 'Send message' }).click();
	await visible(scripted.getByRole('alert'));
	await sound(scripted, 'the form with errors');
});

test('private mode: storage throws wherever one touches it, and the chat works as long as the page lives', async () => {
	const widget = await come({ body: text + tag() }, {}, () => {
		for (const name of ['localStorage', 'sessionStorage'])
			Object.defineProperty(window, name, {
				get() {
					throw new DOMException('denied', 'SecurityError');
				},
			});
	});
	await widget.open();
	await widget.write('In private.');
	await visible(widget.sent);
	await widget.launcher.click();
	await widget.launcher.click();
	await until(() => widget.messages(), ['In private.']);
});

test('a slow network: the panel says that it comes, and what was typed meanwhile is sent', async () => {
	const widget = await come({ body: text + tag() });
	const cdp = await widget.page.context().newCDPSession(widget.page);
	await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 600, downloadThroughput: 20_000, uploadThroughput: 10_000 });
	await widget.launcher.click();
	await visible(widget.frame);
	await visible(widget.composer);
	await widget.write('Slowly.');
	await visible(widget.sent.filter({ hasText: 'Slowly.' }));
});

test('offline and back: it is said, the message waits, and goes by itself', async () => {
	const widget = await come({ body: text + tag() });
	await widget.open();
	await widget.write('One.');
	await visible(widget.sent);
	await widget.page.context().setOffline(true);
	await widget.write('Two.');
	await visible(widget.panel.getByRole('status').getByText('You are offline. Your messages are kept and will be sent.'));
	await visible(widget.sending.filter({ hasText: 'Two.' }));
	await widget.page.context().setOffline(false);
	await until(() => widget.sending.count(), 0, 40_000);
	await until(() => widget.messages(), ['One.', 'Two.']);
});

test('at 200 %, and at 400 px: nothing is cut, nothing scrolls sideways', async () => {
	const widget = await come({ body: text + tag() }, { viewport: { width: 400, height: 400 }, deviceScaleFactor: 2 });
	await widget.open();
	await until(() => widget.frame.boundingBox(), { x: 0, y: 0, width: 400, height: 400 });
	await widget.write('A line that is long enough to be broken into several of them on a small screen.');
	await visible(widget.sent);
	expect(await overflow(widget)).toBe(0);
	const send = (await widget.panel.locator('.round').boundingBox())!;
	expect(send.y + send.height).toBeLessThanOrEqual(400);
	await sound(widget.page.frames().find((f) => f.url().startsWith(heard.url))!, 'at 200 %');
});

test('two tabs of one visitor have one conversation, one count of what is unread, and sign out together', async () => {
	const person = await stage.person();
	const site = await open({ body: text + tag() }, '127.0.0.1'); // of Heard's own site, so that frames may keep things
	const tabs = [new Widget(await stage.page('first', person)), new Widget(await stage.page('second', person))] as const;
	await tabs[0].page.goto(site.url);
	await tabs[0].open();
	await tabs[0].write('From the first.');
	await visible(tabs[0].sent);
	await tabs[1].page.goto(site.url);
	await tabs[1].open();
	await until(() => tabs[1].messages(), ['From the first.']);
	await tabs[1].write('From the second.');
	await until(() => tabs[0].messages(), ['From the first.', 'From the second.']);
	for (const tab of tabs) await tab.launcher.click();
	await answer('From the first.', 'To both.');
	for (const tab of tabs) await until(() => tab.launcher.getAttribute('aria-label'), 'Open chat, 1');
	await until(() => tabs[1].page.title(), '(1) A site');
	await tabs[1].page.bringToFront();
	await tabs[1].launcher.click();
	await visible(tabs[1].theirs('To both.'));
	await until(() => tabs[1].launcher.getAttribute('aria-label'), 'Open chat');
	await tabs[0].page.frames().find((f) => f.url().startsWith(heard.url))!.evaluate(() => dispatchEvent(new Event('visibilitychange'))); // one comes back to it
	for (const tab of tabs) await until(() => tab.launcher.getAttribute('aria-label'), 'Open chat');
	await until(() => tabs[0].page.title(), 'A site');
	await tabs[1].page.evaluate(() => (window as any).Heard.logout());
	await tabs[0].open();
	await until(() => tabs[0].messages(), []);
});

test('names and live regions: what a screen reader is told', async () => {
	const widget = await come({ body: text + tag('data-label="Ask the shop"') });
	await visible(widget.page.getByRole('button', { name: 'Ask the shop', expanded: false }));
	await widget.open();
	await visible(widget.page.getByRole('button', { name: 'Open chat', expanded: true }));
	expect(await widget.frame.getAttribute('title')).toBe('Chat');
	const { panel } = widget;
	for (const name of ['More', 'Close chat', 'Attach files (≤ 10 MB)', 'Send message']) expect(await panel.locator(`[aria-label="${name}"]`).count(), name).toBe(1);
	await visible(panel.getByRole('textbox', { name: 'Write a message' }));
	await visible(panel.getByRole('heading', { level: 1 }));
	await widget.write('Who am I talking to?');
	await visible(widget.sent);
	await until(() => widget.log.getAttribute('aria-live'), 'polite');
	await answer('Who am I talking to?', 'To Mia.');
	await until(async () => (await widget.theirs('To Mia.').innerText()).replace(/\s+/g, ' ').trim(), 'Mia Larsen: To Mia.'); // said with the name
	for (const region of await panel.getByRole('status').all()) expect(await region.getAttribute('aria-live')).toBeNull(); // polite by role
	await panel.getByRole('button', { name: 'Your conversations' }).click();
	await visible(panel.getByRole('heading', { name: 'Your conversations' }));
	await until(() => panel.getByRole('listitem').count(), 1);
	await sound(widget.page.frames().find((f) => f.url().startsWith(heard.url))!, 'the list');
	await panel.getByRole('button', { name: 'New conversation' }).click();
	await visible(widget.composer);
	await widget.write('And another thing.');
	await visible(widget.sent.filter({ hasText: 'And another thing.' }));
	await panel.getByRole('button', { name: 'Your conversations' }).click();
	await until(() => panel.getByRole('listitem').count(), 2);
});

test('a launcher steps aside for what has the focus', async () => {
	const css = '.low { position: fixed; right: 24px; bottom: 24px; width: 48px; height: 48px }';
	const widget = await come({ body: `<button class="high">Up here</button><button class="low">OK</button>${tag()}`, css });
	await widget.page.locator('.low').focus();
	await until(() => widget.launcher.evaluate((b) => getComputedStyle(b).scale), '0');
	await widget.page.locator('.high').focus();
	await until(() => widget.launcher.evaluate((b) => getComputedStyle(b).scale), '1');
});

test.each(['a browser that knows what "back" means', 'one that knows history only'])('a phone: full screen is a dialog, and the way back closes it, in %s', async (kind) => {
	const knows = kind.startsWith('a browser');
	const widget = await come({ body: text + tag() }, { viewport: { width: 390, height: 700 }, isMobile: true, hasTouch: true }, knows ? undefined : () => delete (window as any).CloseWatcher);
	const inert = () => widget.page.evaluate(() => document.body.inert);
	const before = await widget.page.evaluate(() => history.length);
	await widget.launcher.tap();
	await visible(widget.composer);
	await until(inert, true);
	expect(await widget.page.evaluate(() => history.length)).toBe(before + (knows ? 0 : 1));
	if (knows) {
		await widget.page.evaluate(() => (document.activeElement as HTMLElement).blur());
		await widget.page.keyboard.press('Escape'); // what a phone's back button is to a page
	} else await widget.page.goBack();
	await until(inert, false);
	await until(() => widget.launcher.isVisible(), true);
	expect(widget.page.url()).toMatch(/\/$/);
});

test('a phone on a slow network: until there is a panel, the launcher stays and closes it', async () => {
	let arrive = () => {};
	const arrived = new Promise<void>((done) => (arrive = done));
	const widget = await come({ body: text + tag() }, { viewport: { width: 390, height: 700 }, isMobile: true, hasTouch: true }, undefined, (page) =>
		page.route(/\/assets\/widget\/panel-\w+\.js/, async (route) => {
			await arrived;
			await route.continue();
		}),
	);
	await widget.launcher.tap();
	await visible(widget.panel.getByRole('heading', { level: 1 })); // the page says whose chat it is before it can do anything
	await visible(widget.launcher);
	await widget.launcher.tap();
	await until(() => widget.launcher.getAttribute('aria-expanded'), 'false');
	await widget.launcher.tap();
	arrive();
	await visible(widget.panel.locator('.composer textarea'));
	await until(() => widget.launcher.isVisible(), false);
	expect(await widget.panel.locator('main:visible').count()).toBe(1);
});

test('a window of its own takes the conversation along, and the page gets its launcher back', async () => {
	const widget = await come({ body: text + tag() });
	await widget.open();
	await widget.write('Let us talk elsewhere.');
	await visible(widget.sent);
	const opening = widget.page.waitForEvent('popup');
	await widget.choose('Open in a window');
	const out = await opening;
	await visible(out.locator('.mine', { hasText: 'Let us talk elsewhere.' }));
	await gone(widget.page.locator('iframe'));
	await until(() => widget.launcher.getAttribute('aria-expanded'), 'false');
	await out.locator('.composer textarea').fill('Here I am.');
	await out.locator('.composer textarea').press('Enter');
	await visible(out.locator('.mine:not(.sending)', { hasText: 'Here I am.' }));
	await sound(out, 'a window of its own');
	await out.close();
	await widget.open();
	await until(() => widget.messages(), ['Let us talk elsewhere.', 'Here I am.']);
});

test('a sound in two tabs is one sound, and none while one of them shows the answer', async () => {
	const person = await stage.person();
	await person.addInitScript(() => {
		Object.assign(window, { rung: 0 });
		const { start } = OscillatorNode.prototype;
		OscillatorNode.prototype.start = function (at) {
			(window as any).rung++;
			start.call(this, at);
		};
	});
	const site = await open({ body: text + tag() }, '127.0.0.1');
	const tabs = [new Widget(await stage.page('first', person)), new Widget(await stage.page('second', person))] as const;
	for (const tab of tabs) {
		await tab.page.goto(site.url);
		await tab.open();
		await tab.composer.click(); // by which the panel may sound
		if (tab === tabs[0]) await tab.write('Ring one of us.');
		await visible(tab.sent);
	}
	const rung = async () => {
		const each = tabs.map((tab) => tab.page.frames().find((f) => f.url().startsWith(heard.url))!.evaluate(() => (window as any).rung as number));
		return (await Promise.all(each)).reduce((a, b) => a + b);
	};
	for (const tab of tabs) await tab.launcher.click();
	await answer('Ring one of us.', 'To either.');
	for (const tab of tabs) await until(() => tab.launcher.getAttribute('aria-label'), 'Open chat, 1');
	await until(rung, 2); // the two tones of one sound
	await tabs[1].page.bringToFront();
	await tabs[1].launcher.click();
	await until(() => tabs[0].launcher.getAttribute('aria-label'), 'Open chat');
	await answer('Ring one of us.', 'To whoever looks.');
	await visible(tabs[1].theirs('To whoever looks.'));
	await until(() => tabs[0].launcher.getAttribute('aria-label'), 'Open chat');
	await tabs[0].page.waitForTimeout(1500); // longer than a tab waits before it rings
	expect(await rung()).toBe(2);
});

test('a sound for an answer that nobody looks at, until it is turned off', async () => {
	const widget = await come({ body: text + tag() }, {}, () => {
		Object.assign(window, { rung: 0 });
		const { start } = OscillatorNode.prototype;
		OscillatorNode.prototype.start = function (at) {
			(window as any).rung++;
			start.call(this, at);
		};
	});
	const rung = () => widget.page.frames().find((f) => f.url().startsWith(heard.url))!.evaluate(() => (window as any).rung as number);
	await widget.launcher.click();
	await visible(widget.composer);
	await widget.composer.click();
	await widget.write('Ring me.');
	await visible(widget.sent);
	await answer('Ring me.', 'One.');
	await visible(widget.theirs('One.'));
	expect(await rung(), 'before the visitor’s eyes').toBe(0);
	await widget.launcher.click();
	await answer('Ring me.', 'Two.');
	await until(rung, 2); // two tones
	await widget.launcher.click();
	await widget.choose('Turn sound off');
	await widget.launcher.click();
	await answer('Ring me.', 'Three.');
	await until(() => widget.launcher.getAttribute('aria-label'), 'Open chat, 1');
	expect(await rung()).toBe(2);
	expect(await widget.page.evaluate(() => Object.keys(localStorage).filter((k) => k.endsWith(':s')).length)).toBe(1);
});

test('words that are 40 % longer have room at 320 px', async () => {
	const widget = await come({ body: text + tag() }, { viewport: { width: 320, height: 640 } }, undefined, (page) =>
		page.route(/\/widget\/[\w-]+\?/, async (route) => {
			const answer = await route.fetch();
			const longer = (s: string) => s.replace(/(\{\w+\})|(\p{L}+)/gu, (all, value, word) => value ?? word + 'é'.repeat(Math.ceil(all.length * 0.4)));
			const body = (await answer.text()).replace(/(id="heard-boot">)(.*?)(<\/script>)/s, (_, before, json, after) => {
				const boot = JSON.parse(json);
				boot.messages = boot.messages.map((m: string | Record<string, string>) => (typeof m === 'string' ? longer(m) : Object.fromEntries(Object.entries(m).map(([k, v]) => [k, longer(v)]))));
				return before + JSON.stringify(boot) + after;
			});
			await route.fulfill({ response: answer, body });
		}),
	);
	await widget.launcher.click();
	await visible(widget.composer);
	await uncut(widget, 'nothing said');
	await widget.write('Hello');
	await visible(widget.sent);
	await uncut(widget, 'in the line');
	await widget.panel.locator('summary').click();
	await visible(widget.panel.locator('details button').first());
	await uncut(widget, 'the menu');
	await widget.panel.locator('details button').last().click();
	await visible(widget.panel.locator('.danger'));
	await uncut(widget, 'really end?');
	await widget.panel.locator('.note .ghost').click();
	await heard.api(token, 'POST', `/tickets/${await ticketOf('Hello')}/assign`, { agent: (await heard.api(token, 'GET', '/me')).agent.id });
	await answer('Hello', 'Hi.');
	await heard.api(token, 'POST', `/tickets/${await ticketOf('Hello')}/resolve`);
	await visible(widget.panel.locator('.rating'));
	await widget.panel.getByRole('radio').nth(3).check({ force: true });
	await uncut(widget, 'a survey');
	await widget.panel.locator('.back').click();
	await visible(widget.panel.locator('footer'));
	await uncut(widget, 'the list');
});

/** No word is cut off, but where an ellipsis says so, and nothing is wider than the screen. */
async function uncut(widget: Widget, state: string): Promise<void> {
	const frame = widget.page.frames().find((f) => f.url().startsWith(heard.url))!;
	const cut = await frame.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('main *')]
			.filter((e) => e.checkVisibility() && !e.closest('.unseen, svg') && getComputedStyle(e).textOverflow !== 'ellipsis')
			.filter((e) => (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline') || e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
			.map((e) => `${e.tagName}.${e.className}: ${e.textContent!.slice(0, 60)}`),
	);
	expect(cut, state).toEqual([]);
}

async function overflow(widget: Widget): Promise<number> {
	return widget.page.frames().find((f) => f.url().startsWith(heard.url))!.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

async function open(page: SitePage, address?: string): Promise<Site> {
	const site = await Site.open(page, address);
	onTestFinished(() => site.close());
	return site;
}

/** A visitor comes to a site; `init` runs in every frame before anything else. */
async function come(page: SitePage, options: BrowserContextOptions = {}, init?: () => void, prepare?: (page: Page) => Promise<unknown>): Promise<Widget> {
	const site = await open(page);
	const widget = new Widget(await stage.page('visitor', options));
	if (init) await widget.page.addInitScript(init);
	await prepare?.(widget.page);
	await widget.page.goto(site.url + '/');
	await visible(widget.launcher);
	return widget;
}

async function ticketOf(words: string): Promise<string> {
	const { items } = await heard.api<{ items: { id: string }[] }>(token, 'GET', '/tickets?view=all');
	for (const { id } of items) if ((await heard.said(token, id)).includes(words)) return id;
	throw new Error(`no ticket says ${words}`);
}

/** Mia answers. */
async function answer(words: string, body: string): Promise<void> {
	await heard.api(token, 'POST', `/tickets/${await ticketOf(words)}/messages`, { client_id: crypto.randomUUID(), body });
}

import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Console } from '../harness/console.ts';
import { focused, gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { connected } from '../harness/live.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let mia: { link: string; token: string; email: string };
let noor: { link: string; token: string; email: string };
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;
let ticket: string;

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	noor = await heard.agent('Noor Haddad', 'admin');
	await heard.inbox(mia.token);
	ticket = await heard.ticket(mia.token, { name: 'Ana Diaz', email: 'ana@example.com' }, 'My cup is broken.', 'A broken cup');
	await heard.ticket(mia.token, { name: 'Bo Li', email: 'bo@example.com' }, 'Where is my tea?', 'Tea');
	const person = await stage.person();
	await new Console(await stage.page('mia joins', person)).join(mia.link);
	signedIn = await person.storageState();
});
afterEach(() => heard.api(mia.token, 'POST', `/tickets/${ticket}/reopen`).catch(() => undefined));
afterAll(() => heard?.stop());

async function open(path: string, options = {}): Promise<Console> {
	const desk = new Console(await stage.page('mia', { storageState: signedIn, ...options }));
	await desk.page.goto(heard.url + path);
	await desk.signedIn();
	return desk;
}

/** Hears what a page says by itself: whether something of the kind was told, or else all that was. */
async function listen(page: Page): Promise<(fits: (text: string) => boolean) => Promise<true | string[]>> {
	await page.evaluate(() => {
		const w = window as unknown as { told: string[] };
		w.told = [];
		const polite = '[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]';
		new MutationObserver((all) => {
			for (const m of all) {
				const at = m.target instanceof Element ? m.target : m.target.parentElement;
				const text = at?.closest(polite)?.textContent?.trim();
				if (text && w.told.at(-1) !== text) w.told.push(text);
			}
		}).observe(document.body, { subtree: true, childList: true, characterData: true });
	});
	return async (fits) => {
		const all = await page.evaluate(() => (window as unknown as { told: string[] }).told);
		return all.some(fits) || all;
	};
}

test('names and live regions: what a screen reader is told', async () => {
	const desk = await open(`/inbox/all/${ticket}`);
	const { page } = desk;
	await visible(desk.message('My cup is broken.'));
	for (const [role, name] of [
		['navigation', 'Main'],
		['navigation', 'Views'],
		['region', 'Tickets: All'],
		['listbox', 'Tickets: All'],
		['search', ''],
		['combobox', 'Search tickets'],
		['region', 'A broken cup'],
		['heading', 'A broken cup'],
		['log', 'Conversation with Ana Diaz'],
	] as const) {
		await visible(page.getByRole(role, name === '' ? {} : { name }).first());
	}
	await until(() => page.getByRole('main').count(), 1);
	await until(() => page.getByRole('link', { name: 'Inbox' }).getAttribute('aria-current'), 'page');
	const row = page.getByRole('option', { name: /Ana Diaz.*A broken cup/ });
	await until(async () => [await row.getAttribute('aria-current'), await row.getAttribute('aria-posinset'), await row.getAttribute('aria-selected')], ['true', '2', 'false']);
	await until(() => page.getByRole('listbox').getAttribute('aria-activedescendant'), await row.getAttribute('id'));
	await visible(page.getByRole('textbox', { name: /Reply/ }));
	await visible(page.getByRole('button', { name: 'Send', exact: true }));
	expect(await desk.thread.getAttribute('aria-live')).toBe('off'); // history that scrolls in is not read out

	await connected(page, ticket);
	const told = await listen(page);
	await heard.api(noor.token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body: 'A new one is on its way.' });
	await until(() => told((t) => t === 'Noor Haddad: A new one is on its way.'), true);
	for (const { token } of [noor, mia]) {
		const { agent } = await heard.api<{ agent: { id: string; name: string } }>(token, 'GET', '/me');
		await heard.api(noor.token, 'POST', `/tickets/${ticket}/assign`, { agent: agent.id });
	}
	await until(() => told((t) => /(assigned|handed over).* to (you|Mia Larsen)/i.test(t)), true);
	await desk.reply('From me.');
	await visible(desk.message('From me.'));
	await page.keyboard.press('Escape');
	await page.keyboard.press('e');
	await until(() => told((t) => /^Resolved/.test(t)), true);
	expect(await told((t) => t.includes('From me.'))).not.toBe(true); // what one wrote oneself is not read back
});

test('forced colours: what is chosen, focused or waiting can be told apart', async () => {
	const desk = await open(`/inbox/all/${ticket}`, { forcedColors: 'active' });
	const { page } = desk;
	await visible(desk.message('My cup is broken.'));
	const line = (selector: string) => page.locator(selector).first().evaluate((e) => (({ outlineStyle, outlineWidth }) => `${outlineStyle} ${outlineWidth}`)(getComputedStyle(e)));
	for (const here of ['.row-open', '.rail-here', '.view-here']) await until(() => line(here), 'solid 3px');
	expect(await line('.ticket-row:not(.row-open):not(.row-cursor)')).toMatch(/^none/);
	for (let i = 0; i < 4; i++) await page.keyboard.press('Tab');
	expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).not.toBe('none');
	const border = (selector: string) => page.locator(selector).first().evaluate((e) => getComputedStyle(e).borderTopStyle);
	expect(await border('.composer .btn-primary, .ticket-head .btn')).toBe('solid');
	// A reply and a note differ in words, not in colour alone.
	await desk.thread.focus();
	await focused(desk.thread);
	await page.keyboard.press('n');
	await visible(page.getByRole('button', { name: 'Add note', exact: true }));
});

/** A line as slow as in a train: every answer takes its time, and little of it comes at once. */
async function slow(page: Page): Promise<CDPSession> {
	const line = await page.context().newCDPSession(page);
	await line.send('Network.enable');
	await line.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 60_000, uploadThroughput: 20_000 });
	return line;
}

test('a slow network: the frame stands at once, places are held, and what is sent twice is there once', async () => {
	const desk = new Console(await stage.page('mia', { storageState: signedIn }));
	const { page } = desk;
	await slow(page);
	let arrive = () => {};
	const arrived = new Promise<void>((done) => (arrive = done));
	await page.route('**/assets/console/console-*.js', async (route) => {
		await arrived;
		await route.continue();
	});
	await page.goto(`${heard.url}/inbox/all`, { waitUntil: 'commit' });
	await visible(page.locator('.frame .frame-row').first()); // long before the program is there
	arrive();
	await desk.signedIn();
	await gone(page.locator('.frame'));
	await visible(desk.rows);
	await desk.rows.filter({ hasText: 'A broken cup' }).click();
	await visible(page.locator('.pane-ticket[aria-busy=true], section[data-ticket]'));
	await visible(desk.message('My cup is broken.'));
	await desk.composer.fill('Sent from a train.');
	await desk.composer.press('Control+Enter');
	await desk.composer.press('Control+Enter');
	await desk.composer.press('Control+Enter');
	await visible(desk.message('Sent from a train.'));
	await until(() => page.locator('[data-outgoing]').count(), 0, 40_000);
	const said = await heard.said(mia.token, ticket);
	expect(said.filter((t) => t === 'Sent from a train.')).toHaveLength(1);
	await until(() => desk.messages(), said);
});

test('offline and back: it is said, one may go on reading and writing, and nothing is lost or doubled', async () => {
	const desk = await open(`/inbox/all/${ticket}`);
	const { page } = desk;
	await visible(desk.message('My cup is broken.'));
	await page.context().setOffline(true);
	await desk.reply('Written in a tunnel.');
	await visible(page.locator('[data-outgoing]').filter({ hasText: 'Written in a tunnel.' }));
	await heard.api(noor.token, 'POST', `/tickets/${ticket}/notes`, { client_id: crypto.randomUUID(), body: 'Said meanwhile.' });
	await page.context().setOffline(false);
	await until(() => page.locator('[data-outgoing]').count(), 0, 40_000);
	await visible(desk.message('Said meanwhile.'));
	const said = await heard.said(mia.token, ticket);
	expect(said.filter((t) => t === 'Written in a tunnel.')).toHaveLength(1);
	await until(() => desk.messages(), said);
	await gone(page.locator('[data-link]'));
});

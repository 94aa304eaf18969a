import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound, violations } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { gone, texts, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Letters } from '../harness/letters.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let letters: Letters;
let mara: { link: string; token: string };
let signedIn: BrowserContextOptions['storageState'];
/** The running week, and the newest finished one. */
let running: string;
let final: string;

beforeAll(async () => {
	letters = await Letters.open();
	heard = await Heard.start({
		command: 'demo',
		args: ['--weeks', '8', '--seed', '1', '--smtp', letters.url, '--mail-from', 'Heard <help@shop.example>'],
	});
	mara = await heard.agent('Mara Manager', 'manager');
	const person = await stage.person();
	const page = await stage.page('mara', person);
	await new Console(page).join(mara.link);
	signedIn = await person.storageState();
	const { items } = await heard.api<{ items: { week: string }[] }>(mara.token, 'GET', '/reports/weekly');
	[running, final] = [items[0]!.week, items[1]!.week];
});
afterAll(async () => {
	await heard?.stop();
	letters?.close();
});

const open = (options: BrowserContextOptions = {}) => stage.page('mara', { storageState: signedIn!, ...options });
const small = { width: 320, height: 720 };

/** How many pixels of a page lie beyond its edge, whatever scrolls in it. */
const beyond = (page: Page) =>
	page.evaluate(() => Math.max(...[document.documentElement, ...document.querySelectorAll('main, .page')].map((e) => e.scrollWidth - e.clientWidth)));

/** As a desk calls a week. */
const named = (week: string) => `Week ${week.slice(-2)}, ${week.slice(0, 4)}`;

async function archive(options: BrowserContextOptions = {}): Promise<Page> {
	const page = await open(options);
	await page.goto(`${heard.url}/reports/weekly`);
	await visible(page.getByRole('region', { name: 'Open links' }));
	return page;
}

test.each(['the page', 'the running week'])('%s: sound by light and by darkness, and whole on a small screen in both directions', async (what) => {
	const path = what === 'the running week' ? running : final;
	const page = await open();
	await page.goto(`${heard.url}/reports/weekly/${path}`);
	await visible(page.getByRole('heading', { level: 1 }));
	expect(await beyond(page)).toBeLessThanOrEqual(0);
	await sound(page, what);
	await page.setViewportSize(small);
	for (const dir of ['ltr', 'rtl']) {
		await page.evaluate((to) => (document.documentElement.dir = to), dir);
		expect(await beyond(page), `${dir} at 320 px`).toBeLessThanOrEqual(0);
	}
	expect(await violations(page), 'on a small screen').toEqual([]);
});

test('what became of issues is told in words', async () => {
	const page = await open();
	const moves: string[] = [];
	// On a Monday morning the running week has nothing to tell yet.
	for (const week of [running, final]) {
		await page.goto(`${heard.url}/reports/weekly/${week}`);
		await visible(page.getByRole('heading', { level: 1 }));
		moves.push(...(await texts(page.locator('.moves span.step'))));
	}
	expect(moves.length).toBeGreaterThan(0);
	expect(moves.filter((m) => !/^(New|Flagged|Acknowledged|In progress|Fixed|Verified|No effect|Regressed|Won.t fix) → to [a-z]/.test(m))).toEqual([]);
});

test('every figure tells its week, what it is by now, and what it means: sound, and whole on a small screen', async () => {
	const page = await open();
	await page.goto(`${heard.url}/reports/weekly/${final}/figures`);
	await visible(page.getByRole('heading', { name: 'Every figure' }));
	await visible(page.getByText('known now:').first());
	await visible(page.getByText('As known when the week ended').first());
	expect(await beyond(page)).toBeLessThanOrEqual(0);
	await sound(page, 'every figure');
	await page.setViewportSize(small);
	for (const dir of ['ltr', 'rtl']) {
		await page.evaluate((to) => (document.documentElement.dir = to), dir);
		expect(await beyond(page), `${dir} at 320 px`).toBeLessThanOrEqual(0);
	}
	expect(await violations(page), 'on a small screen').toEqual([]);
});

test('the preview of the mail is whole on a small screen', async () => {
	const page = await open({ viewport: small });
	for (const week of [final, running]) {
		await page.goto(`${heard.url}/reports/weekly/${week}/mail`);
		await visible(page.getByRole('heading', { level: 1 }));
		expect(await beyond(page), week).toBeLessThanOrEqual(0);
	}
});

test('the page goes onto two sheets of paper, A4 or Letter', async () => {
	const page = await open();
	for (const week of [final, running]) {
		for (const format of ['A4', 'Letter']) {
			await page.goto(`${heard.url}/reports/weekly/${week}`);
			const sheets = (await page.pdf({ format })).toString('latin1').match(/\/Type\s*\/Page\b/g);
			expect(sheets?.length, `${week} on ${format}`).toBeGreaterThan(0);
			expect(sheets?.length, `${week} on ${format}`).toBeLessThanOrEqual(2);
		}
	}
});

test('without JavaScript an action is agreed, refused with its field, and done', async () => {
	const page = await open({ javaScriptEnabled: false, viewport: small });
	await page.goto(`${heard.url}/reports/weekly/${running}`);
	await page.getByLabel('What will be done').fill('   ');
	await page.getByLabel('Owner').selectOption({ label: 'Mara Manager' });
	await page.getByRole('button', { name: 'Agree' }).click();
	await visible(page.getByRole('alert').getByRole('link', { name: /^What will be done / }));
	expect(await page.getByLabel('What will be done').getAttribute('aria-invalid')).toBe('true');
	expect(await page.getByLabel('Owner').locator('option:checked').innerText()).toBe('Mara Manager');

	const what = 'Write to the maker of the lamp';
	await page.getByLabel('What will be done').fill(what);
	await page.getByLabel('By', { exact: true }).fill('2031-03-04');
	await page.getByRole('button', { name: 'Agree' }).click();
	const row = page.getByRole('listitem').filter({ hasText: what });
	await visible(row.getByText('Mara Manager'));
	await visible(row.getByText(/by 4 March/));
	expect(page.url()).toContain('#act');
	await page.reload(); // sends nothing again
	expect(await row.count()).toBe(1);
	const seen = await open({ viewport: small }); // axe needs scripts, we do not
	await seen.goto(page.url());
	await sound(seen, 'with another action');

	await row.getByRole('button', { name: what }).click();
	await gone(row.getByRole('button'));
	const { items } = await heard.api<{ items: { text: string; state: string; due: string }[] }>(mara.token, 'GET', '/reports/actions?state=done');
	expect(items.find((a) => a.text === what)).toMatchObject({ due: '2031-03-04' });
});

test('a link opens one week to whoever has it, without tickets and words of customers, until it is ended', async () => {
	const page = await archive();
	const links = page.getByRole('region', { name: 'Open links' });
	await links.getByRole('button', { name: 'Make a link' }).click();
	const dialog = page.getByRole('dialog', { name: 'Make a link' });
	await dialog.getByLabel('Week').selectOption({ label: named(final) });
	await sound(page, 'a new link');
	await dialog.getByRole('button', { name: 'Make a link' }).click();
	const made = page.getByRole('dialog', { name: 'Your link' });
	await visible(made);
	const url = /https?:\S+/.exec(await made.innerText())![0];
	await sound(page, 'the link, this once');
	await page.keyboard.press('Escape');
	await visible(links.getByRole('listitem').filter({ hasText: named(final) }));

	const stranger = await stage.page('stranger');
	await stranger.goto(url);
	await visible(stranger.getByRole('heading', { name: 'Top recurring issues' }));
	await visible(stranger.getByText('This link shows no quotes.'));
	expect(await stranger.locator('blockquote, form, header.bar').count()).toBe(0);
	expect(await stranger.locator('a:not([href^="#"])').count()).toBe(0);
	expect(await stranger.getByText('Ben Okafor').count(), 'names of colleagues').toBe(0);
	await sound(stranger, 'a shared week');
	await stranger.setViewportSize(small);
	expect(await beyond(stranger)).toBeLessThanOrEqual(0);
	const forged = url.slice(0, -2) + (url.endsWith('AA') ? 'BB' : 'AA');
	expect((await stranger.goto(forged))!.status()).toBe(404);

	await links.getByRole('button', { name: `End: ${named(final)}` }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'End the link' }).click();
	await until(() => links.getByRole('listitem').count(), 0);
	expect((await stranger.goto(url))!.status()).toBe(404);
	await sound(stranger, 'a link that was ended');
});

test('the report by mail: addresses come and go, and a letter has a way out', async () => {
	const page = await archive();
	const mails = page.getByRole('region', { name: 'By mail' });
	await mails.getByRole('button', { name: 'Add an address' }).click();
	const dialog = page.getByRole('dialog', { name: 'Add an address' });
	const address = dialog.getByLabel('E-mail address');
	await address.fill('the..boss@shop.example'); // a browser takes it, the server does not
	await dialog.getByRole('button', { name: 'Save' }).click();
	await until(() => address.getAttribute('aria-invalid'), 'true');
	await visible(dialog.getByText('is not an e-mail address'));
	await sound(page, 'an address that is none');
	const boss = 'the.head.of.everything@department-of-happiness.shop.example';
	await address.fill(boss);
	await dialog.getByRole('button', { name: 'Save' }).click();
	await visible(mails.getByRole('listitem').filter({ hasText: boss }));
	await mails.getByRole('button', { name: 'Send it to me' }).click();
	await visible(mails.getByRole('listitem').filter({ hasText: 'Mara Manager' }));
	await gone(mails.getByRole('button', { name: 'Send it to me' }));
	await mails.getByRole('button', { name: 'End: Mara Manager' }).click();
	await gone(mails.getByRole('listitem').filter({ hasText: 'Mara Manager' }));

	const { items } = await heard.api<{ items: { id: string; address: string }[] }>(mara.token, 'GET', '/reports/subscribers');
	await heard.api(mara.token, 'POST', `/reports/weekly/${final}/mail`, { subscriber: items.find((s) => s.address === boss)!.id });
	await until(() => letters.header(boss, 'List-Unsubscribe') !== undefined, true, 60_000);
	const leave = /<(\S+)>/.exec(letters.header(boss, 'List-Unsubscribe')!)![1]!;
	const reader = await stage.page('reader', { viewport: small });
	await reader.goto(leave);
	await visible(reader.getByRole('heading', { name: 'Stop the weekly report?' }));
	await sound(reader, 'the way out');
	await page.reload();
	await visible(mails.getByRole('listitem').filter({ hasText: boss })); // looking ends nothing
	const plain = await stage.page('reader', { viewport: small, javaScriptEnabled: false });
	await plain.goto(leave);
	await plain.getByRole('button', { name: 'Unsubscribe' }).click();
	await visible(plain.getByRole('heading', { name: 'You get no more reports' }));
	await page.reload();
	await visible(mails.getByRole('button', { name: 'Send it to me' }));
	await gone(mails.getByRole('listitem').filter({ hasText: boss }));
});

test('actions in the archive, which is sound and whole on a small screen', async () => {
	const page = await archive({ viewport: small });
	const actions = page.getByRole('region', { name: 'Actions' });
	await actions.getByRole('button', { name: 'Add an action' }).click();
	const dialog = page.getByRole('dialog', { name: 'Add an action' });
	const what = dialog.getByLabel('What will be done');
	await what.fill('  ');
	await dialog.getByRole('button', { name: 'Save' }).click();
	await until(() => what.getAttribute('aria-invalid'), 'true');
	await sound(page, 'an action that says nothing');
	await what.fill('Ask every carrier about parcels without a scan');
	await dialog.getByLabel('Owner').selectOption({ label: 'Mara Manager' });
	await dialog.getByLabel('By', { exact: true }).fill('2031-03-04');
	await dialog.getByRole('button', { name: 'Save' }).click();
	const row = actions.getByRole('listitem').filter({ hasText: 'every carrier' });
	await visible(row.getByText('Mara Manager · by 4 Mar 2031'));
	await heard.api(mara.token, 'POST', '/reports/subscribers', { address: 'somebody.with.a.long.name@department-of-happiness.shop.example' });
	await heard.api(mara.token, 'POST', `/reports/weekly/${final}/share`, {});
	await page.reload();
	await visible(page.getByRole('button', { name: `End: ${named(final)}` }));
	for (const dir of ['ltr', 'rtl']) {
		await page.evaluate((to) => (document.documentElement.dir = to), dir);
		expect(await beyond(page), dir).toBeLessThanOrEqual(0);
		const ends = await page.locator('main section li, main section header').evaluateAll((all) => all.filter((e) => e.getBoundingClientRect().left < 0 || e.getBoundingClientRect().right > innerWidth).length);
		expect(ends, `rows beyond the edge, ${dir}`).toBe(0);
	}
	await sound(page, 'the archive on a small screen');
	await row.getByRole('button', { name: 'Done: Ask every carrier about parcels without a scan' }).click();
	await gone(row);
});

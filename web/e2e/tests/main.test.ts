import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Console, password } from '../harness/console.ts';
import { texts, typeUntil, until, visible } from '../harness/expect.ts';
import { databases, Heard } from '../harness/heard.ts';
import { Shop } from '../harness/shop.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();

describe.each(databases)('on %s', (database) => {
	let heard: Heard;
	let shop: Shop;

	beforeAll(async () => {
		heard = await Heard.start({ database });
		// Another site altogether, so that browsers give our frame no storage: nothing here may need it.
		shop = await Shop.open(heard.url, await heard.cli('inbox', 'add', '--name', 'Shop', '--kind', 'website'), '127.0.0.2');
	});
	afterAll(async () => {
		shop?.close();
		await heard?.stop();
	});

	test('from the first word to the rating, with two agents', async () => {
		const mia = new Console(await stage.page('mia'));
		await firstAdmin(mia.page, (await heard.links(1))[0]!);
		const token = await heard.cli('token', 'add', '--agent', 'mia@shop.example');
		const noor = new Console(await stage.page('noor'));
		await noor.join((await heard.agent('Noor Haddad', 'agent')).link);
		await noor.available('Away');
		await mia.available('Online');

		const widget = new Widget(await stage.page('customer'));
		await quietHost(widget.page, shop.url, heard.url);
		await widget.open();
		await widget.write('Where is my parcel?');
		await until(() => widget.messages(), ['Where is my parcel?']);

		await visible(mia.rows); // routed: nobody has clicked anything
		await mia.openFirst();
		await visible(mia.message('Where is my parcel?'));
		await typingAndSeen(mia, widget);

		await noor.available('Online');
		await mia.handOver(/Noor Haddad/, 'Parcel 17, promised for today.');
		await visible(noor.rows);
		await noor.openFirst();
		for (const told of ['Where is my parcel?', 'It left us on Monday.', 'Parcel 17, promised for today.']) await visible(noor.message(told));
		await visible(noor.thread.locator('[data-kind="ticket.handed_off"]', { hasText: 'Mia Larsen handed over to' }));
		await noor.reply('It arrives this afternoon.');
		await visible(widget.theirs('It arrives this afternoon.'));
		expect((await texts(widget.log)).join(' ')).not.toContain('Parcel 17'); // notes are the desk's alone

		await noor.resolve();
		await widget.rate('Very good', 'Quick and kind.');
		await visible(noor.thread.getByText('The customer rated 5 of 5'));
		expect(await widget.page.context().cookies()).toEqual([]);
		await inTheReport(mia.page, heard, token);
	});
});

async function firstAdmin(page: Page, link: string): Promise<void> {
	await page.goto(link);
	await page.getByLabel('E-mail').fill('mia@shop.example');
	await page.getByLabel('Name').fill('Mia Larsen');
	await page.getByLabel('New password').fill(password);
	await page.getByRole('button', { name: 'Join' }).click();
	await new Console(page).signedIn();
	expect(page.url()).not.toContain('#'); // the one-time link does not stay in the history

	await page.locator('button[data-availability]').click();
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByLabel('E-mail').fill('mia@shop.example');
	await page.getByLabel('Password').fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await new Console(page).signedIn();
}

/** A page that only shows the launcher: one request, no shift, nothing stored, nothing that its policy forbids. */
async function quietHost(page: Page, shop: string, heard: string): Promise<void> {
	const asked: string[] = [];
	page.on('request', (r) => r.url().startsWith(heard) && asked.push(new URL(r.url()).pathname));
	await page.addInitScript(() => {
		const seen = { shift: 0, violations: [] as string[] };
		Object.assign(window, { seen });
		new PerformanceObserver((list) => list.getEntries().forEach((e) => (seen.shift += (e as unknown as { value: number }).value))).observe({ type: 'layout-shift', buffered: true });
		document.addEventListener('securitypolicyviolation', (e) => seen.violations.push(`${e.violatedDirective} ${e.blockedURI}`));
	});
	await page.goto(shop);
	await visible(page.locator('button.b'));
	await page.waitForLoadState('networkidle');
	expect(asked).toEqual(['/widget.js']);
	expect(await page.evaluate(() => ({ ...(window as any).seen, kept: localStorage.length + sessionStorage.length, cookie: document.cookie }))).toEqual({
		shift: 0,
		violations: [],
		kept: 0,
		cookie: '',
	});
}

async function typingAndSeen(mia: Console, widget: Widget): Promise<void> {
	await typeUntil(widget.composer, mia.page.getByRole('status').getByText('is typing'));
	await widget.write('I need it today.');
	await visible(mia.message('I need it today.'));
	await visible(widget.log.locator('.meta', { hasText: 'Seen' }));

	await typeUntil(mia.composer, widget.panel.locator('.dots'));
	await mia.reply('It left us on Monday.');
	await visible(widget.theirs('It left us on Monday.'));
	await visible(mia.thread.locator('[data-receipt="seen"]'));
}

/** The report of the running week has the rating, as data and on its page. */
async function inTheReport(page: Page, heard: Heard, token: string): Promise<void> {
	const { items } = await heard.api<{ items: { week: string; provisional: boolean }[] }>(token, 'GET', '/reports/weekly');
	const week = items[0]!;
	expect(week.provisional).toBe(true);
	const figures = async () => {
		const report = await heard.api<{ figures: { key: string; value: number | null; n: number; hits: number | null }[] }>(token, 'GET', `/reports/weekly/${week.week}`);
		return Object.fromEntries(report.figures.map((f) => [f.key, [f.value, f.n]]));
	};
	await until(figures, expect.objectContaining({ csat: [1, 1], volume: [1, 1], handoffs: expect.anything() }));
	await page.goto(`${heard.url}/reports/weekly/${week.week}`);
	await visible(page.getByRole('heading', { level: 1 }));
	await visible(page.getByText('Quick and kind.'));
}

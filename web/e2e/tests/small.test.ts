import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Console } from '../harness/console.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Shop } from '../harness/shop.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;
let shop: Shop;
let mia: { link: string; token: string };

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	shop = await Shop.open(heard.url, await heard.inbox(mia.token));
});
afterAll(async () => {
	shop?.close();
	await heard?.stop();
});

const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2);

test('the widget on a phone of 320 px, in Arabic', async () => {
	const page = await stage.page('customer', { viewport: { width: 320, height: 568 }, isMobile: true, hasTouch: true, locale: 'ar' });
	const widget = new Widget(page);
	await page.goto(`${shop.url}/?lang=ar&dir=rtl`);
	await visible(widget.launcher);
	const launcher = (await widget.launcher.boundingBox())!;
	expect(launcher.x).toBeLessThan(60); // the end of a line is on the left here
	await widget.launcher.tap();
	await visible(widget.composer);
	const panel = page.frames().find((f) => f.url().startsWith(heard.url))!;
	expect(await panel.evaluate(() => [document.documentElement.dir, document.documentElement.lang])).toEqual(['rtl', 'ar']);
	await until(() => widget.frame.boundingBox(), { x: 0, y: 0, width: 320, height: 568 });
	await until(() => page.evaluate(() => document.body.inert), true); // full screen: the page behind is out of reach

	await widget.composer.fill(`مرحبا ${long}`);
	await widget.panel.locator('.composer .round').tap();
	await visible(widget.sent.filter({ hasText: 'مرحبا' }));
	expect(await overflow(panel)).toBe(0);
	const bubble = (await widget.sent.first().boundingBox())!;
	expect(bubble.x).toBeGreaterThanOrEqual(0);
	expect(bubble.x + bubble.width).toBeLessThanOrEqual(320);

	await widget.panel.locator('header .icon').last().tap();
	await gone(widget.frame);
	await until(() => page.evaluate(() => document.body.inert), false);
});

test('the console on a phone of 360 px: one pane at a time, and a way back', async () => {
	await heard.ticket(mia.token, { name: 'Ana Diaz', email: 'ana@example.com' }, `My cup is broken. ${long}`, `A long word: ${long}`);
	const page = await stage.page('mia', { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true });
	const desk = new Console(page);
	await desk.join(mia.link);
	await page.goto(`${heard.url}/inbox/all`);
	await desk.rows.first().tap();
	await visible(desk.message('My cup is broken.'));
	expect(await overflow(page)).toBe(0);
	await until(() => desk.rows.first().isVisible(), false);
	await desk.composer.fill('A new one is on its way.');
	await page.getByRole('button', { name: 'Send', exact: true }).tap();
	await visible(desk.message('A new one is on its way.'));
	await page.getByRole('button', { name: 'Back to the list' }).tap();
	await visible(desk.rows);
	expect(await overflow(page)).toBe(0);
	for (const path of ['/issues', '/reports', '/settings/inboxes', '/settings/agents', '/settings/schedules']) {
		await page.goto(heard.url + path);
		await visible(page.getByRole('heading', { level: 1 }));
		expect(await overflow(page), path).toBe(0);
	}
});

/** By how many pixels a page is wider than its window. */
function overflow(page: Page | Frame): Promise<number> {
	return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

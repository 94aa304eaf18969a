import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound, violations } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;

beforeAll(async () => {
	heard = await Heard.start();
});
afterAll(() => heard?.stop());

test('every component in every state passes axe by light, by dark, compact and from right to left', async () => {
	const mia = await heard.agent('Mia Larsen', 'admin');
	const desk = new Console(await stage.page('mia'));
	await desk.join(mia.link);
	const { page } = desk;
	await page.goto(`${heard.url}/gallery`);
	await visible(page.getByRole('heading', { name: 'Gallery' }));
	await sound(page, 'gallery');
	await page.goto(`${heard.url}/gallery?dir=rtl&theme=dark&density=compact`);
	await visible(page.locator('[data-gallery] [role=option]'));
	expect(await page.evaluate(() => [document.documentElement.dir, document.documentElement.dataset['theme'], document.documentElement.dataset['density']])).toEqual(['rtl', 'dark', 'compact']);
	expect(await violations(page)).toEqual([]);

	for (const width of [1440, 390, 320]) {
		await page.setViewportSize({ width, height: 900 });
		const wide = await page.locator('[data-gallery]').evaluate((e) => e.scrollWidth - e.clientWidth);
		expect(wide, `wider than ${width}`).toBe(0);
	}

	// What it tried on does not stay on.
	await page.setViewportSize({ width: 1360, height: 800 });
	await page.locator('nav.rail a[href="/issues"]').click();
	await visible(page.getByRole('heading', { name: 'Topics & issues' }));
	expect(await page.evaluate(() => [document.documentElement.dir, document.documentElement.dataset['theme']])).toEqual(['', undefined]);
});

test('it is for administrators', async () => {
	const ben = await heard.agent('Ben', 'agent');
	const desk = new Console(await stage.page('ben'));
	await desk.join(ben.link);
	await desk.page.goto(`${heard.url}/gallery`);
	await visible(desk.page.getByText('The gallery is for administrators'));
});

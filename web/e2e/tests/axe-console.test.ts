import { afterAll, beforeAll, describe, test } from 'vitest';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { lost } from '../harness/reflow.ts';
import { Stage } from '../harness/stage.ts';
import { idsOf } from '../looks/desk.ts';
import { plan, type Ids, type Screen } from '../looks/plan.ts';

const stage = new Stage();

describe('every page of the console, by light and by darkness, with weeks of history in it', () => {
	let heard: Heard;
	let signedIn: BrowserContextOptions['storageState'];
	let ids: Ids;
	const pathOf = (s: Screen) => (typeof s.path === 'string' ? s.path : s.path(ids));
	const ada = () => stage.page('ada', signedIn ? { storageState: signedIn } : {});

	beforeAll(async () => {
		heard = await Heard.start({ command: 'demo', args: ['--weeks', '8', '--seed', '1'] });
		const person = await stage.person();
		const page = await stage.page('ada', person);
		await page.goto((await heard.links(2))[0]!);
		await new Console(page).signedIn();
		signedIn = await person.storageState();
		ids = await idsOf(page, heard);
	});
	afterAll(() => heard?.stop());

	test('in front of the door', async () => {
		const page = await stage.page('sign-in');
		await page.goto(heard.url);
		await visible(page.getByRole('button', { name: 'Sign in' }));
		await sound(page, 'sign-in');
		await page.getByLabel('E-mail').fill('nobody@shop.example');
		await page.getByLabel('Password').fill('not my password');
		await page.getByRole('button', { name: 'Sign in' }).click();
		await visible(page.getByText('do not belong together'));
		await sound(page, 'sign-in, refused');
		await page.goto(`${heard.url}/join#nothing`);
		await visible(page.getByRole('heading', { name: 'This link no longer works' }));
		await sound(page, 'a dead link');
	});

	test('the inbox, a ticket and what opens above it', async () => {
		const desk = new Console(await ada());
		await desk.page.goto(`${heard.url}/inbox/all`);
		await visible(desk.rows);
		await sound(desk.page, 'inbox');
		await desk.openFirst();
		await visible(desk.thread.locator('.bubble'));
		await sound(desk.page, 'ticket');
		await dialogs(desk.page);
	});

	/** Goes to a screen as one does inside of the console, without starting it anew. */
	async function go(page: Page, screen: Screen): Promise<void> {
		const path = pathOf(screen);
		if (screen.name === 'weekly-report') await page.goto(heard.url + path);
		else await page.evaluate((p) => history.pushState(null, '', p), path);
		await visible(page.locator(screen.shows));
		await screen.act?.(page);
		await until(() => page.locator('.skeleton:not([data-gallery] .skeleton)').count(), 0);
	}

	/** Every screen that pictures are taken of: axe finds nothing, and at 200 % and 400 % nothing is out of reach. */
	test.each([
		['inbox, tickets and issues', /^(inbox|ticket|palette|keys|issue|follow|customer)/],
		['reports', /^report-(?!shared)/],
		['settings', /^settings-/],
		['the rest of the console', /^(?!inbox|ticket|palette|keys|issue|follow|customer|report|settings)/],
	])('%s', async (_, names) => {
		const page = await ada();
		await page.goto(`${heard.url}/settings/appearance`);
		await visible(page.locator('.settings-page h2'));
		for (const screen of plan.filter((s) => s.as === 'admin' && names.test(s.name))) {
			await go(page, screen);
			await sound(page, screen.name);
			for (const width of [680, 340]) {
				await page.setViewportSize({ width, height: 400 });
				await until(() => lost(page), [], 3000).catch((e: unknown) => {
					throw new Error(`${screen.name} at ${width} px`, { cause: e });
				});
			}
			await page.setViewportSize({ width: 1360, height: 800 });
			await page.keyboard.press('Escape');
		}
	});

	test('what anybody sees', async () => {
		const page = await stage.page('anybody');
		for (const screen of plan.filter((s) => s.as === 'nobody' && /^(report-shared|survey|playground)$/.test(s.name))) {
			await page.goto(new URL(pathOf(screen), heard.url).href);
			await visible(page.locator(screen.shows));
			await sound(page, screen.name);
		}
	});

	test('the shop', async () => {
		const page = await stage.page('shop');
		await page.goto(`${heard.url}/demo/shop`);
		await visible(page.locator('button.b'));
		await sound(page, 'the demo shop');
	});
});

async function dialogs(page: Page): Promise<void> {
	for (const [name, open] of [
		['Hand over', () => page.getByRole('button', { name: 'Hand over' }).first().click()],
		['Keyboard shortcuts', () => page.getByRole('button', { name: 'Keyboard shortcuts' }).click()],
		['You', () => page.locator('button[data-availability]').click()],
	] as const) {
		await open();
		await visible(page.getByRole('dialog', { name }));
		await sound(page, name);
		await page.keyboard.press('Escape');
	}
}

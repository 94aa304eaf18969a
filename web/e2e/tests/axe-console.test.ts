import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();

describe('every page of the console, by light and by darkness, with weeks of history in it', () => {
	let heard: Heard;
	let signedIn: BrowserContextOptions['storageState'];
	const ada = () => stage.page('ada', signedIn ? { storageState: signedIn } : {});

	beforeAll(async () => {
		heard = await Heard.start({ command: 'demo', args: ['--weeks', '8', '--seed', '1'], within: 60_000 });
		const person = await stage.person();
		const page = await stage.page('ada', person);
		await page.goto((await heard.links(2))[0]!);
		await new Console(page).signedIn();
		signedIn = await person.storageState();
	}, 90_000);
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
		await desk.page.goto(`${heard.url}/inbox/all?status=all`);
		await visible(desk.rows);
		await sound(desk.page, 'inbox');
		await desk.openFirst();
		await visible(desk.thread.locator('.bubble'));
		await sound(desk.page, 'ticket');
		await dialogs(desk.page);
	});

	test('settings', async () => settings(await ada(), heard.url));

	test('issues', async () => issues(await ada(), heard.url));

	test('reports', async () => reports(await ada(), heard.url));

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

async function settings(page: Page, url: string): Promise<void> {
	for (const path of ['inboxes', 'teams', 'agents', 'schedules', 'impact', 'tokens', 'webhooks']) {
		await page.goto(`${url}/settings/${path}`);
		await visible(page.getByRole('heading', { level: 1 }));
		await visible(page.locator('main a, main button').first());
		await sound(page, `settings, ${path}`);
	}
	await page.goto(`${url}/settings/inboxes`);
	await page.locator('main a[href^="/settings/inboxes/"]').first().click();
	await visible(page.getByText('Code for your website'));
	await sound(page, 'an inbox');
}

async function issues(page: Page, url: string): Promise<void> {
	await page.goto(`${url}/issues`);
	await visible(page.locator('[data-issue]'));
	await sound(page, 'issues');
	await page.locator('[data-issue] a').first().click();
	await visible(page.locator('[data-issue-status]'));
	await sound(page, 'an issue');
}

async function reports(page: Page, url: string): Promise<void> {
	await page.goto(`${url}/reports/weekly`);
	await visible(page.locator('[data-week]'));
	await sound(page, 'reports');
	await page.locator('[data-week] a').nth(1).click();
	await visible(page.getByRole('heading', { level: 1 }));
	expect(page.url()).toContain('/reports/weekly/');
	await sound(page, 'a weekly report');
}

import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { focused, gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();

describe('the customers of a desk', () => {
	let heard: Heard;
	let mia: { link: string; token: string };
	let signedIn: BrowserContextOptions['storageState'];

	beforeAll(async () => {
		heard = await Heard.start({ seed: ['--tickets', '400', '--days', '30'] });
		mia = await heard.agent('Mia Larsen', 'admin');
		await heard.ticket(mia.token, { name: 'Zoë Quibble', email: 'zoe@quibble.example' }, 'My cup is **broken**.');
		await heard.ticket(mia.token, { name: 'Zoë Quibble', email: 'zoe@quibble.example' }, 'The second one, too.', 'Second cup');
		const person = await stage.person();
		const page = await stage.page('mia joins', person);
		await new Console(page).join(mia.link);
		signedIn = await person.storageState();
	});
	afterAll(() => heard?.stop());

	const open = async (path: string, size: BrowserContextOptions = {}): Promise<Page> => {
		const page = await stage.page('mia', { ...(signedIn && { storageState: signedIn }), ...size });
		await page.goto(heard.url + path);
		await visible(page.locator('.customers, .pane-list'));
		return page;
	};

	test('from the inbox to a customer, their ticket, and back, by keys alone', async () => {
		const page = await open('/inbox/all');
		await visible(page.locator('.ticket-row[data-ticket]'));
		await page.keyboard.press('g');
		await page.keyboard.press('c');
		await visible(rows(page));
		await until(async () => (await page.title()).endsWith('Customers · Heard'), true);
		// Who wrote last is first.
		await visible(rows(page).first().filter({ hasText: 'Zoë Quibble' }));
		await until(() => rows(page).first().innerText(), expect.stringMatching(/2 tickets[\s\S]*2 open/));
		await sound(page, 'the list of customers');
		await page.keyboard.press('j');
		await page.keyboard.press('k');
		await page.keyboard.press('Enter');
		const zoe = page.getByRole('region', { name: 'Zoë Quibble' });
		await visible(zoe.getByRole('link', { name: /My cup is broken/ }));
		await visible(zoe.locator('[data-verified]'));
		await visible(zoe.getByText('No answers to surveys yet.'));
		await sound(page, 'a customer');
		await page.keyboard.press('j');
		await until(() => zoe.count(), 0);
		await page.goBack();
		await until(() => new URL(page.url()).pathname, '/customers');
		await rows(page).first().click();
		await zoe.getByRole('link', { name: /Second cup/ }).press('Enter');
		await visible(page.locator('section[data-ticket]').getByRole('heading', { name: 'Second cup' }));
		await page.goBack();
		await visible(zoe);
		await page.keyboard.press('u');
		await until(() => new URL(page.url()).pathname, '/customers');
	});

	test('a search is in the address, and finds names, addresses, or nobody', async () => {
		const page = await open('/customers');
		await visible(rows(page));
		const field = page.getByRole('searchbox');
		await page.keyboard.press('/');
		await focused(field);
		await page.keyboard.type('quibble');
		await until(() => new URL(page.url()).searchParams.get('q'), 'quibble');
		await until(() => rows(page).count(), 1);
		await page.reload();
		await until(() => rows(page).count(), 1);
		await until(() => field.inputValue(), 'quibble');
		await field.fill('nobody of that name');
		await visible(page.getByText(/begins with “nobody of that name”/));
		await sound(page, 'a search that finds nobody');
		await field.press('Escape');
		await until(async () => (await rows(page).count()) > 1, true);
	});

	test('all of them by scrolling, with few rows on the page', async () => {
		const page = await open('/customers', { viewport: { width: 1280, height: 720 } });
		await visible(rows(page));
		await until(async () => {
			await page.locator('.customers-rows').evaluate((e) => (e.scrollTop = e.scrollHeight));
			return rows(page).last().getAttribute('aria-setsize');
		}, expect.stringMatching(/^\d+$/));
		await until(async () => Number(await rows(page).last().getAttribute('aria-setsize')) > 100, true);
		expect(await rows(page).count()).toBeLessThan(60);
	});

	test('what does not come is said and can be asked for again; who is not there is said, too', async () => {
		const page = await open('/inbox/all');
		await page.route('**/api/v1/customers?*', (r) => r.fulfill({ status: 403, contentType: 'application/problem+json', body: '{"code":"forbidden","title":"no"}' }));
		await page.getByRole('link', { name: 'Customers' }).click();
		const alert = page.getByRole('alert').filter({ has: page.getByRole('button', { name: 'Try again' }) });
		await visible(alert);
		await page.unroute('**/api/v1/customers?*');
		await alert.getByRole('button', { name: 'Try again' }).click();
		await visible(rows(page));
		await page.goto(`${heard.url}/customers/99999999`);
		await visible(page.getByText('This customer is not here any more, or not yours to see.'));
	});

	test('a page that holds nobody leads on to the next', async () => {
		const page = await open('/inbox/all');
		let asked = 0;
		await page.route('**/api/v1/customers?*', async (r) => (++asked === 1 ? r.fulfill({ json: { items: [], next: '' + asked } }) : asked === 2 ? r.fulfill({ json: { items: [], next: '2' } }) : r.continue({ url: r.request().url().replace(/[?&]cursor=\d+/, '') })));
		await page.getByRole('link', { name: 'Customers' }).click();
		await visible(rows(page));
		expect(asked).toBeGreaterThanOrEqual(3);
	});

	test.each([320, 390, 768])('at %i px one thing is on screen and nothing runs out of it', async (width) => {
		const page = await open('/customers', { viewport: { width, height: 700 } });
		await visible(rows(page));
		const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
		expect(await fits()).toBe(true);
		await rows(page).first().click();
		await visible(page.locator('[data-customer-page]').getByRole('link', { name: /Second cup/ }));
		expect(await fits()).toBe(true);
		await sound(page, `a customer at ${width} px`);
		if (width >= 760) return;
		await gone(page.locator('.customers-list:visible'));
		await page.getByRole('button', { name: 'Back to the customers' }).click();
		await visible(rows(page));
	});
});

const rows = (page: Page): Locator => page.locator('.customer-row[data-customer]');

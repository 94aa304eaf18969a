import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();

describe('rows of the list', () => {
	let heard: Heard;
	let mia: { link: string; token: string };
	let ben: { link: string; token: string };
	let signedIn: BrowserContextOptions['storageState'];

	beforeAll(async () => {
		heard = await Heard.start({});
		mia = await heard.agent('Mia Larsen', 'admin');
		ben = await heard.agent('Ben Okafor', 'agent');
		await heard.inbox(mia.token);
		// Nobody is given tickets by themselves.
		for (const who of [mia, ben]) await heard.api(who.token, 'PUT', '/me/availability', { state: 'away' });
		const person = await stage.person();
		const page = await stage.page('mia joins', person);
		await new Console(page).join(mia.link);
		signedIn = await person.storageState();
	});
	afterAll(() => heard?.stop());

	const open = async (path: string, size: BrowserContextOptions = {}): Promise<Page> => {
		const page = await stage.page('mia', { ...(signedIn && { storageState: signedIn }), ...size });
		await page.goto(heard.url + path);
		await visible(page.locator('.pane-list'));
		return page;
	};
	const answer = (token: string, ticket: string, body: string) => heard.api(token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body });

	test('a row says what it is about, and who said what last, without marks', async () => {
		const chat = await heard.ticket(mia.token, { name: 'Ana', email: 'ana@example.com' }, 'Where is **my parcel**?');
		const page = await open('/inbox/all');
		const row = page.locator(`.ticket-row[data-ticket="${chat}"]`);
		const lines = async () => [await row.locator('.row-subject').innerText(), (await row.locator('.row-preview').innerText()).trim()];
		await until(async () => (await lines())[0], 'Where is my parcel?');
		expect((await lines())[1]).not.toContain('parcel');
		await answer(ben.token, chat, 'It is **on its way**.');
		await until(lines, ['Where is my parcel?', 'Ben: It is on its way.']);
		await answer(mia.token, chat, 'It comes today.');
		await until(lines, ['Where is my parcel?', 'You: It comes today.']);
	});

	test('Shift U marks as unread from the list and from the ticket, and is taken back', async () => {
		const first = await heard.ticket(mia.token, { name: 'Bo', email: 'bo@example.com' }, 'One cup.');
		const second = await heard.ticket(mia.token, { name: 'Cy', email: 'cy@example.com' }, 'Two cups.');
		const page = await open('/inbox/all', { viewport: { width: 1360, height: 700 } });
		const row = (id: string) => page.locator(`.ticket-row[data-ticket="${id}"]`);
		const unread = (id: string) => row(id).evaluate((e) => e.classList.contains('ticket-row-unread'));
		await row(first).click();
		await visible(page.locator(`section[data-ticket="${first}"] .bubble`));
		await until(() => unread(first), false);
		await page.keyboard.press('Shift+U');
		await until(() => unread(first), true);
		await until(() => new URL(page.url()).pathname, '/inbox/all');
		await page.reload();
		await until(() => unread(first), true);
		// Two that are chosen, both read before.
		for (const id of [first, second]) {
			await row(id).click();
			await until(() => unread(id), false);
		}
		await page.keyboard.press('u');
		for (const id of [first, second]) {
			await row(id).hover();
			await row(id).locator('.row-mark').click();
		}
		await page.locator('.toasts').dispatchEvent('pointerover'); // what it says stays while one looks at it
		await page.keyboard.press('Shift+U');
		await until(async () => [await unread(first), await unread(second)], [true, true]);
		await page.locator('.toast', { hasText: '2 marked as unread' }).getByRole('button', { name: 'Undo' }).click();
		await until(async () => [await unread(first), await unread(second)], [false, false]);
		await page.keyboard.press('Escape');
		// The menu and the palette have it, too.
		await row(second).click();
		await page.getByRole('button', { name: 'More', exact: true }).click();
		await page.getByRole('menuitem', { name: 'Mark as unread' }).click();
		await until(() => unread(second), true);
	});

	test('the list is made wider by keys and by the pointer, and stays so', async () => {
		const page = await open('/inbox/all', { viewport: { width: 1600, height: 700 } });
		const width = () => page.locator('.pane-list').evaluate((e) => (e as HTMLElement).offsetWidth);
		const separator = page.getByRole('separator', { name: 'Width of the list' });
		await until(width, 340);
		await separator.focus();
		await page.keyboard.press('ArrowRight');
		await until(width, 356);
		await page.keyboard.press('ArrowRight');
		await until(width, 372);
		await sound(page, 'the separator');
		const box = (await separator.boundingBox())!;
		await page.mouse.move(box.x + 4, 300);
		await page.mouse.down();
		await page.mouse.move(box.x + 54, 300, { steps: 5 });
		await page.mouse.up();
		await until(width, 422);
		await until(async () => (await heard.api<{ list_width: number }>(mia.token, 'GET', '/me/preferences')).list_width, 422);
		await page.reload();
		await until(width, 422);
		await separator.dblclick();
		await until(width, 340);
		await until(async () => (await heard.api<{ list_width: number }>(mia.token, 'GET', '/me/preferences')).list_width, 0);
	});

	test('pages that hold nothing lead on without a scroll, and one that fails is asked for again', async () => {
		for (let i = 0; i < 55; i++) await heard.ticket(mia.token, { name: `Person ${i}`, email: `p${i}@example.com` }, `Letter ${i}`);
		const page = await stage.page('mia', { ...(signedIn && { storageState: signedIn }), viewport: { width: 1360, height: 2000 } });
		let asked = 0;
		await page.route('**/api/v1/tickets?*', async (r) => {
			const cursor = new URL(r.request().url()).searchParams.get('cursor');
			if (cursor === null) return r.continue();
			if (++asked <= 2) return r.fulfill({ json: { items: [], next: `${cursor}~` } });
			if (asked === 3) return r.fulfill({ status: 500, json: {} });
			return r.continue({ url: r.request().url().replace(/~|%7E/g, '') });
		});
		await page.goto(`${heard.url}/inbox/all`);
		// As many rows as there is room for, before anybody scrolls.
		await until(async () => (await rows(page).count()) >= 26, true);
		await page.locator('.ticket-rows').evaluate((e) => (e.scrollTop = e.scrollHeight));
		const stuck = page.getByRole('alert').filter({ hasText: 'The next tickets did not come.' });
		await visible(stuck);
		expect(asked).toBe(3);
		await stuck.getByRole('button', { name: 'Try again' }).click();
		await until(async () => Number(await rows(page).last().getAttribute('aria-setsize')) >= 55, true);
	});

	test('an empty view of one’s own tells of the day', async () => {
		const page = await open('/inbox/mine');
		await visible(page.locator('.zero, .ticket-row[data-ticket]'));
		const { items } = await heard.api<{ items: { id: string }[] }>(mia.token, 'GET', '/tickets?view=mine&status=open,pending');
		for (const { id } of items) await heard.api(mia.token, 'POST', `/tickets/${id}/resolve`);
		await page.reload();
		await visible(page.locator('.zero'));
		await visible(page.getByText('resolved', { exact: false }));
		await sound(page, 'inbox zero');
	});
});

const rows = (page: Page): Locator => page.locator('.ticket-row[data-ticket]');

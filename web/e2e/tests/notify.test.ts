import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console, password } from '../harness/console.ts';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { connected } from '../harness/live.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let mia: { link: string; token: string; email: string };
let noor: { link: string; token: string };
let miasId: string;

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	noor = await heard.agent('Noor Haddad', 'agent');
	await heard.inbox(mia.token);
	miasId = (await heard.api<{ agent: { id: string } }>(mia.token, 'GET', '/me')).agent.id;
});
afterAll(() => heard?.stop());

interface Ways {
	bell: boolean;
	desktop: boolean;
	sound: boolean;
	push: boolean;
}
interface Wishes {
	matrix: Record<string, Ways>;
	quiet: { on: boolean; from: string; to: string; days: number[]; zone: string };
	sound: { name: string; volume: number; repeat_unassigned: boolean };
	preview: boolean;
}
const wishes = () => heard.api<Wishes>(mia.token, 'GET', '/me/notifications');
const wish = async (change: (w: Wishes) => void) => {
	const w = await wishes();
	change(w);
	await heard.api(mia.token, 'PUT', '/me/notifications', w);
};

/** Notes what the page shows and plays instead of showing and playing it, and says that it may. */
async function noting(context: BrowserContext): Promise<void> {
	await context.addInitScript(() => {
		const told = { windows: [] as string[], sounds: 0 };
		Object.assign(window, { told });
		class Window {
			static permission = 'granted';
			static requestPermission = () => Promise.resolve('granted');
			constructor(title: string) {
				told.windows.push(title);
			}
			close(): void {}
		}
		Object.assign(window, { Notification: Window });
		const start = AudioScheduledSourceNode.prototype.start;
		AudioScheduledSourceNode.prototype.start = function (...args) {
			told.sounds++;
			return start.apply(this, args);
		};
		Object.defineProperty(document, 'hasFocus', { value: () => (window as unknown as { looks?: boolean }).looks ?? false });
	});
}

const told = (page: Page) => page.evaluate(() => (window as unknown as { told: { windows: string[]; sounds: number } }).told);
const unread = (page: Page) => page.locator('[data-unread]').getAttribute('data-unread');
const ticket = (words: string) => heard.ticket(noor.token, { name: 'Ana Diaz', email: 'ana@example.com' }, words);
const give = (id: string) => heard.api(noor.token, 'POST', `/tickets/${id}/assign`, { agent: miasId });
const call = (id: string) => heard.api(noor.token, 'POST', `/tickets/${id}/notes`, { client_id: crypto.randomUUID(), body: `@[Mia](agent:${miasId}) what do you think?` });

test('what concerns one stands in the bell, in the title and on every tab, is told once, and is read on all of them', async () => {
	const context = await stage.person();
	await noting(context);
	const one = await stage.page('one', context);
	const mias = new Console(one);
	await mias.join(mia.link);
	await mias.available('Away'); // what she gets is given by people
	const two = await stage.page('two', context);
	await two.goto(heard.url);
	await new Console(two).signedIn();
	for (const tab of [one, two]) {
		await visible(tab.locator('[data-unread="0"]'));
		await connected(tab);
	}

	const parcel = await ticket('My order has not arrived.');
	await give(parcel);
	for (const tab of [one, two]) {
		await until(() => unread(tab), '1');
		await until(async () => (await tab.title()).startsWith('(1) '), true);
	}
	await call(parcel);
	for (const tab of [one, two]) await until(() => unread(tab), '2');
	await until(async () => (await told(one)).windows.length + (await told(two)).windows.length, 2); // one window each, not one a tab
	expect([...(await told(one)).windows, ...(await told(two)).windows].sort()).toEqual(['You got a ticket', 'You were mentioned in a note']);

	await one.locator('[data-unread]').click();
	const panel = one.getByRole('dialog', { name: 'Notifications' });
	await visible(panel.getByText('Noor Haddad mentioned you'));
	await visible(panel.getByText('Noor Haddad assigned you a ticket'));
	await until(() => panel.locator('[data-notification]').count(), 1); // one ticket, one place
	await sound(one, 'the bell');
	await until(() => one.evaluate(() => document.activeElement?.getAttribute('href')), `/tickets/${parcel}`);
	await one.keyboard.press('Enter');
	await visible(one.locator('section[data-ticket]'));
	for (const tab of [one, two]) {
		await until(() => unread(tab), '0');
		await until(async () => (await tab.title()).startsWith('('), false);
	}
});

test('what the matrix leaves out is not told, and in quiet hours the bell alone counts', async () => {
	const context = await stage.person();
	await noting(context);
	const page = await stage.page('mia', context);
	await wish((w) => {
		w.matrix['assigned'] = { bell: false, desktop: false, sound: false, push: false };
		const now = new Date();
		const at = (hours: number) => new Date(now.getTime() + hours * 3600_000).toISOString().slice(11, 16);
		w.quiet = { on: true, from: at(-6), to: at(6), days: [1, 2, 3, 4, 5, 6, 7], zone: 'UTC' };
	});
	await page.goto(heard.url);
	await page.getByLabel('E-mail').fill(mia.email);
	await page.getByLabel('Password').fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await visible(page.locator('[data-unread="0"]'));
	await connected(page);
	const cup = await ticket('My cup is broken.');
	await give(cup);
	await call(cup);
	await until(() => unread(page), '1');
	expect(await told(page)).toEqual({ windows: [], sounds: 0 });
	await page.locator('[data-unread]').click();
	const panel = page.getByRole('dialog', { name: 'Notifications' });
	await visible(panel.getByText('Noor Haddad mentioned you'));
	await visible(panel.getByText(/Quiet hours/));
	await panel.getByRole('button', { name: 'Mark all as read' }).click();
	await until(() => unread(page), '0');
});

test('the page of wishes changes at once, and each try says what it did', async () => {
	const context = await stage.person();
	await noting(context);
	const page = await stage.page('mia', context);
	await page.goto(`${heard.url}/settings/notifications`);
	await page.getByLabel('E-mail').fill(mia.email);
	await page.getByLabel('Password').fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	const cell = page.getByRole('checkbox', { name: 'You get a ticket: Bell' });
	await visible(cell);
	await wish((w) => (w.matrix['assigned'] = { bell: false, desktop: false, sound: false, push: false }));
	await page.reload();
	await until(() => cell.isChecked(), false);
	await cell.click(); // the answer of the server is not waited for, but the next frame is
	await until(() => cell.isChecked(), true);
	await until(async () => (await wishes()).matrix['assigned']?.bell, true);
	await page.getByRole('radio', { name: 'Knock' }).click();
	await until(async () => (await wishes()).sound.name, 'knock');
	await visible(page.getByText(/It was played at 60 %/));
	expect((await told(page)).sounds).toBeGreaterThan(0);
	await page.getByRole('button', { name: 'Show one' }).click();
	await visible(page.getByText(/One was shown/));
	expect((await told(page)).windows).toEqual(['This is how it looks']);
	await sound(page, 'the page of wishes');
});

test('the menu of oneself says what each state means, by keys alone', async () => {
	const page = await stage.page('mia');
	await page.goto(heard.url);
	await page.getByLabel('E-mail').fill(mia.email);
	await page.getByLabel('Password').fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	const me = page.locator('button[data-availability]');
	await new Console(page).available('Online');
	await me.focus();
	await page.keyboard.press('Enter');
	const card = page.getByRole('dialog', { name: 'You' });
	await visible(card.getByText(/customers see that you are away/));
	await until(() => page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.type), 'radio');
	await page.keyboard.press('ArrowDown');
	await until(() => me.getAttribute('data-availability'), 'away');
	await sound(page, 'the menu of oneself');
	await page.keyboard.press('Escape');
	await until(() => page.evaluate(() => document.activeElement?.hasAttribute('data-availability')), true);
});

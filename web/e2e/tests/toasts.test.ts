import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { focused, gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let mia: { link: string; token: string; email: string };
const tickets: string[] = [];

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	await heard.inbox(mia.token);
	for (let i = 0; i < 14; i++) tickets.push(await heard.ticket(mia.token, { name: `Ana ${i}`, email: `ana${i}@example.com` }, 'Where is my order?', `Order ${i}`));
});
afterAll(() => heard?.stop());

let joined = false;

/** Mia at a window of a size. */
async function arrive(width: number, path: string): Promise<Console> {
	const desk = new Console(await stage.page('mia'));
	const { page } = desk;
	await page.setViewportSize({ width: 1280, height: 800 });
	if (joined) await desk.signIn(heard.url, mia.email);
	else await desk.join(mia.link);
	joined = true;
	await page.setViewportSize({ width, height: 700 });
	await page.goto(`${heard.url}${path}`);
	return desk;
}

/** What can be pressed and lies under a message; the pane beside a ticket scrolls, and so does not count. */
const covered = (page: Page) =>
	page.evaluate(() => {
		const toasts = [...document.querySelectorAll('.toast')].map((t) => t.getBoundingClientRect());
		const meets = (r: DOMRect) => toasts.some((t) => r.left < t.right && t.left < r.right && r.top < t.bottom && t.top < r.bottom);
		const lists = [...document.querySelectorAll('.ticket-rows')].map((l) => l.getBoundingClientRect());
		return [...document.querySelectorAll<HTMLElement>('button, a, input, textarea, [role=option]')]
			.filter((e) => !e.closest('.toasts, aside.side') && e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
			.filter((e) => {
				const r = e.getBoundingClientRect();
				// A row outside the window of its list is not on screen.
				const list = e.closest('.ticket-rows') ? lists[0] : undefined;
				const shown = list ? new DOMRect(r.left, r.top, r.width, Math.max(0, Math.min(r.bottom, list.bottom) - r.top)) : r;
				return shown.width > 0 && shown.height > 0 && meets(shown);
			})
			.map((e) => e.getAttribute('aria-label') || e.textContent);
	});

test.each([320, 390, 1024, 1440])('at %i px messages cover no control, of a ticket or of a list', async (width) => {
	const desk = await arrive(width, `/inbox/all/${tickets.pop()}`);
	const { page } = desk;
	await visible(desk.message('Where is my order?'));
	await desk.holdToasts();
	await rename(desk, 'Where is it?');
	const toast = page.locator('.toast');
	await visible(toast);
	await until(() => page.locator('.toasts').getAttribute('data-home'), width >= 1100 ? 'corner' : 'thread');
	await until(() => covered(page), []);
	await page.keyboard.press('Escape');
	await visible(desk.rows);
	await until(() => page.locator('.toasts').getAttribute('data-home'), width < 760 ? 'strip' : 'corner');
	await until(async () => [(await toast.count()) > 0, await covered(page)], [true, []]);
	await sound(page, `messages at ${width} px`);
});

test('a message is reached by F6, waits while one is there, and gives the focus back', async () => {
	const desk = await arrive(1280, `/inbox/all/${tickets.pop()}`);
	const { page } = desk;
	await visible(desk.message('Where is my order?'));
	const before = await desk.page.locator('.ticket-title').innerText();
	await desk.holdToasts();
	await rename(desk, 'Where is it?');
	const toast = page.locator('.toast', { hasText: 'The subject is changed' });
	await visible(toast);
	await desk.composer.focus();
	await page.keyboard.press('F6');
	await focused(toast.getByRole('button', { name: 'Undo' }));
	await page.keyboard.press('Enter');
	await until(() => page.locator('.ticket-title').innerText(), before);
	await focused(desk.composer);
});

test('what fails stays until it is closed', async () => {
	const desk = await arrive(1280, `/inbox/all/${tickets.pop()}`);
	const { page } = desk;
	await visible(desk.message('Where is my order?'));
	await page.route('**/api/v1/tickets/*', (r) => (r.request().method() === 'PATCH' ? r.fulfill({ status: 403, contentType: 'application/problem+json', body: '{"code":"forbidden","title":"Forbidden","status":403}' }) : r.continue()));
	await rename(desk, 'Refused');
	const wrong = page.locator('.toast-wrong');
	await visible(wrong);
	await page.unroute('**/api/v1/tickets/*');
	await rename(desk, 'Where is it?');
	const told = page.locator('.toast', { hasText: 'The subject is changed' });
	await visible(told);
	await gone(told);
	await visible(wrong);
	await wrong.getByRole('button', { name: 'Close' }).click();
	await gone(wrong);
});

async function rename(desk: Console, title: string): Promise<void> {
	await desk.page.locator('.title-button').click();
	await desk.page.getByRole('textbox', { name: 'Subject' }).fill(title);
	await desk.page.keyboard.press('Enter');
}

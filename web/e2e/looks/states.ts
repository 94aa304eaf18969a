import type { Page } from 'playwright-core';
import { admin, anybody, inWidget, press, type Ids, type Screen } from './plan.ts';

const ticket = (i: Ids) => `/inbox/all/${i.ticket}`;
const MESSAGE = '[role=log] .msg';

/** What opens above a page, once it has been loaded. */
const OPEN = '[popover]:popover-open, dialog[open]';

/** inTicket does something in an open ticket. */
const inTicket = (name: string, act: (page: Page) => Promise<unknown>, until?: string) =>
	admin(name, ticket, MESSAGE, {
		...(until ? { until } : {}),
		act: async (page) => {
			await page.locator('.composer-text').waitFor();
			await act(page);
		},
	});

/** write puts words into the composer, and leaves none of them behind as a draft of the next picture. */
const write = (key: string, words: string) => async (page: Page) => {
	await page.route('**/api/v1/**/draft*', (r) => (r.request().method() === 'GET' ? r.fallback() : r.abort()));
	await page.keyboard.press(key);
	await page.locator('.composer-text').fill('');
	await page.keyboard.type(words);
};

/** select picks rows of the list, as one does before doing something to many. */
const select = async (page: Page) => press('j', 'x', 'Shift+J', 'Shift+J')(page);

/** refuse lets some of a change to many fail, as when others were faster. */
async function refuse(page: Page): Promise<void> {
	await page.route('**/api/v1/tickets/bulk', async (route) => {
		const asked = route.request().postDataJSON() as { ids?: string[] };
		const failed = (asked.ids ?? []).slice(1).map((id) => ({ ticket: id, code: 'conflict', message: 'Somebody else has changed it.' }));
		await route.fulfill({ json: { id: '1', state: 'done', total: failed.length + 1, done: 1, failed } });
	});
	await select(page);
	const resolve = page.getByRole('toolbar').getByRole('button', { name: 'Resolve' });
	if (await resolve.isVisible()) await resolve.click(); // on a phone the ticket has the place of the list
}

const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="420"><rect width="640" height="420" fill="#dfe6ee"/><circle cx="320" cy="210" r="120" fill="#7a93b8"/></svg>';

/** view opens a picture that somebody is about to send. */
async function tray(page: Page): Promise<void> {
	await page.locator('input[data-files]').setInputFiles([
		{ name: 'blue cup.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(picture) },
		{ name: 'The invoice of the order with a name that is longer than its tile.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') },
	]);
	await page.locator('.picked').first().waitFor();
}

const named = (name: RegExp | string) => (page: Page) => page.getByRole('button', { name }).first().click();

/** States are what opens above the screens or happens in them: pictures, and no pages of their own. */
export const states: Screen[] = [
	admin('state-bell', '/inbox/all', '[role=option]', { act: named(/Notifications/u), until: '.bell-list a, .bell .empty' }),
	admin('state-me', '/inbox/all', '[role=option]', { act: (page) => page.locator('button[data-availability]').click(), until: OPEN }),
	admin('state-filter', '/inbox/all', '[role=option]', { act: (page) => page.locator('.list-top').getByText('Open', { exact: true }).click() }),
	admin('state-search', '/inbox/all', '[role=option]', { act: async (page) => press('/', 'i', 's', ':')(page) }),
	admin('state-save-view', '/inbox/all?q=tag%3Alamp&status=all', '[role=option]', { act: named(/Save/u), until: OPEN }),
	admin('state-bulk', '/inbox/all', '[role=option]', { act: select }),
	admin('state-bulk-failed', '/inbox/all', '[role=option]', { act: refuse }),
	admin('state-mentions-none', '/inbox/mentions', '.pane-list'),
	admin('state-list-lost', '/inbox/all', '.pane-list', { before: (page) => page.route(/\/api\/v1\/tickets\?/u, (r) => r.abort()) }),
	inTicket('state-handoff', press('h'), OPEN),
	inTicket('state-snooze', press('z'), OPEN),
	inTicket('state-assign', press('a'), OPEN),
	inTicket('state-status', press('s'), OPEN),
	inTicket('state-macros', write('r', '/'), '.picker-list [role=option]'),
	inTicket('state-note', write('n', 'Ask @b')),
	inTicket('state-emoji', write('r', 'Thank you :smi')),
	inTicket('state-files', tray),
	inTicket('state-offline', async (page) => {
		await page.context().setOffline(true);
		await page.locator('[data-link]').waitFor();
	}),
	admin('state-range', '/reports/overview', '.subnav-here', { act: (page) => page.locator('button[data-range]').click() }),
	admin('state-export', '/reports/overview', '.subnav-here', { act: named('Export') }),
	admin('state-report-point', '/reports/satisfaction', '.plot .place', { act: (page) => page.locator('.plot .place').nth(5).hover() }),
	admin('state-budget', '/settings/surveys/budget', '.settings-page h2', { whole: true }),
	admin('state-decisions', '/settings/surveys/decisions', '.settings-page h2', { whole: true }),
	admin('state-invite', '/settings/agents', '.settings-page h2', { act: named(/Invite/u) }),
	admin('state-webhook', '/settings/webhooks', '.settings-page h2', { act: named(/webhook/u) }),
	admin('state-macro', '/settings/macros', '.settings-page h2', { act: named(/macro/u), whole: true }),
	admin('state-hours', '/settings/schedules', '.settings-page h2', { act: (page) => page.locator('.issue-link').first().click(), whole: true }),
	anybody('state-widget-files', '/demo/shop', 'button.b', { act: inWidget((panel) => panel.locator('input[type=file]').setInputFiles({ name: 'cup.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') })) }),
	anybody('state-letter', (i) => `/widget/${i.key}/write`, 'form', { whole: true }),
];

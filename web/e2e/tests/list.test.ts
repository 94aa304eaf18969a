import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { connected } from '../harness/live.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
const TICKETS = 10_000;
const MOST_ROWS = 60;

describe('the list of tickets', () => {
	let heard: Heard;
	let mia: { link: string; token: string };
	let signedIn: BrowserContextOptions['storageState'];

	beforeAll(async () => {
		heard = await Heard.start({ seed: ['--tickets', String(TICKETS), '--days', '60'] });
		mia = await heard.agent('Mia Larsen', 'admin');
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

	test('ten thousand rows, and never more than sixty of them on the page', async () => {
		const page = await open('/inbox/all?status=all');
		await visible(rows(page));
		let most = 0;
		await until(async () => {
			const seen = await page.evaluate(() => {
				const list = document.querySelector('[role=listbox]')!;
				list.scrollTop = list.scrollHeight;
				const all = [...document.querySelectorAll('.ticket-row')];
				return { rows: all.length, last: Math.max(...all.map((r) => Number(r.getAttribute('aria-posinset')))) };
			});
			most = Math.max(most, seen.rows);
			return seen.last;
		}, TICKETS, 100_000);
		expect(most).toBeGreaterThan(5);
		expect(most).toBeLessThanOrEqual(MOST_ROWS);
		expect(await rows(page).last().getAttribute('aria-setsize')).toBe(String(TICKETS));
	});

	test('rows are in the order of the times they show, and what is done to one moves none', async () => {
		const page = await open('/inbox/all', { viewport: { width: 1360, height: 700 } });
		for (const view of ['mine?status=all', 'unassigned', 'all?status=all', 'all?q=is%3Areopened', 'all']) {
			await page.goto(`${heard.url}/inbox/${view}`);
			await visible(page.locator('.pane-list'));
			const times = () => rows(page).evaluateAll((all) => all.map((r) => r.querySelector('time')?.dateTime ?? ''));
			await until(async () => (await times()).length > 0 || (await page.locator('.pane-list .empty').count()) > 0, true);
			const shown = await times();
			expect(shown, view).toEqual(shown.toSorted().reverse());
		}
		const order = () => rows(page).evaluateAll((all) => all.map((r) => r.getAttribute('data-ticket')).slice(0, 8));
		const before = await order();
		await connected(page);
		await page.locator(`.ticket-row[data-ticket="${before[3]}"]`).click();
		await visible(page.locator(`section[data-ticket="${before[3]}"]`));
		await page.mouse.move(900, 300); // a row that one points at keeps its place
		await page.locator('.toasts').dispatchEvent('pointerover'); // and a message under the pointer stays
		await page.keyboard.press('e');
		await gone(page.locator(`.ticket-row[data-ticket="${before[3]}"]`));
		await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
		await until(order, before);
		await heard.api(mia.token, 'POST', `/tickets/${before[5]}/tags`, { add: ['moved'], remove: [] });
		await until(() => page.locator(`.ticket-row[data-ticket="${before[5]}"] .row-tag`, { hasText: 'moved' }).count(), 1); // hidden where a row is narrow
		expect(await order()).toEqual(before);
	});

	test('an order is chosen in the head, stands in the address, and is found again by back, a reload and the view itself', async () => {
		const page = await open('/inbox/all?q=before%3A10d+is%3Aclosed');
		const times = () => rows(page).evaluateAll((all) => all.map((r) => r.querySelector('time')?.dateTime ?? ''));
		const inOrder = (wanted: (t: string[]) => string[]) => until(async () => {
			const shown = await times();
			return shown.length > 3 && shown.join() === wanted(shown).join();
		}, true);
		const newest = (t: string[]) => t.toSorted().reverse();
		const oldest = (t: string[]) => t.toSorted();
		const order = () => new URL(page.url()).searchParams.get('order');
		await inOrder(newest);
		await page.getByRole('button', { name: 'Order: Newest first' }).click();
		await sound(page, 'the orders of a list');
		await page.getByRole('menuitemradio', { name: 'Oldest first' }).click();
		await inOrder(oldest);
		expect(order()).toBe('oldest');
		await page.goBack();
		await inOrder(newest);
		expect(order()).toBe('newest');
		await page.goForward();
		await inOrder(oldest);
		await page.reload();
		await inOrder(oldest);
		await page.goto(`${heard.url}/inbox/all?q=before%3A10d+is%3Aclosed`);
		await inOrder(oldest);
		await page.goto(`${heard.url}/inbox/all?order=waiting`);
		await visible(page.getByRole('button', { name: 'Order: Waiting longest' }));
		const waits = () => rows(page).evaluateAll((all) => all.map((r) => r.querySelector('[data-waiting]') !== null));
		await until(async () => (await waits()).length > 3, true);
		const shown = await waits();
		expect(shown).toEqual(shown.toSorted((a, b) => Number(b) - Number(a)));
	});

	test('End goes to the last ticket of the list, and Home to the first', async () => {
		const page = await open('/inbox/all');
		const found = async (order: string, q = 'before%3A55d+is%3Aclosed') => (await heard.api<{ items: { id: string }[] }>(mia.token, 'GET', `/tickets?q=${q}&limit=1&order=${order}`)).items[0]!.id;
		await page.goto(`${heard.url}/inbox/all?q=is%3Aopen+priority%3Ahigh,urgent&order=newest`); // few, and no row to begin from
		await visible(rows(page));
		await listbox(page).focus();
		await page.keyboard.press('End');
		await visible(page.locator(`.row-cursor[data-ticket="${await found('oldest', 'is%3Aopen+priority%3Ahigh,urgent')}"]`));
		await page.goto(`${heard.url}/inbox/all?q=before%3A55d+is%3Aclosed&order=newest`);
		await visible(rows(page));
		await listbox(page).focus();
		await page.keyboard.press('End');
		await visible(page.locator(`.row-cursor[data-ticket="${await found('oldest')}"]`));
		await page.keyboard.press('Home');
		await visible(page.locator(`.row-cursor[data-ticket="${await found('newest')}"]`));
		await page.keyboard.press('Shift+End');
		const told = page.locator('[data-selection]');
		const { count } = await heard.api<{ count: number }>(mia.token, 'GET', '/tickets/count?q=before%3A55d+is%3Aclosed');
		await until(() => told.getAttribute('data-selection'), String(count));
		await page.keyboard.press('Escape');
	});

	test('back, and a reload, find the place and the row again', async () => {
		// Young ones are written to, and move up, while the test runs; and what is ten days old goes on with the clock.
		const q = `is:closed before:${daysAgo(10)}`;
		const page = await open(`/inbox/all?status=all&q=${encodeURIComponent(q)}`);
		await visible(rows(page));
		await until(async () => {
			await listbox(page).evaluate((e) => (e.scrollTop = 300 * 68 + 20));
			return listbox(page).evaluate((e) => e.scrollTop);
		}, 300 * 68 + 20);
		await until(() => topRow(page).then((r) => r.position), '301');
		const before = await topRow(page);
		// A pointer would scroll to a place of its own first.
		await page.locator(`[data-ticket="${before.next}"].ticket-row`).evaluate((row) => (row as HTMLElement).click());
		await visible(page.locator(`section[data-ticket="${before.next}"]`));
		const noted = () => until(() => page.evaluate(() => (history.state as { place?: { by: number } } | null)?.place?.by), 20);
		await noted();
		await page.getByRole('link', { name: 'Topics & issues' }).click();
		await visible(page.getByRole('heading', { level: 1 }));
		await gone(rows(page));
		await page.goBack();
		await until(() => topRow(page), before);
		await visible(page.locator(`.ticket-row[aria-current=true][data-ticket="${before.next}"]`));
		await page.goBack();
		await gone(page.locator('section[data-ticket]'));
		await noted();
		await page.reload();
		await until(() => topRow(page), before);
		expect(new URL(page.url()).searchParams.get('q')).toBe(q);
	});

	test('a selection needs no mouse, and says how many', async () => {
		const page = await open('/inbox/all?status=all');
		const selected = page.locator('.ticket-row[aria-selected=true]');
		const told = page.locator('[data-selection]');
		await visible(rows(page));
		await page.keyboard.press('x');
		await until(() => selected.count(), 1);
		await page.keyboard.press('Shift+J');
		await page.keyboard.press('Shift+J');
		await until(() => told.innerText(), '3 selected');
		await page.keyboard.press('Shift+K');
		await until(() => selected.count(), 2);
		await page.keyboard.press('j');
		await page.keyboard.press('j');
		await page.keyboard.press('x');
		await until(() => selected.count(), 3);
		await gone(page.locator('section[data-ticket]')); // choosing opens nothing
		await visible(page.getByRole('toolbar', { name: 'What to do with the selected tickets' }));
		await sound(page, 'a selection');
		await page.keyboard.press('Escape');
		await until(() => selected.count(), 0);
		await rows(page).nth(1).click({ modifiers: ['Shift'] });
		await rows(page).nth(4).click({ modifiers: ['Shift'] });
		await until(() => told.innerText(), '4 selected');
		await page.keyboard.press('Control+a');
		await visible(page.locator('[data-scope=loaded]'));
		await page.getByRole('button', { name: 'Select all in this view' }).click();
		await until(() => told.innerText(), 'All in this view selected');
		await sound(page, 'the whole view selected');
		await page.keyboard.press('e');
		const tooMany = page.getByRole('dialog', { name: 'Resolving' });
		await visible(tooMany.getByText('More than 5,000 tickets match'));
		await tooMany.getByRole('button', { name: 'Cancel' }).click();
		await gone(tooMany);
		await until(() => told.innerText(), 'All in this view selected');
		await page.keyboard.press('Escape');
		await until(() => selected.count(), 0);
	});

	test('an act on a whole view asks first, and names how many are meant', async () => {
		const q = encodeURIComponent(`before:${daysAgo(45)}`);
		const page = await open(`/inbox/all?status=all&q=${q}`);
		const { count } = await heard.api<{ count: number }>(mia.token, 'GET', `/tickets/count?q=${q}`);
		await visible(rows(page));
		await page.keyboard.press('Control+a');
		await page.getByRole('button', { name: 'Select all in this view' }).click();
		await page.keyboard.press('e');
		const words = `Resolve ${count.toLocaleString('en')} tickets`;
		const asks = page.getByRole('dialog', { name: words });
		await visible(asks.getByRole('button', { name: words }));
		await sound(page, 'the question before an act on a whole view');
		await page.keyboard.press('Escape');
		await gone(asks);
		await until(() => page.locator('[data-selection]').innerText(), 'All in this view selected');
	});

	test('one act on many: what fails is listed with its reason, and the rest can be taken back', async () => {
		const of = async (q: string, n: number) => (await heard.api<{ items: { id: string }[] }>(mia.token, 'GET', `/tickets?q=${encodeURIComponent(q)}&limit=${n}`)).items.map((t) => t.id);
		const [closed] = await of('is:closed', 1);
		const open2 = await of('is:open priority:normal', 2);
		const page = await open(`/tickets?ids=${[...open2, closed].join(',')}`);
		await until(() => rows(page).count(), 3);
		await page.keyboard.press('Control+a');
		await visible(page.getByRole('toolbar', { name: 'What to do with the selected tickets' }));
		await page.locator('.toasts').dispatchEvent('pointerover'); // what it says stays while one looks at it
		await page.keyboard.press('p');
		await page.getByRole('menuitem', { name: 'Urgent' }).click();
		await visible(page.locator('.toast', { hasText: '2 of 3 changed, 1 not' }));
		await page.getByRole('button', { name: 'Show which' }).click();
		const dialog = page.getByRole('dialog', { name: 'Not changed' });
		await until(() => dialog.locator('[data-failed]').evaluateAll((all) => all.map((e) => e.getAttribute('data-failed'))), [closed!]);
		await until(() => dialog.locator('[data-failed] p').innerText(), expect.stringMatching(/\S/));
		await sound(page, 'what could not be changed');
		await page.keyboard.press('Escape');
		const priority = async () => Promise.all(open2.map(async (id) => (await heard.api(mia.token, 'GET', `/tickets/${id}`)).priority));
		await until(priority, ['urgent', 'urgent']);
		await page.keyboard.press('Control+z');
		await visible(page.locator('.toast', { hasText: 'Put back as it was' }));
		await until(priority, ['normal', 'normal']);
	});

	test('a search is written with suggestions, and told at the word that is wrong', async () => {
		const page = await open('/inbox/all');
		await visible(rows(page));
		await page.keyboard.press('/');
		const field = page.getByRole('combobox', { name: 'Search tickets' });
		const choices = page.getByRole('listbox', { name: 'Suggestions' });
		await visible(choices.getByRole('option', { name: /^is:/ }));
		await page.keyboard.type('prio');
		await until(() => choices.getByRole('option').first().getAttribute('data-suggests'), 'priority:');
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		await until(() => field.inputValue(), 'priority:');
		await page.keyboard.type('ur');
		await until(() => field.getAttribute('aria-activedescendant').then((id) => page.locator(`[id="${id}"]`).getAttribute('data-suggests')), 'priority:urgent');
		await sound(page, 'suggestions');
		await page.keyboard.press('Tab');
		await until(() => new URL(page.url()).searchParams.get('q'), 'priority:urgent');
		await page.keyboard.type('is:opn');
		await page.keyboard.press('Escape');
		await page.keyboard.press('Enter');
		await visible(page.locator('.search-refused'));
		await page.keyboard.press('Escape');
		await visible(page.locator('[data-term="is:opn"].chip-danger'));
		await sound(page, 'a search that is refused');
		await page.getByRole('button', { name: 'Remove is:opn' }).click();
		await until(() => new URL(page.url()).searchParams.get('q'), 'priority:urgent');
		await gone(page.locator('.search-refused'));
		await page.getByRole('button', { name: 'Clear search' }).click();
		await until(() => new URL(page.url()).searchParams.get('q'), null);
	});

	test('a search becomes a view: named, moved by keys, edited, deleted and brought back', async () => {
		const page = await open('/inbox/all?q=priority%3Aurgent');
		const views = page.getByRole('navigation', { name: 'Views' });
		const names = () => views.locator('[data-views=private] [data-view] .view-item > span:first-child').allInnerTexts();
		for (const name of ['Pressing', 'Also pressing']) {
			await page.goto(`${heard.url}/inbox/all?q=priority%3Aurgent`);
			await page.getByRole('button', { name: 'Save as view' }).click();
			const dialog = page.getByRole('dialog', { name: 'Save as view' });
			await dialog.getByLabel('Name').fill(name);
			if (name === 'Pressing') await sound(page, 'saving a view');
			await dialog.getByRole('button', { name: 'Save' }).click();
			await visible(views.getByRole('link', { name: new RegExp(`^${name}`) }));
		}
		await until(names, ['Pressing', 'Also pressing']);
		await views.getByRole('button', { name: 'What to do with the view Also pressing' }).press('Enter');
		await page.getByRole('menuitem', { name: 'Move up' }).click();
		await until(names, ['Also pressing', 'Pressing']);
		await views.getByRole('button', { name: 'What to do with the view Pressing', exact: true }).press('Enter');
		await page.getByRole('menuitem', { name: 'Edit…' }).click();
		const edit = page.getByRole('dialog', { name: 'Edit view' });
		await edit.getByLabel('Tickets that match').fill('priority:often');
		await edit.getByRole('button', { name: 'Save' }).click();
		await visible(edit.locator('[aria-invalid=true]'));
		await edit.getByLabel('Tickets that match').fill('priority:urgent,high');
		await edit.getByRole('button', { name: 'Save' }).click();
		await gone(edit);
		await views.getByRole('link', { name: /^Pressing/ }).click();
		await visible(rows(page));
		await sound(page, 'a saved view');
		await views.getByRole('button', { name: 'What to do with the view Pressing', exact: true }).press('Enter');
		await page.locator('.toasts').dispatchEvent('pointerover');
		await page.getByRole('menuitem', { name: 'Delete' }).click();
		await until(names, ['Also pressing']);
		await page.locator('.toast', { hasText: 'deleted' }).getByRole('button', { name: 'Undo' }).click();
		await until(async () => (await names()).toSorted(), ['Also pressing', 'Pressing']);
	});

	test('what somebody else takes fades where it stands while one points at it; what is new waits in a pill', async () => {
		const page = await open('/inbox/all', { viewport: { width: 1360, height: 700 } });
		await connected(page);
		await rows(page).nth(2).hover();
		const order = () => rows(page).evaluateAll((all) => all.slice(0, 5).map((r) => r.getAttribute('data-ticket')));
		const before = await order();
		await heard.api(mia.token, 'POST', `/tickets/${before[1]}/resolve`);
		await visible(page.locator(`.row-left[data-ticket="${before[1]}"]`));
		await heard.ticket(mia.token, { name: 'Ana', email: 'ana@example.com' }, 'My cup is broken.');
		const pill = page.locator('.new-pill');
		await visible(pill);
		expect(await order()).toEqual(before);
		// A desk of this size also does things by itself: there may be more than one.
		await until(async () => {
			if (await pill.isVisible()) await pill.click();
			return rows(page).filter({ hasText: 'My cup is broken.' }).isVisible();
		}, true);
		await gone(page.locator(`.ticket-row[data-ticket="${before[1]}"]`));
	});
});

/** A day, as a search names it. */
const daysAgo = (n: number) => new Date(Date.now() - n * 24 * 3600_000).toISOString().slice(0, 10);
const rows = (page: Page): Locator => page.locator('.ticket-row[data-ticket]');
const listbox = (page: Page): Locator => page.locator('.ticket-rows');

/** The row at the upper edge, how far it is under it, and the row behind it. */
function topRow(page: Page): Promise<{ position: string | null; by: number; next: string | null }> {
	return page.evaluate(() => {
		const list = document.querySelector('.ticket-rows');
		const edge = list?.getBoundingClientRect().top ?? 0;
		const all = [...document.querySelectorAll('.ticket-row[data-ticket]')].filter((r) => r.getBoundingClientRect().bottom > edge + 1);
		all.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
		return { position: all[0]?.getAttribute('aria-posinset') ?? null, by: Math.round(edge - (all[0]?.getBoundingClientRect().top ?? 0)), next: all[1]?.getAttribute('data-ticket') ?? null };
	});
}

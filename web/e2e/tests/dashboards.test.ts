import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { focused, gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { csv, workbook } from '../harness/sheet.ts';
import { connected } from '../harness/live.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let ada: { link: string; token: string };

beforeAll(async () => {
	heard = await Heard.start({ command: 'demo', args: ['--weeks', '8', '--seed', '1'] });
	ada = await heard.agent('Ana Manager', 'manager');
});
afterAll(() => heard?.stop());

const pages = ['live', 'overview', 'satisfaction', 'speed', 'volume', 'handoffs', 'team', 'topics'] as const;

interface Tile {
	figure: string;
	n: number;
	hits: number | null;
	href: string;
	value: number | null;
}
interface Dashboard {
	from: string;
	to: string;
	tiles: Tile[];
	panels: { id: string; title: string; chart: string; empty: string; columns: { key: string; unit: string; role: string }[]; rows: { cells: unknown[]; href: string }[] }[];
}

const ask = (page: string, more = '') => heard.api<Dashboard>(ada.token, 'GET', `/reports/dashboards/${page}${more}`);

/** A page of the console with somebody signed in. */
async function signedIn(name: string, options = {}): Promise<Page> {
	const link = name === 'ana' && !joined ? ada.link : (await heard.agent(`${name} ${Math.random().toString(36).slice(2, 8)}`, 'manager')).link;
	joined ||= name === 'ana';
	const page = await stage.page(name, options);
	await new Console(page).join(link);
	return page;
}
let joined = false;

async function open(page: Page, path: string): Promise<void> {
	await page.goto(`${heard.url}/reports/${path}`);
	await visible(page.locator('.report-body[data-ready]'));
}

test('every page is sound by light and by darkness, and its charts are tables too', async () => {
	const page = await signedIn('ana');
	for (const name of pages) {
		await open(page, name);
		await sound(page, `the page ${name}`);
		for (const as of await page.getByRole('radio', { name: 'Table', exact: true }).all()) await as.click();
		await sound(page, `the page ${name} as tables`);
		await until(() => page.locator('.panel:has([role=radio]) svg[role=img].chart').count(), 0);
	}
	await page.goto(`${heard.url}/reports/weekly`);
	await visible(page.locator('[data-week]'));
	await sound(page, 'the archive');
});

test('a number opens exactly its tickets, and lets go of each condition', async () => {
	for (const name of pages) {
		const { tiles, panels } = await ask(name);
		const links = [...tiles.filter((t) => t.href.startsWith('/tickets?figure')).map((t) => [t.figure, t.href, t.hits ?? t.n] as const)];
		for (const p of panels) {
			const y = p.columns.findIndex((c) => c.role === 'y' && c.unit === 'count');
			for (const row of p.rows.slice(0, 3)) {
				const counted = p.chart === 'hist' ? (row.cells[y] as number) : null;
				if (row.href.startsWith('/tickets?figure') && counted !== null) links.push([p.id, row.href, counted] as const);
			}
		}
		for (const [what, href, n] of links) {
			const { behind } = await heard.api<{ behind: { counted: number } }>(ada.token, 'GET', href);
			expect(behind.counted, `${name}: ${what} at ${href}`).toBe(n);
		}
	}
	const page = await signedIn('opener');
	await open(page, 'volume?channel=api');
	const tile = page.locator('[data-figure=volume]');
	const n = Number(await tile.getAttribute('data-n'));
	await tile.locator('a').click();
	await until(() => page.locator('[data-counted]').getAttribute('data-counted'), String(n));
	await visible(page.getByRole('option').first());
	await sound(page, 'the tickets behind a figure');
	const chips = page.getByRole('list', { name: 'What these tickets have in common' }).getByRole('listitem');
	await until(() => chips.count(), 2);
	await chips.filter({ hasText: 'Channel' }).getByRole('link').click();
	await until(() => chips.count(), 1);
	await until(async () => Number(await page.locator('[data-counted]').getAttribute('data-counted')) >= n, true);
	await page.goBack();
	await until(() => chips.count(), 2);
	await page.getByRole('link', { name: 'Back to where this list came from' }).click();
	await visible(page.locator('[data-page=volume]'));
	await until(() => new URL(page.url()).searchParams.get('channel'), 'api');
});

test('a share opens those that make it, and one switch shows all that it is of', async () => {
	const { tiles } = await ask('volume');
	const { hits, n } = tiles.find((t) => t.figure === 'reopen')!;
	expect(hits).toBeGreaterThan(0);
	expect(hits).toBeLessThan(n);
	const page = await signedIn('sharer');
	await open(page, 'volume');
	await page.locator('[data-figure=reopen] .tile-link').click();
	const counted = page.locator('[data-counted]');
	await until(() => counted.innerText(), expect.stringMatching(`^${hits} of ${n.toLocaleString('en')} tickets`));
	await visible(page.getByRole('option').first());
	const which = page.getByRole('radiogroup', { name: 'Which of them' });
	await until(() => which.getByRole('radio').allTextContents(), [`Reopened ${hits}`, `All ${n.toLocaleString('en')}`]);
	await sound(page, 'the tickets that make a share');
	await which.getByRole('radio', { name: 'Reopened' }).focus();
	await page.keyboard.press('ArrowRight');
	await until(() => counted.getAttribute('data-counted'), String(n));
	await until(() => new URL(page.url()).searchParams.get('hit'), 'all');
	await page.reload();
	await until(() => counted.getAttribute('data-counted'), String(n));
	await until(() => which.getByRole('radio', { name: 'All' }).getAttribute('aria-checked'), 'true');
	await page.goBack();
	await until(() => counted.getAttribute('data-counted'), String(hits));

	const { items } = await heard.api<{ items: { week: string; provisional: boolean }[] }>(ada.token, 'GET', '/reports/weekly');
	const week = items.find((w) => !w.provisional)!.week;
	type Told = { behind: { counted: number; share: { hits: number; all: number } } };
	const { behind } = await heard.api<Told>(ada.token, 'GET', `/tickets?figure=reopen&week=${week}`);
	await page.goto(`${heard.url}/tickets?figure=reopen&week=${week}`);
	await until(() => counted.getAttribute('data-counted'), String(behind.share.hits));
	await which.getByRole('radio', { name: 'All' }).click();
	await until(() => counted.getAttribute('data-counted'), String(behind.share.all));
});

test('where one ticket counts several times, the list says so', async () => {
	const { behind } = await heard.api<{ behind: { counted: number; tickets: number } }>(ada.token, 'GET', (await ask('handoffs')).tiles.find((t) => t.figure === 'handoffs')!.href);
	expect(behind.counted).toBeGreaterThan(behind.tickets);
	const page = await signedIn('counter');
	await open(page, 'handoffs');
	await page.locator('[data-figure=handoffs] .tile-link').click();
	await until(() => page.locator('[data-counted]').innerText(), expect.stringMatching(`^${behind.counted} handoffs in ${behind.tickets} tickets`));
});

test('each value of a chart with several, and each number of a table, opens its own tickets', async () => {
	const { panels } = await ask('volume');
	const days = panels.find((p) => p.id === 'in_and_out')!;
	const busy = days.rows.findLastIndex((r) => r.cells.slice(1).every((n) => Number(n) > 0));
	expect(busy).toBeGreaterThanOrEqual(0);
	const page = await signedIn('valuer');
	for (const [at, name] of [[2, 'Resolved'], [3, 'Unresolved']] as const) {
		await open(page, 'volume');
		await page.locator('[data-panel=in_and_out] .place').nth(busy).click();
		await page.getByRole('dialog', { name: /Whose tickets/ }).getByRole('link', { name: new RegExp(`^${name}`) }).click();
		await until(() => page.locator('[data-counted]').getAttribute('data-counted'), String(days.rows[busy]!.cells[at]));
	}

	const topics = (await ask('topics')).panels.find((p) => p.id === 'topics')!;
	const place = topics.rows.findIndex((r) => r.href.startsWith('/issues/'));
	expect(place, 'a topic that belongs to an issue').toBeGreaterThanOrEqual(0);
	const row = topics.rows[place]!;
	await open(page, 'topics');
	await page.locator('[data-panel=topics] tbody tr').nth(place).getByRole('link', { name: Number(row.cells[1]).toLocaleString('en'), exact: true }).first().click();
	await until(() => page.locator('[data-counted]').getAttribute('data-counted'), String(row.cells[1]));
});

test('days of an address that cannot be shown are told, and what is shown instead', async () => {
	const page = await signedIn('wrong');
	await open(page, 'volume?from=2026-11-30&to=2026-11-01');
	const note = page.locator('[data-wrong]');
	await until(() => note.innerText(), expect.stringMatching(/2026-11-30 – 2026-11-01[^]*Shown instead: Last 28 days/));
	await sound(page, 'an impossible range');
	await open(page, 'volume?from=abc&to=2026-11-01');
	await until(() => note.getAttribute('data-wrong'), 'from');
	await page.locator('[data-range]').click();
	await page.getByRole('button', { name: 'Last 7 days' }).click();
	await gone(note);
});

test('what is asked for lives in the address: it can be sent, taken back, and read again', async () => {
	const page = await signedIn('asker');
	await open(page, 'speed');
	await page.locator('[data-range]').click();
	await page.getByRole('button', { name: 'Last 7 days' }).click();
	await until(() => new URL(page.url()).search, '?range=7d');
	await page.getByRole('button', { name: 'vs previous period' }).click();
	await page.getByRole('menuitemradio', { name: 'No comparison' }).click();
	await page.getByRole('radio', { name: 'Business hours' }).click();
	await page.getByRole('button', { name: 'Filter', exact: true }).click();
	await page.getByRole('dialog', { name: 'Filter' }).getByLabel('Team').selectOption({ label: 'Orders' });
	await page.keyboard.press('Escape');
	await visible(page.locator('[data-filter=team]'));
	await until(() => new URL(page.url()).search, expect.stringMatching(/^\?range=7d&compare=none&time=business&team=\d+$/));
	const asked = new URL(page.url()).search;
	await page.reload();
	await visible(page.locator('[data-filter=team]').getByText('Team: Orders'));
	await page.getByRole('link', { name: 'Handoffs' }).click();
	await visible(page.locator('[data-page=handoffs]'));
	await until(() => new URL(page.url()).search, asked);
	await page.goBack();
	await visible(page.locator('[data-page=speed]'));
	await page.getByRole('button', { name: 'Remove the filter Team' }).click();
	await gone(page.locator('[data-filter=team]'));
	await page.goBack();
	await visible(page.locator('[data-filter=team]'));
	await page.locator('[data-range]').click();
	const days = page.getByRole('dialog', { name: 'Days' });
	await days.getByLabel('From').fill('2026-02-01');
	await days.getByLabel('To').fill('2026-01-01');
	await days.getByRole('button', { name: 'Show these days' }).click();
	await visible(page.getByRole('alert'));
	await sound(page, 'days the wrong way round');
});

test('without a mouse: figures, points of a chart and its table are reached and told', async () => {
	const page = await signedIn('keys');
	await open(page, 'volume');
	const chart = page.locator('[data-panel=in_and_out]');
	const points = chart.locator('.place');
	await points.last().focus();
	await visible(chart.locator('.chart-card'));
	await page.keyboard.press('ArrowLeft');
	await until(() => page.evaluate(() => document.activeElement!.getAttribute('aria-label')), expect.stringMatching(/New: [\d,]+, Resolved: [\d,]+/));
	await page.keyboard.press('Home');
	await focused(points.first());
	await until(() => chart.locator('.place[tabindex="0"]').count(), 1);
	await page.keyboard.press('Escape');
	await gone(chart.locator('.chart-card'));
	await page.keyboard.press('Enter');
	const which = page.getByRole('dialog', { name: /Whose tickets/ });
	await focused(which.getByRole('link').first());
	await sound(page, 'the values of a place');
	await page.keyboard.press('Escape');
	await focused(points.first());
	await page.keyboard.press('Enter');
	await focused(which.getByRole('link').first());
	await page.keyboard.press('Enter');
	await visible(page.locator('[data-counted]'));
	await page.goBack();
	await visible(page.locator('[data-page=volume]'));
	const about = page.locator('[data-figure=volume] .tile-about');
	await about.focus();
	await page.keyboard.press('Shift+Tab');
	await page.keyboard.press('Tab');
	await visible(page.locator('.tip').getByText(/Tickets opened/));
});

test('files hold the same rows as the page', async () => {
	const page = await signedIn('reader');
	await open(page, 'volume');
	const shown = await ask('volume');
	const panel = shown.panels.find((p) => p.id === 'in_and_out')!;
	const cells = (row: unknown[]) => row.map((v) => (v === null ? '' : String(v)));

	let download = page.waitForEvent('download');
	await page.locator('[data-panel=in_and_out]').getByRole('link', { name: /Download as CSV/ }).click();
	const rows = csv(await readFile(await (await download).path(), 'utf8'));
	expect(rows.slice(1)).toEqual(panel.rows.map((r) => cells(r.cells)));

	download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Export' }).click();
	await page.getByRole('menuitem', { name: /Excel/ }).click();
	const file = await download;
	expect(file.suggestedFilename()).toBe(`heard-volume-${shown.from}-${shown.to}.xlsx`);
	const book = workbook(await readFile(await file.path()));
	expect(book.formulas).toBe(0);
	for (const p of shown.panels) {
		const sheet = book.sheets.get(p.id)!;
		expect(sheet.length, p.id).toBe(p.rows.length + 1);
		p.rows.forEach((row, i) => {
			const got = p.columns.map((_, x) => sheet[i + 1]![x] ?? null);
			const want = row.cells.map((v) => (Array.isArray(v) ? v.join(' ') : v === '' ? null : v));
			expect(got.map((v) => v ?? null), `${p.id} row ${i}`).toEqual(want);
		});
	}
	expect(book.sheets.get('tiles')!.slice(1).map((r) => [r[0], r[6]])).toEqual(shown.tiles.map((t) => [t.figure, t.n]));
});

test('on a small screen, from right to left and in forced colours nothing is cut off', async () => {
	const page = await signedIn('small', { viewport: { width: 320, height: 720 } });
	for (const name of pages) {
		await open(page, name);
		const wide = await page.evaluate(() => [...document.querySelectorAll('.page, main')].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className || e.id));
		expect(wide, name).toEqual([]);
		await page.evaluate(() => (document.documentElement.dir = 'rtl'));
		const turned = await page.evaluate(() => [...document.querySelectorAll('.page')].filter((e) => e.scrollWidth > e.clientWidth + 1).length);
		expect(turned, `${name} from right to left`).toBe(0);
		await page.evaluate(() => document.documentElement.removeAttribute('dir'));
	}
	await page.emulateMedia({ forcedColors: 'active' });
	await open(page, 'overview');
	await sound(page, 'forced colours');
});

test('a page that cannot be read says so, and comes back', async () => {
	const page = await signedIn('lost');
	await open(page, 'overview');
	await page.route('**/api/v1/reports/dashboards/**', (r) => r.abort());
	await page.getByRole('link', { name: 'Speed' }).click();
	const alert = page.getByRole('alert');
	await visible(alert);
	await sound(page, 'a page that cannot be read');
	await page.unroute('**/api/v1/reports/dashboards/**');
	await alert.getByRole('button', { name: 'Try again' }).click();
	await visible(page.locator('[data-page=speed][data-ready]'));
});

test('the live page changes by itself when a ticket comes', async () => {
	const page = await signedIn('watcher');
	await open(page, 'live');
	const tile = page.locator('[data-figure=live_open]');
	await connected(page);
	const before = Number(await tile.getAttribute('data-n'));
	await heard.ticket(ada.token, { name: 'Bo Li', email: 'bo@example.com' }, 'Is anybody there?');
	await until(() => tile.getAttribute('data-n'), String(before + 1));
	await tile.locator('a').click();
	await until(() => page.locator('h1').first().innerText(), 'Not done yet');
});

test('an agent sees their own figures, and no names of others', async () => {
	const own = await heard.agent('Olu Agent', 'agent');
	const page = await stage.page('olu');
	await new Console(page).join(own.link);
	await page.getByRole('link', { name: 'Reports' }).click();
	await visible(page.locator('.report-body[data-ready]'));
	await gone(page.getByRole('link', { name: 'Team', exact: true }));
	await gone(page.getByRole('link', { name: 'Weekly reports' }));
	await sound(page, "an agent's overview");
	await expect(heard.api(own.token, 'GET', '/reports/dashboards/team')).rejects.toThrow('403');
});

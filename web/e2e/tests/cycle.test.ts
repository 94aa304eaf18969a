import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BrowserContextOptions } from 'playwright-core';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let token: string;
let signedIn: BrowserContextOptions['storageState'];
const mia = () => stage.page('mia', signedIn ? { storageState: signedIn } : {});
let target: Server;
const told: { event: string; signature: string; body: any }[] = [];

beforeAll(async () => {
	target = createServer((req, res) => {
		let body = '';
		req.on('data', (chunk) => (body += chunk));
		req.on('end', () => {
			told.push({ event: String(req.headers['heard-event']), signature: String(req.headers['heard-signature']), body: JSON.parse(body) });
			res.end('thank you');
		});
	});
	await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
	heard = await Heard.start({ command: 'demo', args: ['--weeks', '8', '--seed', '1', '--webhook-allow', '127.0.0.0/8'] });
	const person = await heard.agent('Mia Larsen', 'admin');
	token = person.token;
	const context = await stage.person();
	await new Console(await stage.page('mia', context)).join(person.link);
	signedIn = await context.storageState();
});
afterAll(async () => {
	target?.close();
	await heard?.stop();
});

const at = () => `http://127.0.0.1:${(target.address() as AddressInfo).port}/in`;

test('a webhook: its secret once, a test, and what came of it', async () => {
	const page = await mia();
	await page.goto(`${heard.url}/settings/webhooks`);
	await page.getByRole('button', { name: 'Add a webhook' }).click();
	const dialog = page.getByRole('dialog', { name: 'Add a webhook' });
	await dialog.getByLabel('Address').fill('https://192.168.1.1/in');
	await dialog.getByRole('button', { name: 'Add a webhook' }).click();
	await visible(dialog.getByText('is not on the public internet').first());
	await sound(page, 'a webhook that is refused');
	await dialog.getByLabel('Address').fill(at());
	await dialog.getByRole('button', { name: 'Add a webhook' }).click();
	const secret = page.getByRole('dialog', { name: 'Secret of the webhook' });
	await visible(secret.getByText('heard_hook_'));
	await sound(page, 'the secret of a webhook');
	await page.keyboard.press('Escape');
	await gone(secret);

	await page.getByRole('link', { name: at() }).click();
	await page.getByRole('button', { name: 'Send a test' }).click();
	await until(() => told.map((t) => t.event), ['webhook.test']);
	await visible(page.locator('[data-delivery=done]').getByText('200'));
	await sound(page, 'the deliveries of a webhook');
	expect(await page.getByText('heard_hook_').count()).toBe(0);
});

test('the life of an issue: owner, tracker, fixed in a release, too early to tell, and told to programs', async () => {
	const page = await mia();
	const list = await heard.api(token, 'GET', '/issues?status=flagged');
	await page.goto(`${heard.url}/issues/${list.items[0].id}`);
	await visible(page.locator('[data-issue-status=flagged]'));
	await until(() => page.locator('[data-term]').count(), 4);
	const id = new URL(page.url()).pathname.split('/').at(-1)!;

	await page.getByRole('button', { name: 'Acknowledge' }).click();
	await visible(page.locator('[data-issue-status=acknowledged]'));
	await page.getByRole('button', { name: 'No owner' }).click();
	await page.getByRole('menuitemradio', { name: 'Mia Larsen' }).or(page.getByRole('option', { name: 'Mia Larsen' })).or(page.getByRole('menuitem', { name: 'Mia Larsen' })).first().click();
	await visible(page.getByText('owner Mia Larsen'));

	await page.getByRole('button', { name: 'Link to tracker' }).click();
	const tracker = page.getByRole('dialog', { name: 'Where work goes on' });
	await tracker.getByLabel('Address').fill('ftp://tracker.example/SHOP-12');
	await tracker.getByRole('button', { name: 'Save' }).click();
	await visible(tracker.getByText('must be an address').first());
	await until(() => tracker.getByLabel('Address').getAttribute('aria-invalid'), 'true');
	await tracker.getByLabel('Address').fill('https://tracker.example/SHOP-12');
	await tracker.getByLabel('Its name there').fill('SHOP-12');
	await sound(page, 'the link to a tracker');
	await page.keyboard.press('Enter'); // from the keyboard alone
	await visible(page.getByRole('link', { name: 'SHOP-12' }));

	const shipped = new Date(Date.now() - 24 * 3600_000).toISOString();
	await heard.api(token, 'POST', '/releases', { version: '2.4.1', at: shipped, url: 'https://shop.example/2.4.1' });
	await page.reload();
	await visible(page.locator('[data-marker=release]').getByText('Release 2.4.1'));
	await page.getByRole('button', { name: 'Mark as fixed' }).click();
	const fixed = page.getByRole('dialog', { name: 'Mark as fixed' });
	await fixed.getByLabel('Fixed in').selectOption('2.4.1');
	await sound(page, 'fixed in a release');
	await fixed.getByRole('button', { name: 'Mark as fixed' }).click();
	await visible(page.locator('[data-issue-status=fixed]').getByText('too early to tell'));
	await visible(page.locator('[data-verdict=too_early]'));
	await visible(page.getByText('fixed in 2.4.1'));
	await sound(page, 'an issue that is fixed');

	await until(() => told.filter((t) => t.event === 'issue.status_changed').map((t) => t.body.data.to), ['acknowledged', 'fixed']);
	const last = told.findLast((t) => t.event === 'issue.status_changed')!;
	expect(last.signature).toMatch(/^v1=[0-9a-f]{64}$/);
	expect(last.body.about.issue).toMatchObject({ id, status: 'fixed', fixed_in: '2.4.1', tracker: { key: 'SHOP-12' } });
	expect(last.body.about.issue.url).toBe(`${heard.url}/issues/${id}`);
});

test('tickets that people checked tell how many belong, and how good the suggestions are', async () => {
	const page = await mia();
	await page.goto(`${heard.url}/issues`);
	await visible(page.locator('[data-quality]').getByText('No data yet').first());
	const list = await heard.api(token, 'GET', '/issues?status=flagged');
	await page.goto(`${heard.url}/issues/${list.items[1].id}`);
	await visible(page.getByText('Nobody has checked yet'));
	const picks = page.getByRole('checkbox');
	for (const n of [0, 1, 2]) await picks.nth(n).check();
	await page.getByRole('button', { name: 'All 3 belong here' }).click();
	await visible(page.locator('[data-true-size]').getByText('from 3 checks'));
	await picks.nth(4).check();
	await page.getByRole('button', { name: /Split off/ }).click();
	await visible(page.locator('[data-true-size]').getByText('from 1 check')); // of the issue that was made
	await page.goto(`${heard.url}/issues/${list.items[1].id}`);
	const size = page.locator('[data-true-size]');
	await visible(size.getByText('from 4 checks'));
	await size.locator('summary').click();
	await visible(size.getByText('Belong: 3, moved out: 1.'));
	await sound(page, 'how many of the tickets belong');
	await page.goto(`${heard.url}/issues`);
	await visible(page.locator('[data-quality]').getByText('80 % of 5 tickets that people checked').or(page.locator('[data-quality]').getByText('80% of 5 tickets that people checked')));
	await sound(page, 'how good the suggestions are');
});

test('a finished week tells what became of issues, and a fix that changed nothing says so', async () => {
	const page = await mia();
	const all = await heard.api(token, 'GET', '/issues');
	// The demo throws its dice anew for every day: on most of them nothing is clear yet, on some it has come back.
	const flat = all.items.find((x: any) => x.verdict?.change === 'no_clear');
	const [says] = /^(No clear change so far|Fixed on .*, came back on [^:]*)/.exec(flat.verdict.sentence)!;
	await page.goto(`${heard.url}/issues/${flat.id}`);
	await visible(page.locator('[data-verdict]').getByText(says!).first());
	await sound(page, 'a fix that changed nothing');
	const verified = all.items.find((x: any) => x.status === 'verified');
	const detail = await heard.api(token, 'GET', `/issues/${verified.id}`);
	const steps = detail.history.filter((h: any) => h.what === 'status').reverse();
	expect(steps.map((h: any) => h.to)).toEqual(['flagged', 'acknowledged', 'in_progress', 'fixed', 'verified']);
	// A week that has just ended is told, but for its first hour it is not in the archive.
	const report = await heard.api(token, 'GET', `/reports/weekly/${weekOf(steps.at(-1).at)}`);
	expect(report.provisional).toBe(false);
	expect(report.movements.filter((m: any) => m.issue === verified.id && m.to === 'verified')).toHaveLength(1);
});

/** The week of a moment in the middle of a day, as reports name it (ISO 8601). */
function weekOf(at: string): string {
	const day = Date.parse(at.slice(0, 10)) / 86_400_000;
	const thursday = new Date((day - ((day + 3) % 7) + 3) * 86_400_000); // its year is that of the week; day 0 was a Thursday
	const year = thursday.getUTCFullYear();
	const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000)) + 1;
	return `${year}-W${String(week).padStart(2, '0')}`;
}

test('what an hour costs is told in money at once', async () => {
	const page = await mia();
	await page.goto(`${heard.url}/settings/impact`);
	await page.getByLabel('An agent’s hour costs').fill('42');
	await page.getByRole('button', { name: 'Save' }).click();
	await visible(page.getByText('Saved', { exact: true }));
	await gone(page.locator('.form-state'));
	await page.goto(`${heard.url}/issues`);
	await page.locator('[data-issue] a').first().click();
	await visible(page.getByRole('region', { name: 'Cost' }).getByText('€').first());
	await sound(page, 'what an issue costs');
});

test('on 320 px, and from right to left, nothing runs out of the page', async () => {
	const page = await mia();
	await page.goto(`${heard.url}/issues`);
	const issue = (await page.locator('[data-issue] a').first().getAttribute('href'))!;
	await page.setViewportSize({ width: 320, height: 640 });
	for (const path of ['/settings/webhooks', '/settings/webhooks/1', '/settings/impact', '/issues', issue]) {
		for (const dir of ['ltr', 'rtl']) {
			await page.goto(heard.url + path);
			await visible(page.getByRole('heading', { level: 1 }).or(page.getByRole('heading', { level: 2 })).first());
			await page.evaluate((d) => (document.documentElement.dir = d), dir);
			expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${path} ${dir}`).toBe(0);
		}
	}
});

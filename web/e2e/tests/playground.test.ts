import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let inbox: string;

beforeAll(async () => {
	heard = await Heard.start();
	const { token } = await heard.agent('Mia Larsen', 'admin');
	inbox = await heard.inbox(token);
});
afterAll(() => heard?.stop());

// The stage fails the test when a content policy had to step in; both pages demand trusted types.
test('a site owner tries the widget with keys alone, and takes the settings and the code along', async () => {
	const page = await stage.page('owner');
	await page.goto(`${heard.url}/widget/playground`);
	await visible(page.getByText('Fill in an inbox key'));
	await sound(page, 'nothing filled in');
	await page.getByLabel('Inbox key').focus();
	await page.keyboard.type('nobodyhasit');
	await visible(page.getByRole('alert').getByText('No website inbox has this key.'));
	await page.getByLabel('Inbox key').fill(inbox);
	const site = page.frameLocator('#site');
	const launcher = site.locator('button.b');
	await visible(launcher);

	await page.getByLabel('Colour', { exact: true }).fill('#ffd4');
	await visible(page.getByText('Write it as #rrggbb'));
	await page.getByLabel('Colour', { exact: true }).fill('#ffd400');
	await visible(page.getByText('the launcher gets a darker rim'));
	await page.getByRole('radiogroup', { name: 'Side' }).getByLabel('Start').focus();
	await page.keyboard.press('Space');
	await page.getByLabel('Language').selectOption('de');
	await page.getByLabel('Kind', { exact: true }).selectOption('app');
	await until(() => new URL(page.url()).search, `?inbox=${inbox}&color=%23ffd400&side=start&locale=de&page=app`);
	await until(() => launcher.evaluate((b) => getComputedStyle(b).insetInlineStart).catch(() => ''), '20px');
	const code = page.locator('#code');
	await until(() => code.textContent(), `<script async\n  src="${heard.url}/widget.js"\n  data-inbox="${inbox}"\n  data-color="#ffd400"\n  data-side="start"\n  data-locale="de"></script>`);
	await page.getByRole('radiogroup', { name: 'Kind of code' }).getByLabel('npm').focus();
	await page.keyboard.press('Space');
	await until(async () => (await code.textContent())!.includes(`url: "${heard.url}"`), true);
	await sound(page, 'filled in');

	await page.getByRole('button', { name: 'open()' }).press('Enter');
	const panel = site.frameLocator('iframe[title="Chat"]');
	await visible(panel.locator('.composer textarea[aria-label="Nachricht schreiben"]'));
	const events = page.getByRole('log', { name: 'Events' });
	for (const name of ['ready', 'open', 'status']) await visible(events.locator('b', { hasText: new RegExp(`^${name}$`) }));
	await site.locator('[data-turn="/customers"]').dispatchEvent('click'); // the panel stands before it
	await visible(events.getByText('"/customers"'));
	await visible(panel.locator('.composer textarea'));

	await page.reload(); // all of it lives in the address
	await until(() => page.getByLabel('Colour', { exact: true }).inputValue(), '#ffd400');
	await until(() => page.getByLabel('Language').inputValue(), 'de');
});

test('the playground on a phone of 320 px, and what it keeps', async () => {
	const person = await stage.person({ viewport: { width: 320, height: 640 } });
	const page = await stage.page('owner', person);
	await page.goto(`${heard.url}/widget/playground?inbox=${inbox}&rtl=1&width=phone`);
	await visible(page.frameLocator('#site').locator('button.b'));
	expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
	await until(() => page.frameLocator('#site').locator('html').getAttribute('dir'), 'rtl');
	await sound(page, '320 px');
	expect(await page.evaluate(() => Object.keys(localStorage).concat(Object.keys(sessionStorage), document.cookie))).toEqual(['']);
	expect(await person.cookies()).toEqual([]);
});

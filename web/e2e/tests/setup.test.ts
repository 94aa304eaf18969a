import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console, password } from '../harness/console.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;

beforeAll(async () => {
	heard = await Heard.start();
});
afterAll(() => heard?.stop());

test('the first administrator is led from an empty desk to an answered chat, and each step ticks itself', async () => {
	const person = await stage.person();
	const page = await stage.page('ada', person);
	const desk = new Console(page);
	await page.goto((await heard.links(1))[0]!);
	await page.getByLabel('E-mail').fill('ada@shop.example');
	await page.getByLabel('Name').fill('Ada Lindqvist');
	await page.getByLabel('New password').fill(password);
	await page.getByRole('button', { name: 'Join' }).click();
	await visible(page.getByRole('heading', { name: 'Set up your desk' }));
	const step = (name: string) => page.locator(`[data-step=${name}]`);
	const done = (name: string) => step(name).getAttribute('data-done');
	await sound(page, 'setup, empty');

	await page.getByLabel('Name of the site').fill('Tea and cups');
	await page.keyboard.press('Enter');
	await until(() => done('inbox'), 'true');
	await visible(step('site').getByText('widget.js'));
	expect(await done('site')).toBe('false');

	await step('hours').getByRole('button', { name: /Say when/ }).click();
	await step('hours').getByRole('button', { name: 'Be open at any hour for now' }).click();
	await until(() => done('hours'), 'true');

	await step('chat').getByRole('button', { name: /Answer your first chat/ }).click();
	const online = step('chat').getByRole('button', { name: /go online/ });
	await visible(online.or(step('chat').getByText('chats come to you')));
	if (await online.isVisible()) await online.click();
	await visible(step('chat').getByText('chats come to you'));
	const address = await step('chat').getByRole('link', { name: 'Open the chat as a page' }).getAttribute('href');

	const visitor = await stage.page('customer');
	await visitor.goto(new URL(address!, heard.url).href);
	await visitor.locator('.composer textarea').fill('Do you have blue cups?');
	await visitor.keyboard.press('Enter');
	await until(() => done('site'), 'true');
	await visible(step('chat').getByText('is waiting for an answer'));
	await sound(page, 'setup, somebody waits');
	await step('chat').getByRole('link', { name: 'Answer' }).click();
	await visible(desk.message('Do you have blue cups?'));
	await desk.reply('We do, and plates.');
	await visible(visitor.getByText('We do, and plates.'));

	await page.goto(`${heard.url}/setup`);
	await visible(page.getByRole('heading', { name: 'Your desk is live' }));
	await sound(page, 'setup, done');
	await page.getByRole('link', { name: 'Go to the inbox' }).click();
	await visible(desk.rows);
	// It has done its work: nothing in the rail points to it any more, here or on another computer.
	await gone(page.getByRole('link', { name: /Set up: / }));
	const token = await heard.cli('token', 'add', '--agent', 'ada@shop.example');
	await until(() => heard.api<{ setup_dismissed: boolean }>(token, 'GET', '/me/preferences').then((p) => p.setup_dismissed), true);
	expect(person.pages().length).toBe(1);
});

test('what one changes of an inbox is seen in its preview before it is kept', async () => {
	const mia = await heard.agent('Mia Larsen', 'admin');
	await heard.inbox(mia.token);
	const desk = new Console(await stage.page('mia'));
	await desk.join(mia.link);
	const { page } = desk;
	await page.goto(`${heard.url}/settings/inboxes`);
	await page.locator('main a[href^="/settings/inboxes/"]').last().click();
	const preview = page.getByRole('region', { name: 'As customers will see it' });
	await visible(preview);
	await page.getByLabel('Greeting').fill('Ahoy, sailor');
	await visible(preview.getByText('Ahoy, sailor'));
	await page.locator('input[pattern]').fill('#ffee00');
	await visible(preview.getByText('This colour is pale'));
	await until(() => preview.locator('.preview-head').evaluate((e) => getComputedStyle(e).color), 'rgb(23, 24, 28)');
	await sound(page, 'inbox with its preview');
});

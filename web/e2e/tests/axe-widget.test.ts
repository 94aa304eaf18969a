import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Shop } from '../harness/shop.ts';
import { Stage } from '../harness/stage.ts';
import { Visitor } from '../harness/visitor.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;
let shop: Shop;
let token: string;
let inbox: string;

beforeAll(async () => {
	heard = await Heard.start();
	({ token } = await heard.agent('Mia Larsen', 'admin'));
	inbox = await heard.inbox(token);
	shop = await Shop.open(heard.url, inbox);
});
afterAll(async () => {
	shop?.close();
	await heard?.stop();
});

test('the widget in its states, by light and by darkness', async () => {
	const widget = new Widget(await stage.page('customer'));
	await widget.page.goto(shop.url);
	await visible(widget.launcher);
	await sound(widget.page, 'launcher');
	await widget.open();
	await sound(widget.page, 'launcher, open');
	await sound(panel(widget), 'nothing said yet');

	await widget.write('My cup is broken.');
	await visible(widget.sent);
	await sound(panel(widget), 'a message, sent');
	await heard.api(token, 'PUT', '/me/availability', { state: 'online' });
	const ticket = await theTicket();
	await heard.api(token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body: 'A **new** one is on its way: https://shop.example/cups' });
	await visible(widget.theirs('A new one'));
	await sound(panel(widget), 'an answer');

	await widget.composer.fill('x'.repeat(16_001));
	await visible(widget.panel.getByRole('alert'));
	await sound(panel(widget), 'too long');
	await widget.composer.fill('');
	await widget.choose('End chat');
	await visible(widget.panel.getByRole('group', { name: 'End this chat?' }));
	await sound(panel(widget), 'really end?');
	await widget.panel.getByRole('button', { name: 'Keep chatting' }).click();

	await widget.page.keyboard.press('Escape');
	await until(() => widget.launcher.getAttribute('aria-expanded'), 'false');
	await heard.api(token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body: 'It is blue.' });
	await visible(widget.page.locator('.n'));
	await sound(widget.page, 'launcher, unread');
	await widget.launcher.click();

	await heard.api(token, 'POST', `/tickets/${ticket}/resolve`);
	await visible(widget.panel.getByRole('radio', { name: 'Very good' }));
	await sound(panel(widget), 'a survey');
	await widget.panel.getByRole('button', { name: 'Send rating' }).click();
	await visible(widget.panel.getByRole('alert'));
	await sound(panel(widget), 'a survey without a score');
	await widget.panel.getByRole('radio', { name: 'Very good' }).check({ force: true });
	await widget.panel.getByRole('button', { name: 'Send rating' }).click();
	await visible(widget.panel.getByText('Thank you for your rating.'));
	await sound(panel(widget), 'rated');
});

test('the widget out of hours, out of reach and refused', async () => {
	const { items } = await heard.api<{ items: { id: string }[] }>(token, 'GET', '/inboxes');
	const ticket = await closedInbox(items[0]!.id);
	const widget = new Widget(await stage.page('customer'));
	await widget.page.goto(`${shop.url}/`);
	await widget.launcher.click();
	await visible(widget.panel.getByLabel('E-mail'));
	await sound(panel(widget), 'out of hours');
	await widget.panel.getByRole('button', { name: 'Send message' }).click();
	await visible(widget.panel.locator('.error'));
	await sound(panel(widget), 'out of hours, with errors');
	await ticket.open();

	const lost = new Widget(await stage.page('lost'));
	await lost.page.route('**/api/widget/session', (r) => r.abort());
	await lost.page.goto(shop.url);
	await lost.launcher.click();
	await visible(lost.panel.locator('.trouble'));
	await sound(panel(lost), 'out of reach');

	const refused = new Widget(await stage.page('refused'));
	await refused.page.route('**/api/widget/session', (r) =>
		r.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ status: 403, code: 'forbidden', title: 'Forbidden', detail: 'no' }) }),
	);
	await refused.page.goto(shop.url);
	await refused.launcher.click();
	await visible(refused.panel.getByText('not available on this site'));
	await sound(panel(refused), 'refused');
});

test('the chat as a page of its own, and the survey as one', async () => {
	const page = await stage.page('alone');
	await page.goto(`${heard.url}/widget/${inbox}`);
	await visible(page.locator('.composer textarea'));
	await sound(page, 'stand-alone chat');

	const visitor = await Visitor.come(heard, inbox);
	const ticket = await visitor.write('Where is my tea?');
	await heard.api(token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body: 'In the blue van.' });
	await heard.api(token, 'POST', `/tickets/${ticket}/resolve`);
	await until(async () => typeof (await visitor.survey()), 'string');
	await page.goto(`${heard.url}/survey/${await visitor.survey()}`);
	await visible(page.getByRole('radio'));
	await sound(page, 'survey');
	await page.locator('form').evaluate((form: HTMLFormElement) => (form.noValidate = true));
	await page.getByRole('button', { name: 'Send' }).click();
	await visible(page.getByRole('alert'));
	await sound(page, 'survey with an error');
	await page.getByRole('radio').last().check();
	await page.getByRole('button', { name: 'Send' }).click();
	await visible(page.getByRole('status'));
	await sound(page, 'survey answered');
	await page.goto(`${heard.url}/survey/nothing`);
	await sound(page, 'a link that leads nowhere');
});

function panel(widget: Widget): Frame {
	return widget.page.frames().find((f) => f.url().startsWith(`${heard.url}/widget/`))!;
}

async function theTicket(): Promise<string> {
	const { items } = await heard.api<{ items: { id: string }[] }>(token, 'GET', '/tickets?view=all');
	return items[0]!.id;
}

/** Closes an inbox for good, until it is opened again. */
async function closedInbox(id: string): Promise<{ open(): Promise<void> }> {
	const never = await heard.api<{ id: string }>(token, 'POST', '/schedules', {
		name: 'Never',
		time_zone: 'UTC',
		intervals: [{ day: 1, from: '00:00', to: '00:01' }],
	});
	await heard.api(token, 'PUT', '/me/availability', { state: 'offline' });
	await heard.api(token, 'PATCH', `/inboxes/${id}`, { schedule: never.id });
	return { open: () => heard.api(token, 'PATCH', `/inboxes/${id}`, { schedule: null }) };
}

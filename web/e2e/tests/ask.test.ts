import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Letters } from '../harness/letters.ts';
import { Shop } from '../harness/shop.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;
let token: string;
let link: string;
let shop: Shop;
let letters: Letters;
let door: string;

beforeAll(async () => {
	letters = await Letters.open();
	heard = await Heard.start({ args: ['--smtp', letters.url, '--mail-from', 'Heard <help@shop.example>'] });
	({ token, link } = await heard.agent('Mia Larsen', 'admin'));
	shop = await Shop.open(heard.url, await heard.inbox(token));
	const [inbox] = (await heard.api<{ items: { id: string }[] }>(token, 'GET', '/inboxes')).items;
	door = inbox!.id;
});
afterAll(async () => {
	shop?.close();
	await heard?.stop();
	letters?.close();
});

const words = {
	reasons: [
		{ key: 'slow', text: { en: 'It took too long' } },
		{ key: 'kind', text: { en: 'The people were kind' } },
	],
	questions: [
		{ key: 'plan', type: 'choice', text: { en: 'Which plan do you have?' }, choices: [{ key: 'free', text: { en: 'Free' } }, { key: 'pro', text: { en: 'Pro' } }] },
		{ key: 'speed', type: 'scale', high: 5, text: { en: 'How fast were we?' } },
	],
};

interface Told {
	decisions: { seq: number; asked: boolean; reason: string; withdrawn_at: string | null; withdrawn_reason: string }[];
	responses: { score: number; scale: number; kind: string; reasons: string[]; comment: string; via: string; survey: string }[];
}

const surveysOf = (ticket: string) => heard.api<Told>(token, 'GET', `/tickets/${ticket}/surveys`);

/** A ticket that was answered and resolved, of somebody with an address. */
async function solved(name: string): Promise<string> {
	const ticket = await heard.ticket(token, { name, email: `${name.toLowerCase()}@home.example` }, 'My cup is broken.');
	await heard.api(token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body: 'A new one is on its way.' });
	await heard.api(token, 'POST', `/tickets/${ticket}/resolve`);
	await until(async () => (await surveysOf(ticket)).decisions.length > 0, true);
	return ticket;
}

for (const [kind, high, question, pick, ends] of [
	['csat', 10, /satisfied/, 9, true],
	['ces', 7, /easy/, 2, false],
] as const) {
	test(`the panel asks ${kind} to ${high}, with the reason and questions of its own, down to what is stored`, async () => {
		const made = await heard.api<{ id: string }>(token, 'POST', '/surveys', { name: `${kind} ${high}`, kind, high, trigger: 'resolved', channel: 'chat', texts: words });
		const widget = new Widget(await stage.page('customer'));
		await widget.page.goto(shop.url);
		await widget.open();
		await widget.write(`My cup is broken, says ${kind}.`);
		await visible(widget.sent);
		const ticket = (await heard.api<{ items: { id: string }[] }>(token, 'GET', '/tickets?view=all')).items[0]!.id;
		await heard.api(token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body: 'A new one is on its way.' });
		await visible(widget.theirs('A new one'));
		await heard.api(token, 'POST', `/tickets/${ticket}/resolve`);
		const asked = widget.panel.getByRole('group', { name: question });
		await visible(asked);
		await until(() => asked.getByRole('radio').count(), high);
		expect(await widget.panel.getByRole('checkbox').count(), 'one question first').toBe(0);
		await sound(panel(widget.page), `${kind} asked`);
		await asked.getByRole('radio').first().focus();
		await widget.page.keyboard.press('Space');
		// At one go, since what one stays on for a moment counts.
		await Promise.all(Array.from({ length: pick - 1 }, () => widget.page.keyboard.press('ArrowRight')));
		await until(() => asked.getByRole('radio', { name: String(pick), exact: true }).isChecked(), true);
		await widget.panel.getByRole('checkbox', { name: 'The people were kind' }).check({ force: true });
		await widget.panel.getByRole('radio', { name: 'Pro' }).check({ force: true });
		await widget.panel.getByRole('group', { name: 'How fast were we?' }).getByRole('radio', { name: '4' }).check({ force: true });
		await widget.panel.getByLabel('What is the reason?').fill('Done in a minute.');
		await sound(panel(widget.page), `${kind} filled in`);
		await widget.panel.getByRole('button', { name: 'Send rating' }).click();
		await visible(widget.panel.getByText('Thank you for your rating.'));
		expect((await surveysOf(ticket)).responses).toMatchObject([{ kind, score: pick, scale: high, reasons: ['kind'], comment: 'Done in a minute.', via: 'widget', survey: made.id }]);
		// A low score is followed up.
		await until(async () => (await heard.api<{ items: { ticket: string }[] }>(token, 'GET', '/follow-ups')).items.some((f) => f.ticket === ticket), !ends);
		await heard.api(token, 'PATCH', `/surveys/${made.id}`, { disabled: true });
	});
}

test('a letter leads to a page without scripts, for 1 to 10 and for ease, and what is sent there is stored', async () => {
	for (const [kind, high] of [
		['csat', 10],
		['ces', 7],
	] as const) {
		const made = await heard.api<{ id: string }>(token, 'POST', '/surveys', { name: `${kind} by mail`, kind, high, trigger: 'resolved', channel: 'api', mail_delay_s: 0, texts: words });
		const ticket = await solved(`Ana-${kind}`);
		await until(() => letters.got.some((l) => l.includes(`ana-${kind}@home.example`)), true);
		const letter = letters.got.find((l) => l.includes(`ana-${kind}@home.example`))!.replace(/=\r\n/g, '').replace(/=3D/g, '=');
		const address = /https?:\/\/[^\s"]+\/survey\/[A-Za-z0-9_.-]+\?score=\d+/.exec(letter)?.[0] ?? '';
		const page = await stage.page('customer', { javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
		await page.goto(address.replace(/score=\d+/, `score=${high}`));
		expect(await page.locator('input[name=score]').count()).toBe(high);
		expect(await page.getByRole('radio', { name: String(high) }).isChecked(), 'the score of the link is chosen').toBe(true);
		expect((await surveysOf(ticket)).responses.filter((r) => r.score > 0), 'looking stores nothing').toEqual([]);
		await page.getByRole('checkbox', { name: 'The people were kind' }).check();
		await page.getByLabel(/anything you would like to tell us/).fill('Quick and kind.');
		await page.getByRole('button', { name: 'Send' }).click();
		await visible(page.getByRole('status').getByText('Thank you'));
		expect((await surveysOf(ticket)).responses).toMatchObject([{ kind, score: high, scale: high, reasons: ['kind'], comment: 'Quick and kind.', survey: made.id }]);
		await heard.api(token, 'PATCH', `/surveys/${made.id}`, { disabled: true });
	}
});

test('an admin reads why people were asked, sets the budget, and is told what half of it means', async () => {
	await solved('Bo');
	const again = await solved('Bo'); // one is open
	const back = await solved('Cleo');
	await heard.api(token, 'POST', `/tickets/${back}/reopen`);
	await until(async () => (await surveysOf(back)).decisions[0]!.withdrawn_reason, 'reopened');
	const page = await stage.page('Mia');
	await new Console(page).join(link);

	await page.goto(`${heard.url}/settings/surveys`);
	await page.getByRole('navigation', { name: 'Parts of surveys' }).getByRole('link', { name: 'Decisions' }).click();
	await visible(page.locator('[data-decision]').first());
	await sound(page, 'decisions');
	await visible(page.locator('[data-turnout]').getByText(/95 % interval/));
	await visible(page.locator('[data-decision=asked]', { hasText: 'Taken back: the ticket was reopened' }));
	await page.getByRole('button', { name: /Another survey waits/ }).press('Enter');
	await until(() => page.locator('[data-decision]').count(), 1);
	await until(() => page.url().includes('reason=already_open'), true);
	await page.reload();
	await until(() => page.locator('[data-decision]').count(), 1);
	await page.getByRole('link', { name: `Ticket #${again}` }).click();
	await visible(page.locator('[data-surveys]').getByText(/another survey waits for an answer/));
	await page.goto(`${heard.url}/tickets/${back}`);
	await visible(page.locator('[data-withdrawn=reopened]'));
	await sound(page, 'a ticket whose survey was taken back');

	await page.goto(`${heard.url}/settings/surveys/budget`);
	await visible(page.getByText('Nobody is asked more than once in 30 days, across all surveys.'));
	await sound(page, 'budget');
	await page.getByLabel('Ask again after').fill('14');
	await visible(page.getByText('Nobody is asked more than once in 14 days, across all surveys.'));
	await page.getByLabel('From', { exact: true }).fill('21:00');
	await page.getByRole('button', { name: 'Save' }).click();
	await visible(page.getByText(/must go with the other end of the quiet hours/).first());
	await sound(page, 'half of the quiet hours');
	expect(await heard.api(token, 'GET', '/settings')).toMatchObject({ survey_cooldown_days: 30, survey_quiet_from: '' });
	await page.getByLabel('To', { exact: true }).fill('08:00');
	await page.getByRole('button', { name: 'Save' }).click();
	await visible(page.getByText('Saved', { exact: true }));
	await gone(page.locator('.form-state'));
	expect(await heard.api(token, 'GET', '/settings')).toMatchObject({ survey_cooldown_days: 14, survey_quiet_from: '21:00', survey_quiet_to: '08:00' });
	await heard.api(token, 'PATCH', '/settings', { survey_quiet_from: '', survey_quiet_to: '' });

	await page.setViewportSize({ width: 320, height: 700 });
	for (const part of ['decisions', 'budget']) {
		await page.goto(`${heard.url}/settings/surveys/${part}`);
		await visible(page.getByRole('heading', { level: 2 }).first());
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), part).toBe(true);
	}
});

test('a letter that was refused for good is shown, and sent again when somebody says so', async () => {
	const page = await stage.page('Mia');
	await new Console(page).join((await heard.agent('Per Lind', 'admin')).link);
	await page.goto(`${heard.url}/settings/jobs`);
	await visible(page.getByText(/Nothing is parked/));
	await sound(page, 'nothing parked');
	letters.refuses = true;
	const made = await heard.api<{ id: string }>(token, 'POST', '/surveys', { name: 'By mail', kind: 'csat', trigger: 'resolved', inbox: door, mail_delay_s: 0 });
	await solved('Dana');
	await until(async () => (await heard.api<{ items: unknown[] }>(token, 'GET', '/jobs?state=parked')).items.length, 1);
	await page.getByRole('button', { name: 'Refresh' }).click();
	const row = page.locator('[data-job="mail.survey"]');
	await visible(row.getByText(/refuses the letter/));
	await sound(page, 'parked');
	await page.setViewportSize({ width: 320, height: 700 });
	expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
	await sound(page, 'parked, at 320 px');
	letters.refuses = false;
	await row.getByRole('button', { name: /Try again: Letter with a survey/ }).press('Enter');
	await visible(page.getByText(/Nothing is parked/));
	await until(() => letters.got.some((l) => l.includes('dana@home.example')), true);
	await heard.api(token, 'PATCH', `/surveys/${made.id}`, { disabled: true });
});

test('the tag of a report is suggested, and one that nobody uses is said to be unknown', async () => {
	const ticket = await solved('Eli');
	await heard.api(token, 'POST', `/tickets/${ticket}/tags`, { add: ['broken cup'] });
	const page = await stage.page('Mia');
	await new Console(page).join((await heard.agent('Ute Berg', 'admin')).link);
	await page.goto(`${heard.url}/reports/speed`);
	await page.getByRole('button', { name: 'Filter', exact: true }).click();
	await until(() => page.locator('#filter-tags option').evaluateAll((all) => all.map((o) => o.getAttribute('value'))), ['broken cup']);
	await page.getByLabel('Tag').fill('teapot');
	await visible(page.getByText('No ticket that you see has this tag.'));
	await sound(page, 'an unknown tag');
	await page.getByLabel('Tag').press('Enter');
	await visible(page.getByText(/tag is on no ticket that you see/i));
});

/** The panel as a page of its own, for axe. */
function panel(page: Page): Frame {
	return page.frames().find((f) => f.url().includes('/widget/'))!;
}

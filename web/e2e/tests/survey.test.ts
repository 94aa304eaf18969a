import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';
import { Visitor } from '../harness/visitor.ts';

const stage = new Stage();
let heard: Heard;
let token: string;
let inbox: string;

beforeAll(async () => {
	heard = await Heard.start();
	({ token } = await heard.agent('Mia Larsen', 'admin'));
	inbox = await heard.inbox(token);
});
afterAll(() => heard?.stop());

test('a survey is answered and changed without JavaScript; looking at it records nothing', async () => {
	const { visitor, ticket, survey } = await asked();
	const page = await withoutScript();
	await page.goto(`${heard.url}/survey/${survey}`);
	await visible(page.getByRole('heading', { name: /satisfied/ }));
	await page.reload();
	expect(await answers(ticket)).toEqual([]);
	expect(await visitor.survey()).toBe(survey); // still waits

	await page.getByRole('radio', { name: 'Satisfied', exact: true }).check();
	await page.getByLabel(/anything you would like to tell us/).fill('Quick & <b>kind</b>');
	await page.getByRole('button', { name: 'Send' }).click();
	await visible(page.getByRole('status').getByText('Thank you'));
	await until(() => answers(ticket), [4]);
	expect(await visitor.survey()).toBeUndefined();

	await page.reload(); // sends nothing again
	expect(await answers(ticket)).toEqual([4]);
	expect(await page.getByRole('radio', { name: 'Satisfied', exact: true }).isChecked()).toBe(true);
	// Whoever else the link reaches must not read what was written.
	expect(await page.getByLabel(/anything you would like to tell us/).inputValue()).toBe('');

	await page.getByRole('radio', { name: 'Very unsatisfied' }).check();
	await page.getByRole('button', { name: 'Change my answer' }).click();
	await visible(page.getByRole('status').getByText('Thank you'));
	expect(await page.getByRole('radio', { name: 'Very unsatisfied' }).isChecked()).toBe(true);
	await until(() => answers(ticket), [4, 1]);
	const kept = await fetch(`${heard.url}/api/widget/surveys/${survey}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ score: 1 }),
	});
	expect(await kept.json()).toEqual({ score: 1, comment: 'Quick & <b>kind</b>' }); // changing the score erased nothing
});

test('a missing score is told in a summary that leads to the question', async () => {
	const { ticket, survey } = await asked();
	const page = await withoutScript();
	await page.goto(`${heard.url}/survey/${survey}`);
	await page.getByLabel(/anything you would like to tell us/).fill('I only want to say this.');
	// Browsers that know `required` stop here; the server must not rely on it.
	await page.locator('form').evaluate((form: HTMLFormElement) => (form.noValidate = true));
	await page.getByRole('button', { name: 'Send' }).click();
	const summary = page.getByRole('alert');
	await visible(summary.getByRole('heading', { name: 'There is a problem' }));
	expect(await page.title()).toMatch(/^There is a problem/);
	expect(await page.getByLabel(/anything you would like to tell us/).inputValue()).toBe('I only want to say this.');
	expect(await answers(ticket)).toEqual([]);

	await summary.getByRole('link', { name: 'Choose how satisfied you are.' }).click();
	const first = page.getByRole('radio', { name: 'Very unsatisfied' });
	expect(new URL(page.url()).hash).toBe(`#${await first.getAttribute('id')}`);
	await first.check();
	await page.getByRole('button', { name: 'Send' }).click();
	await visible(page.getByRole('status').getByText('Thank you'));
	await until(() => answers(ticket), [1]);
});

test('a link that is not ours leads nowhere, and does not say why', async () => {
	const { ticket, survey } = await asked();
	const page = await withoutScript();
	const wrong = survey.slice(0, -2) + (survey.endsWith('AA') ? 'BB' : 'AA');
	const bodies: string[] = [];
	for (const link of [wrong, 'nothing', survey + 'x']) {
		const res = await page.goto(`${heard.url}/survey/${link}`);
		expect(res!.status(), link).toBe(404);
		expect(await page.locator('form').count()).toBe(0);
		bodies.push(await page.locator('body').innerText());
		const posted = await fetch(`${heard.url}/survey/${link}`, { method: 'POST', body: new URLSearchParams({ score: '5' }) });
		expect(posted.status).toBe(404);
	}
	expect(new Set(bodies).size).toBe(1);
	expect(await answers(ticket)).toEqual([]);
});

/** A resolved chat whose customer is asked. Every one is another person: nobody is asked twice in a while. */
async function asked(): Promise<{ visitor: Visitor; ticket: string; survey: string }> {
	const visitor = await Visitor.come(heard, inbox);
	const ticket = await visitor.write('My cup is broken.');
	await heard.api(token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body: 'A new one is on its way.' });
	await heard.api(token, 'POST', `/tickets/${ticket}/resolve`);
	await until(async () => typeof (await visitor.survey()), 'string');
	return { visitor, ticket, survey: (await visitor.survey())! };
}

function withoutScript(): Promise<Page> {
	return stage.page('customer', { javaScriptEnabled: false });
}

/** The scores that the ticket's log tells of. */
async function answers(ticket: string): Promise<number[]> {
	const { items } = await heard.api<{ items: { kind: string; data?: { score?: number } }[] }>(token, 'GET', `/tickets/${ticket}/events?after=0`);
	return items.filter((e) => e.kind.startsWith('survey.') && e.data?.score !== undefined).map((e) => e.data!.score!);
}

import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Shop } from '../harness/shop.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;
let token: string;
let link: string;
let inbox: string;
let shop: Shop;

beforeAll(async () => {
	heard = await Heard.start();
	({ token, link } = await heard.agent('Mia Larsen', 'admin'));
	inbox = await heard.inbox(token);
	shop = await Shop.open(heard.url, inbox);
});
afterAll(async () => {
	shop?.close();
	await heard?.stop();
});

const words = {
	reasons: [
		{ key: 'slow', text: { en: 'It took too long' } },
		{ key: 'kind', text: { en: 'The people were kind' } },
	],
	questions: [
		{ key: 'plan', type: 'choice', text: { en: 'Which plan do you have?' }, choices: [{ key: 'free', text: { en: 'Free' } }, { key: 'pro', text: { en: 'Pro' } }] },
		{ key: 'more', type: 'text', text: { en: 'What else?' } },
	],
};

interface Definition {
	id: string;
	link: string;
}

async function survey(name: string, kind: string, trigger: string, more: object = {}): Promise<Definition> {
	return heard.api<Definition>(token, 'POST', '/surveys', { name, kind, trigger, texts: words, ...more });
}

test('every kind has a page that works without JavaScript, by light, by darkness, and from right to left', async () => {
	for (const [kind, more, radios] of [
		['csat', {}, 5],
		['csat', { high: 10 }, 10],
		['nps', {}, 11],
		['ces', {}, 7],
	] as const) {
		const { link } = await survey(`${kind} ${radios}`, kind, 'link', more);
		const seen = await stage.page('customer', { viewport: { width: 320, height: 640 } }); // axe needs scripts, we do not
		for (const locale of ['en', 'ar']) {
			await seen.goto(`${link}?locale=${locale}`);
			expect(await seen.locator('input[name=score]').count(), kind).toBe(radios);
			expect(await seen.locator('html').getAttribute('dir')).toBe(locale === 'ar' ? 'rtl' : 'ltr');
			const { scroll, client } = await seen.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
			expect(scroll, `${kind} ${locale} at 320 px`).toBeLessThanOrEqual(client);
			await sound(seen, `${kind} to ${radios}, ${locale}`);
		}
		const page = await stage.page('customer', { javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
		await page.goto(link);
		await page.getByRole('radio').first().check();
		await page.getByRole('checkbox', { name: 'It took too long' }).check();
		await page.getByLabel(/anything you would like to tell us/).fill('Too slow.');
		await page.getByRole('radio', { name: 'Pro' }).check();
		await page.getByLabel(/What else/).fill('Nothing.');
		await page.getByRole('button', { name: 'Send' }).click();
		await visible(page.getByRole('status').getByText('Thank you'));
		expect(page.url()).toContain('/survey/');
		expect(await page.getByRole('checkbox', { name: 'It took too long' }).isChecked()).toBe(true);
		expect(await page.getByRole('radio', { name: 'Pro' }).isChecked()).toBe(true);
		expect(await page.getByLabel(/What else/).inputValue()).toBe(''); // a link may reach somebody else
		await seen.goto(page.url());
		await sound(seen, `${kind}, answered`);
	}
});

test('the panel asks for a recommendation with reasons and questions', async () => {
	const made = await survey('After a chat', 'nps', 'resolved', { channel: 'chat' });
	const widget = new Widget(await stage.page('customer'));
	await widget.page.goto(shop.url);
	await widget.open();
	await widget.write('My cup is broken.');
	await visible(widget.sent);
	const ticket = (await heard.api<{ items: { id: string }[] }>(token, 'GET', '/tickets?view=all')).items[0]!.id;
	await heard.api(token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body: 'A new one is on its way.' });
	await visible(widget.theirs('A new one'));
	await heard.api(token, 'POST', `/tickets/${ticket}/resolve`);
	await visible(widget.panel.getByRole('group', { name: /recommend us/ }));
	expect(await widget.panel.locator('.numbers input').count()).toBe(11);
	await sound(panel(widget.page), 'asked');
	await widget.panel.getByRole('radio', { name: '0', exact: true }).check({ force: true });
	await widget.panel.getByRole('checkbox', { name: 'It took too long' }).check({ force: true });
	await widget.panel.getByRole('radio', { name: 'Free' }).check({ force: true });
	await widget.panel.getByLabel('What is the reason?').fill('Never came.');
	await sound(panel(widget.page), 'filled in');
	await widget.panel.getByRole('button', { name: 'Send rating' }).click();
	await visible(widget.panel.getByText('Thank you for your rating.'));
	const told = await heard.api<{ responses: { score: number; reasons: string[]; via: string; survey: string }[] }>(token, 'GET', `/tickets/${ticket}/surveys`);
	expect(told.responses).toMatchObject([{ score: 0, reasons: ['slow'], via: 'widget', survey: made.id }]);
	await heard.api(token, 'PATCH', `/surveys/${made.id}`, { disabled: true });
});

test('an admin makes a survey, and a low score is followed up', async () => {
	const page = await stage.page('Mia');
	const desk = new Console(page);
	await desk.join(link);
	await page.goto(`${heard.url}/settings/surveys`);
	await page.getByRole('button', { name: 'Add a survey' }).click();
	await page.getByLabel('Name').fill('Till');
	await page.getByLabel(/^Ease/).check();
	await page.getByLabel(/^By link or QR code/).check();
	await sound(page, 'a new survey');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('link', { name: 'Till' }).click();
	await visible(page.getByRole('img', { name: 'QR code of the link' }));
	await page.getByLabel('Question', { exact: true }).fill('How easy was it to pay?');
	await page.getByLabel('Reasons to tick').fill('Card reader\nQueue');
	await page.getByLabel('Words in').selectOption('de');
	await page.getByLabel('Question', { exact: true }).fill('Wie leicht war das Bezahlen?');
	await page.getByRole('button', { name: 'Save' }).click();
	await visible(page.getByText('Saved', { exact: true }));
	await sound(page, 'a survey');
	const list = await heard.api<{ items: { name: string; link: string; texts: { question: object; reasons: { text: object }[] } }[] }>(token, 'GET', '/surveys');
	const till = list.items.find((x) => x.name === 'Till')!;
	expect(till.texts).toMatchObject({ question: { en: 'How easy was it to pay?', de: 'Wie leicht war das Bezahlen?' }, reasons: [{ text: { en: 'Card reader' } }, { text: { en: 'Queue' } }] });

	const customer = await stage.page('customer', { javaScriptEnabled: false });
	await customer.goto(till.link);
	await customer.getByRole('radio').first().check();
	await customer.getByLabel(/anything you would like to tell us/).fill('The reader was broken.');
	await customer.getByRole('button', { name: 'Send' }).click();
	await visible(customer.getByRole('status'));

	await page.getByRole('link', { name: 'Follow-ups' }).click();
	const row = page.getByRole('listitem').filter({ hasText: 'The reader was broken.' });
	await visible(row.getByText('1 of 7'));
	await sound(page, 'follow-ups');
	await row.getByRole('button', { name: 'Take it' }).click();
	await visible(row.getByText('For Mia Larsen'));
	await row.getByRole('button', { name: 'Done' }).click();
	await page.getByLabel('Note').fill('Called.');
	await sound(page, 'what came of it');
	await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
	await until(() => row.count(), 0);
	await page.setViewportSize({ width: 320, height: 700 });
	await page.goto(`${heard.url}/follow-ups`);
	await page.getByText('Done', { exact: true }).first().click();
	await visible(page.getByText(/Solved · Called\./));
	expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
});

/** The panel as a page of its own, for axe. */
function panel(page: Page): Frame {
	return page.frames().find((f) => f.url().includes('/widget/'))!;
}

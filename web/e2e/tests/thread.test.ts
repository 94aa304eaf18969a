import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { focused, gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { connected } from '../harness/live.ts';
import { picture } from '../harness/picture.ts';
import { Stage } from '../harness/stage.ts';
import { longStory, readOlder } from '../harness/story.ts';

const stage = new Stage();
let heard: Heard;
let mia: { link: string; token: string; email: string };
let noor: { link: string; token: string; email: string };

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	noor = await heard.agent('Noor Haddad', 'agent');
	await heard.inbox(mia.token);
});
afterAll(() => heard?.stop());

/** How many messages may be in the page at once, however long a conversation is. */
const most = 120;

/** A page of somebody new at the desk: an invitation is taken up once. */
async function desk(name: string, options = {}): Promise<Console> {
	const { link } = await heard.agent(name, 'admin');
	const c = new Console(await stage.page(name, options));
	await c.join(link);
	return c;
}

const say = (token: string, ticket: string, body: string) => heard.api(token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body });

describe('a conversation of 2,000 messages', () => {
	let story: string;
	beforeAll(async () => {
		story = await longStory(heard, mia.token, mia.email, 2000);
	});

	test('older messages come in above without a jump, a few at a time, down to the first', async () => {
		const c = await desk('Lea Long');
		await c.page.goto(`${heard.url}/tickets/${story}`);
		await visible(c.message('Message 2000.'));
		let first = Infinity;
		for (let i = 0; i < 4; i++) {
			const place = await readOlder(c.page);
			expect(place.moved).toBeLessThanOrEqual(2);
			expect(place.mounted).toBeLessThanOrEqual(most);
			expect(place.first).toBeLessThan(first);
			first = place.first;
		}
		await visible(c.page.locator('.day-above'));

		await until(async () => {
			expect(await c.page.locator('.msg[data-seq]').count()).toBeLessThanOrEqual(most);
			await c.thread.evaluate((log) => (log.scrollTop = 0));
			return c.thread.getAttribute('data-older');
		}, 'none', 120_000);
		await c.thread.evaluate((log) => (log.scrollTop = 0));
		await visible(c.message('Message 1.'));
		expect(await c.page.locator('.msg[data-seq]').count()).toBeLessThanOrEqual(most);

		await c.page.getByRole('button', { name: 'Newest', exact: true }).click();
		await visible(c.message('Message 2000.'));
	});

	test('who reads further up stays there, and a pill counts what comes in below', async () => {
		const c = await desk('Paul Pill');
		await c.page.goto(`${heard.url}/tickets/${story}`);
		await visible(c.message('Message 2000.'));
		const place = () => c.thread.evaluate((log) => log.scrollTop);
		/** At rest: what came into sight has been measured, and for two dozen frames nothing moves any more. */
		const rest = () =>
			until(
				() =>
					c.thread.evaluate(async (log) => {
						const was = log.scrollTop;
						for (let i = 0; i < 24; i++) await new Promise((drawn) => requestAnimationFrame(drawn));
						return log.scrollTop - was;
					}),
				0,
			);
		await rest();
		await c.thread.evaluate((log) => (log.scrollTop -= 1500));
		await rest();
		await visible(c.page.getByRole('button', { name: 'Newest', exact: true }));
		await connected(c.page, story);
		const before = await place();
		await say(noor.token, story, 'A word from below.');
		const pill = c.page.getByRole('button', { name: '1 new message' });
		await visible(pill);
		expect(await place()).toBe(before);
		await pill.click();
		await visible(c.message('A word from below.'));
		await gone(pill);
	});
});

test('small changes, quoted letters and long texts are folded, and open where they stand', async () => {
	const ticket = await heard.ticket(mia.token, { name: 'Bo Li', email: 'bo@example.com' }, 'Thank you!\n\nOn Monday, Mia wrote:\n> It is on its way.\n> Mia', 'A letter');
	for (const tag of ['one', 'two', 'three']) await heard.api(mia.token, 'POST', `/tickets/${ticket}/tags`, { add: [tag], remove: [] });
	await say(mia.token, ticket, Array.from({ length: 40 }, (_, i) => `Line ${i + 1}`).join('\n'));
	const c = await desk('Fay Fold');
	await c.page.goto(`${heard.url}/tickets/${ticket}`);
	const letter = c.message('Thank you!');
	await visible(letter);
	expect(await letter.innerText()).not.toContain('on its way');
	await letter.getByRole('button', { name: 'Show quoted text' }).click();
	await visible(letter.getByText('It is on its way.'));

	const changes = c.thread.locator('[data-changes] button').last();
	await until(() => changes.getAttribute('aria-expanded'), 'false');
	await changes.click();
	await visible(c.thread.locator('[data-kind="ticket.tagged"]', { hasText: 'two' }));

	const long = c.message('Line 1');
	expect(await long.innerText()).not.toContain('Line 40');
	await long.getByRole('button', { name: 'Show more' }).click();
	await visible(long.getByText('Line 40'));
	await sound(c.page, 'an opened conversation');
});

test('pictures of a conversation are looked at by keys: turned, zoomed, and left where one came from', async () => {
	const ticket = await heard.ticket(mia.token, { name: 'Cy Young', email: 'cy@example.com' }, 'Which one?', 'Pictures');
	const c = await desk('Vera View');
	await c.page.goto(`${heard.url}/tickets/${ticket}`);
	await visible(c.message('Which one?'));
	await c.attach(['first.png', 'second.png'].map((name, i) => ({ name, mimeType: 'image/png', buffer: picture(1200 + 400 * i, 800) })));
	await until(() => c.page.locator('[data-file=ready]').count(), 2);
	await c.reply('One of these.');
	const thumb = c.thread.locator('.msg[data-seq]').getByRole('button', { name: 'Open picture first.png' });
	await visible(thumb);
	await thumb.focus();
	const { keyboard } = c.page;
	await keyboard.press('Enter');
	const first = c.page.getByRole('dialog', { name: 'first.png' });
	await visible(first.getByText('1 of 2'));
	await keyboard.press('ArrowRight');
	const second = c.page.getByRole('dialog', { name: 'second.png' });
	await visible(second.getByText('2 of 2'));
	await until(() => second.locator('img').evaluate((i) => (i as HTMLImageElement).naturalWidth), 1600);
	const width = () => second.locator('img').evaluate((i) => i.clientWidth);
	const fits = await width();
	await keyboard.press('+');
	await keyboard.press('+');
	await visible(second.getByText(/200\s?%/));
	await until(async () => Math.round((await width()) / fits), 2);
	await sound(c.page, 'a picture, enlarged');
	await keyboard.press('0');
	await until(width, fits);
	await keyboard.press('ArrowRight');
	await visible(first.getByText('1 of 2'));
	await keyboard.press('Escape');
	await gone(c.page.getByRole('dialog'));
	await focused(thumb);
});

test('a handover is done by keys: it begins with the story and asks why', async () => {
	const ticket = await heard.ticket(mia.token, { name: 'Di Ray', email: 'di@example.com' }, 'It is about the bill.', 'The bill');
	await heard.api(mia.token, 'POST', `/tickets/${ticket}/assign`, { agent: (await heard.api<{ agent: { id: string } }>(mia.token, 'GET', '/me')).agent.id });
	const c = await desk('Hana Hand');
	await c.page.goto(`${heard.url}/tickets/${ticket}`);
	await visible(c.message('It is about the bill.'));
	const { keyboard } = c.page;
	await keyboard.press('h');
	const dialog = c.page.getByRole('dialog', { name: /^Hand over/ });
	await visible(dialog);
	await visible(dialog.getByText('It is about the bill.')); // what was said last
	await visible(dialog.locator('[data-part=owner]', { hasText: 'Mia Larsen' }));
	await visible(dialog.locator('[data-part=queue]'));
	await sound(c.page, 'a handover with its story');
	const to = dialog.getByRole('combobox', { name: 'To' });
	await focused(to);
	await keyboard.type('nobody at all');
	await visible(dialog.getByText('Nobody and no team has the name or skill “nobody at all”.').first());
	await sound(c.page, 'nobody of that name');
	await keyboard.press('Control+a');
	await keyboard.type('noor');
	await until(() => dialog.getByRole('listbox', { name: 'Choose an agent or a queue' }).getByRole('option').count(), 1);
	await keyboard.press('Control+Enter'); // no reason, no handover
	await visible(dialog.getByText('Choose a reason.'));
	const reason = dialog.getByRole('combobox', { name: 'Reason' });
	await focused(reason);
	await until(() => to.inputValue(), 'Noor Haddad');
	// Who types means somebody else: what nobody is called stays as it was typed, and is nobody.
	await to.fill('Noor Hadad');
	await dialog.getByLabel('Note for the receiver').focus();
	await until(async () => [await to.inputValue(), await to.getAttribute('aria-invalid')], ['Noor Hadad', 'true']);
	await keyboard.press('Control+Enter');
	await focused(to);
	await visible(dialog.locator('p:not(.sr-only)', { hasText: 'Nobody and no team has the name or skill “Noor Hadad”.' }));
	expect((await heard.api<{ assignee_name: string }>(mia.token, 'GET', `/tickets/${ticket}`)).assignee_name).toBe('Mia Larsen');
	await keyboard.press('Escape'); // back to whom one had chosen, by one's own key
	await until(() => to.inputValue(), 'Noor Haddad');
	await to.fill('noor haddad'); // the whole name is her, chosen or not
	await reason.focus();
	await until(() => to.inputValue(), 'Noor Haddad');
	await keyboard.press('ArrowDown');
	await keyboard.press('Tab');
	await keyboard.type('She waits since Monday.');
	await keyboard.press('Escape'); // what was filled in is still there when one comes back
	await gone(dialog);
	await keyboard.press('h');
	await until(() => dialog.getByLabel('Note for the receiver').inputValue(), 'She waits since Monday.');
	await until(() => to.inputValue(), 'Noor Haddad');
	await focused(to);

	await c.page.route('**/handoff', (r) => r.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"unavailable","title":"Unavailable","status":503}' }));
	await keyboard.press('Control+Enter');
	await visible(dialog.getByRole('alert'));
	await until(() => dialog.getByLabel('Note for the receiver').inputValue(), 'She waits since Monday.');
	await sound(c.page, 'a handover that failed');
	await c.page.unroute('**/handoff');
	await keyboard.press('Control+Enter');
	await gone(dialog);
	await visible(c.thread.locator('[data-kind="ticket.handed_off"]', { hasText: 'Noor Haddad' }));
	await visible(c.page.locator('[data-section=ownership] [data-part=owner]', { hasText: 'Noor Haddad' }));
});

test('a ticket is put away until a moment that one types, and the next of the list comes', async () => {
	for (const name of ['Eve Early', 'Lou Late']) await heard.ticket(mia.token, { name, email: `${name[0]}@example.com` }, `Hello from ${name}.`, `From ${name}`);
	const c = await desk('Zoe Zzz');
	await c.page.goto(`${heard.url}/inbox/all`);
	await c.rows.filter({ hasText: 'From Lou Late' }).click();
	await visible(c.message('Hello from Lou Late.'));
	const { keyboard } = c.page;
	await keyboard.press('z');
	const picker = c.page.getByRole('dialog', { name: 'Snooze' });
	await focused(picker.getByRole('combobox'));
	await keyboard.type('when the moon');
	await visible(picker.getByText(/^Not understood/));
	await keyboard.press('Control+a');
	await keyboard.type('in 3 days 16:00');
	await visible(picker.getByRole('option').getByText(/16:00/));
	await sound(c.page, 'a moment is typed');
	const until3 = new Date(await picker.getByRole('option').getAttribute('data-when') ?? '');
	expect(until3.getHours()).toBe(16);
	await keyboard.press('Enter');
	await visible(c.page.getByRole('status').getByText(/^Snoozed until .*Now #\d+, Eve Early/));
	await visible(c.message('Hello from Eve Early.'));
	const { items } = await heard.api<{ items: { subject: string; snoozed_until: string }[] }>(mia.token, 'GET', '/tickets?view=all&status=snoozed');
	expect(items.map((t) => [t.subject, Date.parse(t.snoozed_until)])).toEqual([['From Lou Late', until3.getTime()]]);

	await gone(picker);
	await c.holdToasts();
	await keyboard.press('z');
	await focused(picker.getByRole('combobox'));
	await keyboard.press('t');
	await keyboard.press('Enter');
	await visible(c.page.getByRole('status').getByText(/^Snoozed until .*Now #/));
});

test('the subject is changed where it stands, and taken back', async () => {
	const ticket = await heard.ticket(mia.token, { name: 'Tia Title', email: 'tia@example.com' }, 'Hello.', 'An old subject');
	const c = await desk('Tom Title');
	await c.page.goto(`${heard.url}/tickets/${ticket}`);
	await c.page.getByRole('button', { name: 'An old subject' }).click();
	const field = c.page.getByLabel('Subject', { exact: true });
	await c.holdToasts();
	await field.fill('A better subject');
	await field.press('Enter');
	await visible(c.page.getByRole('heading', { name: 'A better subject' }));
	await until(async () => (await heard.api<{ subject: string }>(mia.token, 'GET', `/tickets/${ticket}`)).subject, 'A better subject');
	await c.page.getByRole('button', { name: 'Undo' }).click();
	await until(async () => (await heard.api<{ subject: string }>(mia.token, 'GET', `/tickets/${ticket}`)).subject, 'An old subject');
});

test('with less room the pane beside the ticket is a drawer, and on a phone there is one pane', async () => {
	const ticket = await heard.ticket(mia.token, { name: 'Flo Flat', email: 'flo@example.com' }, 'Small.', `Small ${'and long '.repeat(20)}`.trim());
	const c = await desk('Pia Phone', { viewport: { width: 1000, height: 760 } });
	await c.page.goto(`${heard.url}/inbox/all/${ticket}`);
	await visible(c.message('Small.'));
	await gone(c.page.locator('aside.side'));
	await c.page.getByRole('button', { name: 'Customer and ticket details' }).click();
	const drawer = c.page.getByRole('dialog', { name: 'About this ticket' });
	await visible(drawer.getByText('flo@example.com'));
	await sound(c.page, 'a drawer');
	await c.page.keyboard.press('Escape');
	await gone(drawer);

	await c.page.keyboard.press('t'); // a key of what is not on screen brings it there
	await visible(drawer.getByLabel('Add tag'));
	await c.page.keyboard.press('Escape');
	await c.page.keyboard.press('Escape');
	await gone(drawer);

	for (const width of [390, 320]) {
		await c.page.setViewportSize({ width, height: 700 });
		await visible(c.message('Small.'));
		await until(() => c.rows.first().isVisible(), false);
		expect(await overflow(c.page), `${width} px`).toBe(0);
		await c.page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
		expect(await overflow(c.page), `${width} px, from right to left`).toBe(0);
		await c.page.evaluate(() => document.documentElement.setAttribute('dir', 'ltr'));
	}
	await sound(c.page, 'a ticket on a phone');
	await c.page.getByRole('button', { name: 'Back to the list' }).click();
	await visible(c.rows);
});

/** By how many pixels a page is wider than its window. */
function overflow(page: Page): Promise<number> {
	return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

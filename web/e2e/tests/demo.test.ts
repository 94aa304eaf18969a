import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;

beforeAll(async () => {
	heard = await Heard.start({ command: 'demo', args: ['--weeks', '8', '--seed', '1'] });
});
afterAll(() => heard?.stop());

test('the demo: a shop, two agents, and a rating that the running week tells of', async () => {
	const links = await heard.links(2);
	const [ada, ben] = await Promise.all([stage.page('ada'), stage.page('ben')]);
	for (const [page, link] of [[ada, links[0]!], [ben, links[1]!]] as const) {
		await page.goto(link);
		await new Console(page).signedIn();
	}
	const [first, second] = [new Console(ada), new Console(ben)];
	await second.available('Away');
	await first.available('Online');

	const customer = new Widget(await stage.page('customer'));
	await customer.page.goto(`${heard.url}/demo/shop`);
	await customer.launcher.click();
	const words = 'Does the blue cup come in green?';
	await visible(customer.panel.locator('textarea'));
	await customer.panel.locator('textarea').fill(words);
	for (const field of await customer.panel.locator('.start input').all()) await field.fill('ana@example.com');
	await customer.panel.getByRole('button', { name: 'Send message' }).click();
	await visible(customer.sent.filter({ hasText: words }));

	await ada.goto(`${heard.url}/inbox/all`);
	await first.rows.filter({ hasText: words }).click();
	await visible(first.message(words));
	await ada.keyboard.press('i'); // the shop has a backlog: it may not have been her turn yet
	await visible(ada.getByRole('button', { name: /^Assigned to Ada/ }));
	await first.reply('It does, from Monday.');
	await visible(customer.theirs('It does, from Monday.'));
	await second.available('Online');
	await first.handOver(/Ben/, 'Wants it green.');
	await ben.goto(`${heard.url}/inbox/mine`);
	await second.rows.filter({ hasText: 'It does, from Monday.' }).click();
	await visible(second.message('Wants it green.'));
	await second.resolve();
	const before = await rated(ada);
	await customer.rate('Very good', 'A green cup!');
	await until(() => rated(ada), before + 1);
});

test('a ticket has tags that it should probably have: one click takes one, another refuses it', async () => {
	const { link, token } = await heard.agent('Mara Manager', 'manager');
	const id = await heard.ticket(token, { name: 'Bo Li', email: 'bo@example.com' }, 'Checkout says payment failed but my card is charged.');
	const tags = () => heard.api<{ tags: string[]; suggested_tags: { tag: string }[] }>(token, 'GET', `/tickets/${id}`);
	await until(async () => (await tags()).suggested_tags.length >= 2, true);
	const [first, second] = (await tags()).suggested_tags.map((s) => s.tag) as [string, string];
	const page = await stage.page('mara');
	await new Console(page).join(link);
	await page.goto(`${heard.url}/inbox/all/${id}`);
	const offered = page.getByRole('list', { name: 'Suggested tags' });
	await visible(offered);
	await sound(page, 'a ticket with suggested tags');
	await offered.getByRole('button', { name: new RegExp(`^Add the suggested tag ${first}, `) }).click();
	await visible(page.getByRole('button', { name: `Remove the tag ${first}` }));
	await until(async () => (await tags()).tags, [first]);
	await gone(offered.locator(`[data-suggested="${first}"]`));
	await offered.getByRole('button', { name: `The suggested tag ${second} does not fit` }).click();
	await gone(page.locator(`[data-suggested="${second}"]`));
	await until(async () => (await tags()).suggested_tags.some((s) => s.tag === second), false);
	expect((await tags()).tags).toEqual([first]);
	expect(await page.evaluate(() => document.activeElement?.tagName), 'the keyboard is still somewhere').toBe('BUTTON');
});

/** How many ratings the report of the running week counts. */
async function rated(page: Console['page']): Promise<number> {
	return page.evaluate(async () => {
		const { items } = await (await fetch('/api/v1/reports/weekly')).json();
		const report = await (await fetch(`/api/v1/reports/weekly/${items[0].week}`)).json();
		return report.figures.find((f: { key: string }) => f.key === 'csat').n as number;
	});
}

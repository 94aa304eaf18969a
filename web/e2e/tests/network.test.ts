import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cable } from '../harness/cable.ts';
import { Console } from '../harness/console.ts';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Shop } from '../harness/shop.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;
let shop: Shop;
let token: string;
let link: string;
let toCustomer: Cable;
let toAgent: Cable;

beforeAll(async () => {
	// The customer's is of the shop's site: browsers that give frames of other sites no storage keep no outbox for us there.
	[toAgent, toCustomer] = await Cable.pair('127.0.0.2', '127.0.0.1');
	heard = await Heard.start({ base: toAgent.url });
	toCustomer.leadTo(heard.door);
	toAgent.leadTo(heard.door);
	({ link, token } = await heard.agent('Mia Larsen', 'admin'));
	shop = await Shop.open(toCustomer.url, await heard.inbox(token));
});
afterAll(async () => {
	shop?.close();
	toCustomer?.close();
	toAgent?.close();
	await heard?.stop();
});

test('what is written without a connection is there once, in one order for both', async () => {
	const mia = new Console(await stage.page('mia'));
	await mia.join(link);
	await mia.available('Online');
	const customer = new Widget(await stage.page('customer'));
	await customer.page.goto(shop.url);
	await customer.open();
	await customer.write('one');
	await visible(mia.rows);
	await mia.openFirst();
	await mia.reply('two');
	await visible(customer.theirs('two'));

	// The customer's line breaks; both go on writing.
	toCustomer.cut();
	await customer.write('three');
	await customer.write('four');
	await mia.reply('five');
	await until(() => customer.sending.count(), 2);
	await visible(customer.panel.getByRole('status').getByText('kept').or(customer.panel.getByText('Connecting')));
	toCustomer.mend();
	await until(() => customer.sending.count(), 0, 40_000);
	await visible(customer.theirs('five'));

	// Gone with the page while unsent: the outbox brings it back.
	toCustomer.cut();
	await customer.write('six');
	await until(() => customer.sending.count(), 1);
	await customer.page.goto('about:blank');
	toCustomer.mend();
	await customer.page.goto(shop.url);
	await customer.open();
	await visible(customer.sent.filter({ hasText: 'six' }), 40_000);

	// Stored, but the answer was lost: it is sent again, and is not there twice.
	toCustomer.silence();
	await customer.write('seven');
	await visible(mia.message('seven'));
	await until(() => customer.sending.count(), 1);
	toCustomer.cut();
	toCustomer.mend();
	await until(() => customer.sending.count(), 0, 40_000);

	// The agent's line breaks, and the customer says something that the agent cannot have read.
	toAgent.cut();
	await mia.reply('eight');
	await visible(mia.page.locator('[data-outgoing="sending"]'));
	await customer.write('nine');
	await visible(customer.sent.filter({ hasText: 'nine' }));
	toAgent.mend();
	const guard = mia.page.locator('[data-guard]');
	await visible(guard.getByText('nine'), 40_000);
	await guard.getByRole('button', { name: 'Send anyway' }).click();
	await visible(customer.theirs('eight'));

	// And once more, with nothing to warn of; now the page is gone before the line is back.
	const where = mia.page.url();
	toAgent.cut();
	await mia.reply('ten');
	await visible(mia.page.locator('[data-outgoing="sending"]'));
	await mia.page.goto('about:blank');
	toAgent.mend();
	await mia.page.goto(where);
	await visible(customer.theirs('ten'), 40_000);
	await visible(mia.message('ten'));

	const stored = await heard.said(token, (await mia.ticket.getAttribute('data-ticket'))!);
	expect([...stored].sort()).toEqual(['eight', 'five', 'four', 'nine', 'one', 'seven', 'six', 'ten', 'three', 'two']);
	await until(() => customer.messages(), stored);
	await until(() => mia.messages(), stored);
});

test('the bar is there as soon as the browser knows of no network, and leaves with it', async () => {
	const ida = await heard.agent('Ida Offline', 'agent');
	const page = await stage.page('ida');
	const desk = new Console(page);
	await desk.join(ida.link);
	const bar = page.locator('[data-link]');
	expect(await bar.count()).toBe(0);
	await page.context().setOffline(true); // the socket that is open stays open
	await visible(page.getByRole('status').getByText(/^No connection/));
	await page.context().setOffline(false);
	await until(() => bar.count(), 0, 40_000);
});

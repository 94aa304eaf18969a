import { afterAll, beforeAll, expect, test } from 'vitest';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Shop } from '../harness/shop.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;
let shop: Shop;
let token: string;

beforeAll(async () => {
	heard = await Heard.start();
	({ token } = await heard.agent('Mia Larsen', 'admin'));
	shop = await Shop.open(heard.url, await heard.inbox(token));
});
afterAll(async () => {
	shop?.close();
	await heard?.stop();
});

test('where sockets are blocked, the widget asks instead, and nothing is missing', async () => {
	const person = await stage.person();
	let tries = 0;
	await person.routeWebSocket(/\/ws\/widget/, (ws) => {
		tries++;
		void ws.close({ code: 1011, reason: 'blocked' });
	});
	const widget = new Widget(await stage.page('customer', person));
	await widget.page.goto(shop.url);
	await widget.open();
	await widget.write('Can you hear me?');
	await until(() => widget.sent.allTextContents().then((t) => t.length), 1, 40_000);
	expect(tries).toBeGreaterThanOrEqual(2);

	const { items } = await heard.api<{ items: { id: string }[] }>(token, 'GET', '/tickets?view=all');
	expect(items).toHaveLength(1);
	const ticket = items[0]!.id;
	await heard.api(token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body: 'Loud and clear.' });
	await visible(widget.theirs('Loud and clear.'), 40_000);
	await widget.write('Good.');
	await until(() => widget.messages(), ['Can you hear me?', 'Loud and clear.', 'Good.'], 40_000);
	await until(() => heard.said(token, ticket), ['Can you hear me?', 'Loud and clear.', 'Good.']);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Console } from '../harness/console.ts';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Shop } from '../harness/shop.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;
let shop: Shop;
let mia: { link: string; token: string };

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	shop = await Shop.open(heard.url, await heard.inbox(mia.token));
});
afterAll(async () => {
	shop?.close();
	await heard?.stop();
});

const hostile = [
	'<img src=x onerror="alert(1)">',
	'</script><script>alert(2)</script>',
	'[press](javascript:alert(3)) and javascript:alert(4)',
	'"><svg onload=alert(5)>',
];

// The stage fails the test when a dialog opens or a content policy had to step in.
test('what strangers write is text, and nothing but text, for everybody who reads it', async () => {
	const [desk, customer] = [new Console(await stage.page('mia')), new Widget(await stage.page('customer'))];
	await desk.join(mia.link);
	await desk.available('Online');
	await customer.page.goto(shop.url);
	await customer.open();
	for (const [i, text] of hostile.entries()) {
		await customer.write(text);
		await until(() => customer.sent.count(), i + 1);
	}
	await visible(desk.rows);
	await desk.openFirst();
	await until(() => desk.thread.locator('.msg-theirs').count(), hostile.length);
	for (const text of hostile) {
		await desk.reply(text);
		await until(() => desk.composer.inputValue(), '');
	}
	await until(() => customer.log.locator('.theirs .bubble').count(), hostile.length);
	await until(() => desk.thread.locator('.msg[data-seq]').count(), 2 * hostile.length);

	for (const log of [desk.thread, customer.log]) {
		expect(await log.locator('.bubble :is(img, script, svg, iframe)').count()).toBe(0);
		const links = await log.locator('.bubble a').evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).protocol));
		expect(links.filter((p) => !/^https?:$/.test(p))).toEqual([]);
		expect(await log.innerText()).toContain('<img src=x onerror="alert(1)">');
	}
	const { items } = await heard.api<{ items: { week: string }[] }>(mia.token, 'GET', '/reports/weekly');
	await desk.page.goto(`${heard.url}/reports/weekly/${items[0]!.week}`);
	await visible(desk.page.getByRole('heading', { level: 1 }));
	expect(await desk.page.locator('main img, main script').count()).toBe(0);
});

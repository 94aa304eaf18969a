import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { Console, password } from '../harness/console.ts';
import { focused, gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Shop } from '../harness/shop.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;
let shop: Shop;
let mia: { link: string; token: string; email: string };

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	shop = await Shop.open(heard.url, await heard.inbox(mia.token));
	await heard.ticket(mia.token, { name: 'Ana', email: 'ana@example.com' }, 'My cup is broken.');
	await heard.ticket(mia.token, { name: 'Bo', email: 'bo@example.com' }, 'Where is my tea?');
});
afterAll(async () => {
	shop?.close();
	await heard?.stop();
});

test('an agent needs no mouse, from signing in to resolved', async () => {
	const person = await stage.person();
	const joins = new Console(await stage.page('joins', person));
	await joins.page.goto(mia.link);
	await until(() => focus(joins.page), 'password');
	await joins.page.keyboard.type(password);
	await joins.page.keyboard.press('Enter');
	await joins.signedIn();
	await person.clearCookies();
	const desk = new Console(await stage.page('mia', person));
	const { keyboard } = desk.page;
	await desk.page.goto(heard.url);
	await visible(desk.page.getByLabel('E-mail'));
	await until(() => focus(desk.page), 'email');
	await keyboard.type(mia.email);
	await keyboard.press('Tab');
	await keyboard.type(password);
	await keyboard.press('Enter');
	await desk.signedIn();

	await visible(desk.rows);
	await keyboard.press('?');
	const sheet = desk.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
	await visible(sheet.getByText('Next ticket'));
	await keyboard.press('Escape');
	await gone(sheet);

	await keyboard.press('g');
	await keyboard.press('m');
	await until(() => desk.rows.count(), 2);
	await keyboard.press('j');
	await visible(desk.message('Where is my tea?'));
	await keyboard.press('j');
	await visible(desk.message('My cup is broken.'));
	await keyboard.press('k');
	await visible(desk.message('Where is my tea?'));
	await keyboard.press('u');
	await gone(desk.ticket);
	await keyboard.press('Enter');
	await visible(desk.message('Where is my tea?'));

	await keyboard.press('r');
	await focused(desk.composer);
	await keyboard.type('On its way: e, j and k are only letters here.');
	await keyboard.press('Control+Enter');
	await visible(desk.message('On its way: e, j and k are only letters here.'));
	await keyboard.press('Escape');
	await keyboard.press('n');
	await focused(desk.composer);
	await visible(desk.page.getByRole('button', { name: 'Add note', exact: true }));
	await keyboard.type('Sent with the blue van.');
	await keyboard.press('Control+Enter');
	await visible(desk.thread.locator('.bubble-note', { hasText: 'Sent with the blue van.' }));
	await keyboard.press('Escape');
	await desk.holdToasts();
	await keyboard.press('e');
	await visible(desk.page.getByRole('status').getByText(/^Resolved\. Now #\d+, Ana/));
	await visible(desk.message('My cup is broken.')); // the next of this very list, and told
	await keyboard.press('Control+z');
	await visible(desk.message('Where is my tea?'));
	await until(() => desk.status(), 'open');
	await keyboard.press('e');
	await visible(desk.message('My cup is broken.'));
	await keyboard.press('e');
	await gone(desk.ticket); // nothing is left: the list says so
	await visible(desk.page.getByText('Nothing else is left to do in My open'));
});

test('a visitor needs no mouse, and focus goes back to where it came from', async () => {
	const widget = new Widget(await stage.page('customer'));
	const { keyboard } = widget.page;
	await widget.page.goto(shop.url);
	await visible(widget.launcher);
	await keyboard.press('Tab');
	await keyboard.press('Tab');
	await until(() => focus(widget.page), 'b');
	await keyboard.press('Enter');
	await visible(widget.composer);
	await focused(widget.composer);
	await keyboard.type('Hello from the keys');
	await keyboard.press('Enter');
	await visible(widget.sent.filter({ hasText: 'Hello from the keys' }));
	await keyboard.press('Escape');
	await until(() => widget.launcher.getAttribute('aria-expanded'), 'false');
	await until(() => focus(widget.page), 'b');
	await keyboard.press('Enter');
	await until(() => widget.launcher.getAttribute('aria-expanded'), 'true');
});

/** The name, or the class, of what has the focus, also inside an open shadow root. */
function focus(page: Page): Promise<string> {
	return page.evaluate(() => {
		const at = document.activeElement;
		const e = at?.shadowRoot?.activeElement ?? at;
		return e?.getAttribute('name') ?? e?.className ?? '';
	});
}

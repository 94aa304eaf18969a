import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { Console } from '../harness/console.ts';
import { gone, typeUntil, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let mias: { link: string; token: string };
let noors: { link: string };

beforeAll(async () => {
	heard = await Heard.start();
	mias = await heard.agent('Mia Larsen', 'admin');
	noors = await heard.agent('Noor Haddad', 'agent');
	await heard.inbox(mias.token);
});
afterAll(() => heard?.stop());

test('two agents on one ticket: the second is shown what the first said before anything goes out', async () => {
	const ticket = await heard.ticket(mias.token, { name: 'Ana Diaz', email: 'ana@example.com' }, 'My order has not arrived.');
	const late = await stage.page('mia');
	const line = await holdable(late);
	const mia = new Console(late);
	await mia.join(mias.link);
	const noor = new Console(await stage.page('noor'));
	await noor.join(noors.link);
	for (const c of [mia, noor]) {
		await c.page.goto(`${heard.url}/tickets/${ticket}`);
		await visible(c.message('My order has not arrived.'));
	}
	await typeUntil(mia.composer, noor.page.getByRole('status').getByText(/Mia Larsen is replying/));

	line.hold(); // Mia's line is slow now
	await noor.reply('I have sent it again.');
	await visible(noor.message('I have sent it again.'));
	await mia.reply('I will look into it.');
	const guard = mia.page.locator('[data-guard]');
	await visible(guard.getByText('I have sent it again.'));
	await until(() => mia.composer.inputValue(), 'I will look into it.');
	await until(() => heard.said(mias.token, ticket), ['My order has not arrived.', 'I have sent it again.']);

	line.release();
	await guard.getByRole('button', { name: 'Send anyway' }).click();
	await gone(guard);
	const all = ['My order has not arrived.', 'I have sent it again.', 'I will look into it.'];
	await until(() => heard.said(mias.token, ticket), all);
	await until(() => noor.messages(), all);
	await until(() => mia.messages(), all);
});

/** News of tickets can be held back on their way to a page; answers to what it sends still arrive. */
async function holdable(page: Page): Promise<{ hold(): void; release(): void }> {
	let held: (() => void)[] | undefined;
	await page.routeWebSocket(/\/ws\/console/, (ws) => {
		const server = ws.connectToServer();
		server.onMessage((m) => {
			const { type } = JSON.parse(String(m)) as { type: string };
			if (held && (type === 'event' || type === 'changed')) held.push(() => ws.send(m));
			else ws.send(m);
		});
	});
	return {
		hold: () => void (held = []),
		release: () => {
			const frames = held ?? [];
			held = undefined;
			frames.forEach((send) => send());
		},
	};
}

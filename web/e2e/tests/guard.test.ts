import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { gone, texts, typeUntil, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { holdable } from '../harness/held.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let mias: { link: string; token: string; email: string; id: string };
let noors: { link: string; email: string };

beforeAll(async () => {
	heard = await Heard.start();
	const mia = await heard.agent('Mia Larsen', 'admin');
	mias = { ...mia, id: (await heard.api<{ agent: { id: string } }>(mia.token, 'GET', '/me')).agent.id };
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

test('two agents on one ticket: who is there, who replies, who has it and where it stands is seen at once', async () => {
	const ticket = await heard.ticket(mias.token, { name: 'Bo Li', email: 'bo@example.com' }, 'The lamp flickers.');
	const pageOfNoor = await stage.page('noor');
	const line = await holdable(pageOfNoor);
	const [mia, noor] = [new Console(await stage.page('mia')), new Console(pageOfNoor)];
	for (const [c, who] of [[mia, mias], [noor, noors]] as const) {
		await c.signIn(heard.url, who.email);
		await c.available('Away');
		await c.page.goto(`${heard.url}/tickets/${ticket}`);
		await visible(c.message('The lamp flickers.'));
	}
	const told = (c: Console) => texts(c.page.locator('.presence-bar'));
	await until(() => told(mia), ['Noor Haddad is also here']);
	await until(() => told(noor), ['Mia Larsen is also here']);

	// One line of the ticket says it, and once; its row in the list has a mark.
	const replying = mia.page.locator('section[data-ticket]').getByText(/Noor Haddad is (replying|typing|writing)/);
	await typeUntil(noor.composer, replying);
	await until(async () => [await replying.count(), await told(mia)], [1, ['Noor Haddad is replying']]);
	await noor.composer.fill('');

	const owner = (c: Console) => c.page.locator('.assign-name').innerText();
	await mia.page.getByRole('button', { name: 'Hand over' }).focus();
	if ((await owner(mia)) !== 'Mia Larsen') await heard.api(mias.token, 'POST', `/tickets/${ticket}/assign`, { agent: mias.id });
	for (const c of [mia, noor]) await until(() => owner(c), 'Mia Larsen');

	// Mia has resolved it, and Noor's console does not know yet: her snooze is refused, and she sees how it stands.
	line.hold();
	await mia.resolve();
	expect(await noor.status()).toBe('open');
	await noor.page.getByRole('button', { name: 'Snooze', exact: true }).click();
	await noor.page.getByRole('dialog', { name: 'Snooze' }).getByText('Tomorrow', { exact: true }).click();
	await visible(noor.page.locator('.toast-wrong'));
	line.release();
	for (const c of [mia, noor]) await until(() => c.status(), 'resolved');
	await visible(noor.page.getByRole('button', { name: 'Reopen' }));

	// Back again: both see it, and the reason.
	await noor.page.getByRole('button', { name: 'Reopen' }).click();
	for (const c of [mia, noor]) await until(() => c.status(), 'open');
	await visible(mia.thread.getByText('Noor Haddad reopened the ticket'));
	await sound(mia.page, 'a ticket that two look at');
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Stage } from '../harness/stage.ts';
import { Writer } from '../harness/writer.ts';

const stage = new Stage();
let mia: Writer;

beforeAll(async () => {
	mia = await Writer.start(stage);
});
afterAll(() => mia?.heard.stop());

test('a draft survives a reload, and is on a second device', async () => {
	const ticket = await mia.letter('Where is my parcel?');
	const c = await mia.open(ticket);
	await c.composer.fill('Dear Ana, half a thought');
	await until(() => mia.kept(ticket), ['Dear Ana, half a thought']);
	await c.page.reload();
	await until(() => c.composer.inputValue(), 'Dear Ana, half a thought');
	const phone = await mia.open(ticket, 'phone');
	await until(() => phone.composer.inputValue(), 'Dear Ana, half a thought');
	await phone.composer.fill('Dear Ana, a whole thought');
	await until(() => c.composer.inputValue(), 'Dear Ana, a whole thought');
});

test('what was sent can be taken back, with its file; a closed tab still sends', async () => {
	const ticket = await mia.letter('Please send me the label.');
	const c = await mia.open(ticket);
	await mia.prefer(c, { undo_s: 30 });
	await c.attach([{ name: 'label.txt', mimeType: 'text/plain', buffer: Buffer.from('a label') }]);
	await visible(c.page.locator('.tray').getByText('label.txt'));
	await c.composer.fill('Here is the **label**');
	await until(() => c.page.getByRole('button', { name: 'Send', exact: true }).isEnabled(), true);
	await c.composer.press('Control+Enter');
	const bar = c.page.locator('.held-bar');
	await visible(bar);
	await visible(c.thread.locator('[data-outgoing="held"]'));
	await sound(c.page, 'a message that is held');
	await bar.getByRole('button', { name: /Undo/ }).click();
	await until(() => c.composer.inputValue(), 'Here is the **label**');
	await visible(c.page.locator('.tray').getByText('label.txt'));
	await mia.said(ticket, ['Please send me the label.']);
	await c.composer.press('Control+Enter');
	await visible(bar);
	await until(() => c.composer.inputValue(), '');
	await c.composer.press('Control+z'); // the field is empty: the key means what has just left it
	await until(() => c.composer.inputValue(), 'Here is the **label**');
	await mia.said(ticket, ['Please send me the label.']);

	await mia.prefer(c, { undo_s: 10 }); // time enough to close the tab before it goes
	await until(() => c.composer.inputValue(), 'Here is the **label**');
	await visible(c.page.locator('.tray').getByText('label.txt'));
	await c.composer.press('Control+Enter');
	await visible(c.thread.locator('[data-outgoing="held"] [data-held-foot]'));
	await until(async () => ((await mia.api('GET', `/tickets/${ticket}/outgoing`)).items as unknown[]).length, 1);
	await c.page.close();
	await mia.said(ticket, ['Please send me the label.', 'Here is the **label**']);
});

test('a mention turns a reply into a note, and names a colleague', async () => {
	const ticket = await mia.letter('Who knows this?');
	const c = await mia.open(ticket);
	await c.composer.pressSequentially('Can you help, @Noor');
	await visible(c.page.getByText('turns this reply into a note'));
	await sound(c.page, 'the list of people');
	await c.composer.press('Enter');
	await until(() => c.page.locator('.composer').getAttribute('data-kind'), 'note');
	await until(() => c.composer.inputValue(), 'Can you help, @Noor Haddad ');
	await c.composer.press('Control+Enter');
	await visible(c.thread.locator('.mention').getByText('@Noor Haddad'));
	await until(async () => {
		const page = (await mia.api('GET', `/tickets/${ticket}/events`)).items as { kind: string; data?: { mentions?: { name: string }[] } }[];
		return page.find((e) => e.kind === 'note.posted')?.data?.mentions?.map((x) => x.name);
	}, ['Noor Haddad']);
});

test('formatting keys, emoji, and Escape closes a list and nothing else', async () => {
	const ticket = await mia.letter('Hello?');
	const c = await mia.open(ticket);
	await c.composer.pressSequentially('very');
	await c.composer.press('Control+a');
	await c.composer.press('Control+b');
	await until(() => c.composer.inputValue(), '**very**');
	await c.composer.press('End');
	await c.composer.pressSequentially(' good :tada');
	await visible(c.page.locator('[data-picker="emoji"]').getByText('🎉'));
	await c.composer.press('Escape');
	await gone(c.page.locator('[data-picker]'));
	await c.composer.press('Backspace');
	await c.composer.pressSequentially('a');
	await c.composer.press('Escape');
	await until(() => c.composer.inputValue(), '**very** good :tada');
});

test('send and resolve goes on to the next ticket when it is sent, and not before; taken back it stays', async () => {
	const next = await mia.letter('I come after.');
	const ticket = await mia.letter('Is it done?');
	const c = await mia.open(ticket);
	await mia.prefer(c, { undo_s: 10, after: 'next' });
	await c.page.goto(`${mia.heard.url}/inbox/mine/${ticket}`);
	await visible(c.composer);
	await c.composer.fill('Not quite');
	await c.composer.press('Control+Shift+Enter');
	await visible(c.page.locator('.held-bar').getByText('then resolved'));
	await c.composer.press('Control+z');
	await until(() => c.composer.inputValue(), 'Not quite');
	expect(c.page.url()).toContain(ticket);
	await c.composer.fill('Yes, all done');
	await c.holdToasts();
	await c.composer.press('Control+Shift+Enter');
	await visible(c.page.getByText(/Sent and resolved/));
	await mia.said(ticket, ['Is it done?', 'Yes, all done']);
	await until(async () => (await mia.api('GET', `/tickets/${ticket}`)).status, 'resolved');
	await until(() => c.page.url().endsWith(`/${ticket}`), false);
	await until(async () => (await mia.api('GET', `/tickets/${next}`)).status, 'open');
});

test('what could not be sent says why in the thread, and is given back or thrown away', async () => {
	const ticket = await mia.letter('Where is it?');
	const refuse = async (body: string) => {
		await mia.api('POST', `/tickets/${ticket}/outgoing`, { client_id: crypto.randomUUID(), kind: 'reply', body, last_seq: 1, delay_s: 1 });
		await mia.api('PUT', `/tickets/${ticket}/drafts/reply`, { body: 'Another thought', rev: await mia.rev(ticket) });
	};
	await mia.between(ticket, 'I found it.');
	await refuse('It was sent on Monday');
	await until(async () => ((await mia.api('GET', `/tickets/${ticket}/outgoing`)).items as { state: string }[]).map((o) => o.state), ['refused']);

	const c = await mia.open(ticket);
	const bubble = c.thread.locator('[data-outgoing="refused"]');
	await visible(bubble.getByText('It was sent on Monday'));
	await visible(bubble.getByText('Not sent: something newer was written'));
	await sound(c.page, 'a message that was refused');
	await bubble.getByRole('button', { name: 'Restore' }).click();
	await gone(bubble);
	await until(() => c.composer.inputValue(), 'It was sent on Monday\n\nAnother thought');

	await c.composer.fill('');
	await until(() => mia.kept(ticket), []);
	await c.page.goto(`${mia.heard.url}/settings/appearance`); // on its ticket what is new would be shown, and the words given back
	await refuse('It was sent on Tuesday');
	await until(async () => ((await mia.api('GET', `/tickets/${ticket}/outgoing`)).items as { state: string }[]).map((o) => o.state), ['refused']);
	await c.page.goto(`${mia.heard.url}/tickets/${ticket}`);
	await visible(bubble.getByText('It was sent on Tuesday'));
	await bubble.getByRole('button', { name: 'Discard' }).click();
	await gone(bubble);
	await until(async () => ((await mia.api('GET', `/tickets/${ticket}/outgoing`)).items as unknown[]).length, 0);
	await until(() => c.composer.inputValue(), 'Another thought');
	await mia.said(ticket, ['Where is it?', 'I found it.']);
});

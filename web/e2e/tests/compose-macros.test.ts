import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { gone, texts, until, visible } from '../harness/expect.ts';
import { Stage } from '../harness/stage.ts';
import { Writer } from '../harness/writer.ts';

const stage = new Stage();
let mia: Writer;

beforeAll(async () => {
	mia = await Writer.start(stage);
});
afterAll(() => mia?.heard.stop());

test('a macro fills its text and acts on the ticket once the message is sent', async () => {
	const ticket = await mia.letter('My parcel is late.');
	await mia.api('POST', '/macros', {
		name: 'Late parcel',
		body: 'Hi {{customer.first_name|there}}, parcel {{parcel number}} is late.',
		visibility: 'shared',
		actions: [{ kind: 'tag', add: ['late'] }, { kind: 'status', status: 'pending' }],
	});
	const c = await mia.open(ticket);
	await c.composer.pressSequentially('/late');
	const list = c.page.locator('[data-picker="macro"]');
	await visible(list.getByText('Set status to pending'));
	await visible(list.getByText('Hi Ana, parcel'));
	await sound(c.page, 'the list of macros');
	await c.composer.press('Enter');
	await until(() => c.composer.inputValue(), 'Hi Ana, parcel {{parcel number}} is late.');

	await c.composer.press('Control+Enter');
	await visible(c.page.getByRole('button', { name: 'Go to parcel number' }));
	await mia.said(ticket, ['My parcel is late.']);
	await sound(c.page, 'an open placeholder');
	await c.page.getByRole('button', { name: 'Go to parcel number' }).click();
	await c.page.keyboard.type('4711');
	await until(() => c.composer.inputValue(), 'Hi Ana, parcel 4711 is late.');
	await c.composer.press('Control+Enter');
	await mia.said(ticket, ['My parcel is late.', 'Hi Ana, parcel 4711 is late.']);
	await until(async () => {
		const { status, tags } = await mia.api('GET', `/tickets/${ticket}`);
		return { status, tags };
	}, { status: 'pending', tags: ['late'] });
});


test('what a macro does is on a second device too; what is left out there is not done, and goes with its text', async () => {
	const ticket = await mia.letter('I want my money back.');
	await mia.api('POST', '/macros', {
		name: 'Refund done',
		body: 'Hi {{customer.first_name|there}}, your refund is on its way and takes three days.',
		visibility: 'shared',
		actions: [{ kind: 'tag', add: ['refund'] }, { kind: 'status', status: 'pending' }, { kind: 'priority', priority: 'low' }],
	});
	const c = await mia.open(ticket);
	const chips = (at: typeof c) => texts(at.page.locator('.action-chip'));
	await c.composer.pressSequentially('/refund');
	await visible(c.page.locator('[data-picker="macro"]').getByText('Shared · 3 actions'));
	await c.composer.press('Enter');
	await until(() => chips(c), ['Add tag refund', 'Set status to Pending', 'Set priority to Low']);

	const phone = await mia.open(ticket, 'phone', { width: 320, height: 640 });
	await until(() => chips(phone), ['Add tag refund', 'Set status to Pending', 'Set priority to Low']);
	const out = await phone.page.locator('.action-chip, .action-chip button').evaluateAll((all) => all.filter((e) => e.getBoundingClientRect().right > innerWidth || e.scrollWidth > e.clientWidth + 1).length);
	expect(out, 'chips that are cut').toBe(0);
	await sound(phone.page, 'what follows a message, on a phone');
	await phone.page.getByRole('button', { name: 'Do not do this: Set status to Pending' }).click();
	await until(() => chips(c), ['Add tag refund', 'Set priority to Low']);

	await c.composer.fill('Hello bold test');
	await gone(c.page.locator('.action-chip'));
	await c.composer.fill('Hi Ana, your refund is on its way and takes three days.');
	await until(() => chips(c), ['Add tag refund', 'Set priority to Low']);
	await c.composer.press('Control+Enter');
	await mia.said(ticket, ['I want my money back.', 'Hi Ana, your refund is on its way and takes three days.']);
	await until(async () => {
		const { status, tags, priority } = await mia.api('GET', `/tickets/${ticket}`);
		return { status, tags, priority };
	}, { status: 'open', tags: ['refund'], priority: 'low' });
});

test('m opens the macros, from the list of tickets too; a text about braces can be sent as it stands', async () => {
	const ticket = await mia.letter('How do I write a template?');
	const c = await mia.open(ticket);
	await mia.prefer(c, { undo_s: 0 });
	await c.page.locator('.pane-ticket').focus();
	await c.page.keyboard.press('m');
	const list = c.page.locator('[data-picker="macro"]');
	await visible(list);
	await c.composer.press('Escape');
	await gone(list);
	await until(() => c.composer.inputValue(), '');

	await c.composer.fill('Write {{first_name}} where the name goes');
	await c.composer.press('Control+Enter');
	await visible(c.page.getByText('Not sent yet: first_name is still to be filled in.'));
	await c.page.getByRole('button', { name: 'Send with the braces' }).click();
	await mia.said(ticket, ['How do I write a template?', 'Write {{first_name}} where the name goes']);
});

test('the sheet of keys lists what works while one writes, and the keys do it', async () => {
	const ticket = await mia.letter('Show me.');
	const c = await mia.open(ticket);
	await c.page.locator('.pane-ticket').focus();
	await c.page.keyboard.press('?');
	const sheet = c.page.getByRole('dialog');
	await visible(sheet.getByText('Take back what was just sent, from the empty field'));
	await visible(sheet.getByText('Bulleted list'));
	await sound(c.page, 'the sheet of keys');
	await c.page.keyboard.press('Escape');
	await c.composer.fill('one');
	await c.composer.press('Control+Shift+Digit8');
	await until(() => c.composer.inputValue(), '- one');
	await c.composer.press('End');
	await c.composer.pressSequentially(' :tada:');
	await until(() => c.composer.inputValue(), '- one 🎉 ');
});

import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let mias: { link: string; token: string };
let state: Awaited<ReturnType<BrowserContext['storageState']>> | undefined;

beforeAll(async () => {
	heard = await Heard.start();
	mias = await heard.agent('Mia Larsen', 'admin');
	await heard.agent('Noor Haddad', 'agent'); // to be called in a note
	await heard.inbox(mias.token);
});
afterAll(() => heard?.stop());

async function api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
	const answer = await fetch(`${heard.url}/api/v1${path}`, {
		method,
		headers: { authorization: `Bearer ${mias.token}`, 'content-type': 'application/json' },
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
	return answer.status === 204 ? {} : ((await answer.json()) as Record<string, unknown>);
}

/** Mia's console on a ticket, on a device of its own. The link signs in once; other devices have her cookie. */
async function mia(ticket: string, name = 'mia'): Promise<Console> {
	const device = await stage.person(state ? { storageState: { cookies: state.cookies, origins: [] } } : {});
	const c = new Console(await stage.page(name, device));
	if (!state) {
		await c.join(mias.link);
		state = await device.storageState();
	}
	await c.page.goto(`${heard.url}/tickets/${ticket}`);
	await visible(c.composer);
	return c;
}

/** Changes what Mia prefers, and lets the page know. */
async function prefer(c: Console, patch: Record<string, unknown>): Promise<void> {
	await c.page.evaluate(async (body) => {
		const answer = await fetch('/api/v1/me/preferences', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body });
		if (!answer.ok) throw new Error(`preferences: ${answer.status}`);
	}, JSON.stringify(patch));
	await c.page.reload();
	await visible(c.composer);
}

const ana = { name: 'Ana Diaz', email: 'ana@example.com' };
const kept = async (ticket: string) => ((await api('GET', `/tickets/${ticket}/drafts`)).items as { body: string }[]).map((d) => d.body).filter((body) => body !== '');

test('a draft survives a reload, and is on a second device', async () => {
	const ticket = await heard.ticket(mias.token, ana, 'Where is my parcel?');
	const c = await mia(ticket);
	await c.composer.fill('Dear Ana, half a thought');
	await until(() => kept(ticket), ['Dear Ana, half a thought']);
	await c.page.reload();
	await until(() => c.composer.inputValue(), 'Dear Ana, half a thought');
	const phone = await mia(ticket, 'phone');
	await until(() => phone.composer.inputValue(), 'Dear Ana, half a thought');
	await phone.composer.fill('Dear Ana, a whole thought');
	await until(() => c.composer.inputValue(), 'Dear Ana, a whole thought');
});

test('what was sent can be taken back, with its file; a closed tab still sends', async () => {
	const ticket = await heard.ticket(mias.token, ana, 'Please send me the label.');
	const c = await mia(ticket);
	await prefer(c, { undo_s: 30 });
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
	await until(() => heard.said(mias.token, ticket), ['Please send me the label.']);
	await c.composer.press('Control+Enter');
	await visible(bar);
	await until(() => c.composer.inputValue(), '');
	await c.composer.press('Control+z'); // the field is empty: the key means what has just left it
	await until(() => c.composer.inputValue(), 'Here is the **label**');
	await until(() => heard.said(mias.token, ticket), ['Please send me the label.']);

	await prefer(c, { undo_s: 5 });
	await until(() => c.composer.inputValue(), 'Here is the **label**');
	await visible(c.page.locator('.tray').getByText('label.txt'));
	await c.composer.press('Control+Enter');
	await visible(c.thread.locator('[data-outgoing="held"] [data-held-foot]'));
	await until(async () => ((await api('GET', `/tickets/${ticket}/outgoing`)).items as unknown[]).length, 1);
	await c.page.close();
	await until(() => heard.said(mias.token, ticket), ['Please send me the label.', 'Here is the **label**']);
});

test('a macro fills its text and acts on the ticket once the message is sent', async () => {
	const ticket = await heard.ticket(mias.token, ana, 'My parcel is late.');
	await api('POST', '/macros', {
		name: 'Late parcel',
		body: 'Hi {{customer.first_name|there}}, parcel {{parcel number}} is late.',
		visibility: 'shared',
		actions: [{ kind: 'tag', add: ['late'] }, { kind: 'status', status: 'pending' }],
	});
	const c = await mia(ticket);
	await c.composer.pressSequentially('/late');
	const list = c.page.locator('[data-picker="macro"]');
	await visible(list.getByText('Set status to pending'));
	await visible(list.getByText('Hi Ana, parcel'));
	await sound(c.page, 'the list of macros');
	await c.composer.press('Enter');
	await until(() => c.composer.inputValue(), 'Hi Ana, parcel {{parcel number}} is late.');

	await c.composer.press('Control+Enter');
	await visible(c.page.getByRole('button', { name: 'Go to parcel number' }));
	await until(() => heard.said(mias.token, ticket), ['My parcel is late.']);
	await sound(c.page, 'an open placeholder');
	await c.page.getByRole('button', { name: 'Go to parcel number' }).click();
	await c.page.keyboard.type('4711');
	await until(() => c.composer.inputValue(), 'Hi Ana, parcel 4711 is late.');
	await c.composer.press('Control+Enter');
	await until(() => heard.said(mias.token, ticket), ['My parcel is late.', 'Hi Ana, parcel 4711 is late.']);
	await until(async () => {
		const { status, tags } = await api('GET', `/tickets/${ticket}`);
		return { status, tags };
	}, { status: 'pending', tags: ['late'] });
});

test('a mention turns a reply into a note, and names a colleague', async () => {
	const ticket = await heard.ticket(mias.token, ana, 'Who knows this?');
	const c = await mia(ticket);
	await c.composer.pressSequentially('Can you help, @Noor');
	await visible(c.page.getByText('turns this reply into a note'));
	await sound(c.page, 'the list of people');
	await c.composer.press('Enter');
	await until(() => c.page.locator('.composer').getAttribute('data-kind'), 'note');
	await until(() => c.composer.inputValue(), 'Can you help, @Noor Haddad ');
	await c.composer.press('Control+Enter');
	await visible(c.thread.locator('.mention').getByText('@Noor Haddad'));
	await until(async () => {
		const page = (await api('GET', `/tickets/${ticket}/events`)).items as { kind: string; data?: { mentions?: { name: string }[] } }[];
		return page.find((e) => e.kind === 'note.posted')?.data?.mentions?.map((x) => x.name);
	}, ['Noor Haddad']);
});

test('formatting keys, emoji, and Escape closes a list and nothing else', async () => {
	const ticket = await heard.ticket(mias.token, ana, 'Hello?');
	const c = await mia(ticket);
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
	expect(await c.composer.inputValue()).toBe('**very** good :tada');
});

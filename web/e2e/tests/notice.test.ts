import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { focused, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Site } from '../harness/site.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;
let token: string;
let inbox: string;

beforeAll(async () => {
	heard = await Heard.start();
	({ token } = await heard.agent('Mia Larsen', 'admin'));
	inbox = await heard.inbox(token);
});
afterAll(() => heard?.stop());

const words = 'We keep chats for a year: [privacy policy](https://shop.example/privacy).';

test('a notice that has to be agreed to: no chat without a tick, and the desk sees to what and when', async () => {
	await set({ notice: { text: words, required: true } });
	const widget = await come();
	await widget.launcher.click();
	const { panel } = widget;
	const box = panel.getByRole('checkbox', { name: 'We keep chats for a year: privacy policy.' });
	await visible(box);
	expect(await panel.getByRole('link', { name: 'privacy policy' }).getAttribute('href')).toBe('https://shop.example/privacy');
	await panel.getByLabel('Write a message').fill('Where is my lamp?');
	await panel.getByRole('button', { name: 'Send message' }).click();
	await until(() => box.getAttribute('aria-invalid'), 'true');
	await focused(box);
	await sound(widget.page.frames().find((f) => f.url().startsWith(heard.url))!, 'a notice');
	await box.press('Space');
	await panel.getByRole('button', { name: 'Send message' }).click();
	await visible(widget.sent);
	const { items } = await heard.api<{ items: { id: string }[] }>(token, 'GET', '/tickets?view=all');
	const thread = await heard.api<{ items: { kind: string; data: { agreed?: string } }[] }>(token, 'GET', `/tickets/${items[0]!.id}/events`);
	expect(thread.items[0]).toMatchObject({ kind: 'ticket.opened', data: { agreed: words } });
});

test('a notice to be read stands above the first message, and goes with it', async () => {
	await set({ notice: { text: words, required: false } });
	const widget = await come();
	await widget.open();
	const line = widget.panel.locator('.line', { hasText: 'We keep chats for a year' });
	await visible(line);
	await sound(widget.page.frames().find((f) => f.url().startsWith(heard.url))!, 'a notice to be read');
	await widget.write('Hello');
	await visible(widget.sent);
	await until(() => line.count(), 0);
});

test('why a file is refused is said in the visitor’s language', async () => {
	await set({ notice: { text: '', required: false } });
	const widget = await come('data-locale="de"');
	await widget.open();
	const file = (name: string, content: string) => widget.panel.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
	await file('setup.exe', 'MZ');
	await visible(widget.panel.getByRole('alert').getByText('Dateien dieser Art werden nicht angenommen.'));
	await file('leer.txt', '');
	await visible(widget.panel.getByRole('alert').getByText('Diese Datei ist leer.'));
	await file('film.txt', 'x'.repeat(11 << 20));
	await visible(widget.panel.getByRole('alert').getByText('Zu groß: höchstens 10 MB'));
});

async function come(more = ''): Promise<Widget> {
	const site = await Site.open({ body: `<h1>A site</h1><script async src="${heard.url}/widget.js" data-inbox="${inbox}" ${more}></script>` });
	onTestFinished(() => site.close());
	const widget = new Widget(await stage.page('visitor'));
	await widget.page.goto(site.url);
	await visible(widget.launcher);
	return widget;
}

/** Changes the inbox's settings. */
async function set(settings: object): Promise<void> {
	const { items } = await heard.api<{ items: { id: string; settings: object }[] }>(token, 'GET', '/inboxes');
	await heard.api(token, 'PATCH', `/inboxes/${items[0]!.id}`, { settings: { ...items[0]!.settings, ...settings } });
}

import { readFile } from 'node:fs/promises';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { focused, gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { picture } from '../harness/picture.ts';
import { Shop } from '../harness/shop.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
let heard: Heard;
let shop: Shop;
let token: string;
let mia: { link: string; token: string };

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	token = mia.token;
	// Another site altogether, so that browsers give our frame no storage: nothing here may need it.
	shop = await Shop.open(heard.url, await heard.inbox(token), '127.0.0.2');
});
afterAll(async () => {
	shop?.close();
	await heard?.stop();
});

test('files are picked, pasted and dropped, refused one by one, sent and saved', async () => {
	const widget = await come('customer');
	await widget.open();
	await widget.panel.locator('input[type=file]').setInputFiles([
		{ name: 'broken lamp.png', mimeType: 'image/png', buffer: picture(640, 400) },
		{ name: 'receipt.txt', mimeType: 'text/plain', buffer: Buffer.from('a lamp: 89\n') },
		{ name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ no') },
	]);
	await visible(widget.panel.locator('li.file.error', { hasText: 'setup.exe' }).getByRole('alert'));
	await until(() => widget.panel.locator('li.file:not(.error)').count(), 2);
	await sound(panel(widget), 'files to be sent, one of them refused');
	await widget.write('It came like this.');
	expect(await widget.messages(), 'nothing goes while a file is not settled').toEqual([]);
	const why = widget.panel.getByText('Remove setup.exe to send your message.');
	await until(() => why.evaluate((p) => p === document.activeElement), true);
	await sound(panel(widget), 'why a message does not go');
	await widget.panel.getByRole('button', { name: 'Remove setup.exe' }).click();
	await until(() => widget.panel.locator('.round').getAttribute('aria-disabled'), 'false');
	await widget.composer.press('Enter');
	const sent = widget.sent.filter({ hasText: 'It came like this.' });
	await visible(sent.locator('a.picture img'));
	await until(() => sent.locator('img').evaluate((i) => (i as HTMLImageElement).naturalWidth > 0), true);
	const download = widget.page.waitForEvent('download');
	await sent.locator('a.file', { hasText: 'receipt.txt' }).click();
	expect(await readFile(await (await download).path(), 'utf8')).toBe('a lamp: 89\n');
	await sound(panel(widget), 'files in a message');

	await drop(widget, 'composer textarea', 'paste', 'pasted.txt');
	await visible(widget.panel.locator('li.file', { hasText: 'pasted.txt' }));
	await drop(widget, 'scroll', 'drop', 'dropped.txt');
	await visible(widget.panel.locator('li.file', { hasText: 'dropped.txt' }));
	await until(() => widget.panel.locator('.round').getAttribute('aria-disabled'), 'false');
	await widget.panel.locator('.round').click();
	await until(() => widget.log.locator('a.file').count(), 3);
	const { items } = await heard.api<{ items: { id: string }[] }>(token, 'GET', '/tickets?view=all');
	expect(await heard.said(token, items[0]!.id)).toEqual(['It came like this.', 'pasted.txt']);
});

test('a file that did not arrive is tried again, and one that is too large is not even sent', async () => {
	await settings({ attachments: { max_bytes: 50_000 } });
	const widget = await come('customer');
	await widget.page.route('**/api/widget/attachments', (r) => r.abort());
	await widget.open();
	await widget.panel.locator('input[type=file]').setInputFiles([
		{ name: 'lamp.txt', mimeType: 'text/plain', buffer: Buffer.from('a lamp') },
		{ name: 'film.txt', mimeType: 'text/plain', buffer: Buffer.alloc(60_000, 'x') },
	]);
	await visible(widget.panel.getByText('Too large: at most 50 kB'));
	await visible(widget.panel.locator('li.file', { hasText: 'lamp.txt' }).getByText('That did not work.'));
	await widget.page.unroute('**/api/widget/attachments');
	await widget.panel.getByRole('button', { name: 'Try again' }).click();
	await widget.panel.getByRole('button', { name: 'Remove film.txt' }).click();
	await until(() => widget.panel.locator('.round').getAttribute('aria-disabled'), 'false');
	await settings({ attachments: {} });
});

test('the place in line, kept by leaving an address', async () => {
	const widget = await come('customer');
	await widget.open();
	await widget.write('Where is my parcel?');
	await visible(widget.panel.locator('.wait', { hasText: /in line|You are next/ }));
	await widget.panel.getByRole('button', { name: 'Leave your e-mail and keep your place' }).click();
	await visible(widget.panel.getByLabel('E-mail'));
	await sound(panel(widget), 'an address for the answer');
	await widget.panel.getByRole('button', { name: 'Keep my place' }).click();
	await visible(widget.panel.getByText('This is required.'));
	await widget.panel.getByLabel('E-mail').fill('ana@example.com');
	await widget.panel.getByRole('button', { name: 'Keep my place' }).click();
	await visible(widget.panel.getByText('we will also answer to ana@example.com'));
	await gone(widget.panel.getByLabel('E-mail'));
	expect((await ticketOf('Where is my parcel?')).customer.email).toBe('ana@example.com');
});

test('an answer that was edited says so, and one that was taken back is gone', async () => {
	const widget = await come('customer');
	await widget.open();
	await widget.write('When does it come?');
	await visible(widget.sent);
	const { id } = await ticketOf('When does it come?');
	const say = async (body: string) => (await heard.api<{ seq: number }>(token, 'POST', `/tickets/${id}/messages`, { client_id: crypto.randomUUID(), body })).seq;
	const [one, two] = [await say('Today.'), await say('My number is 17.')];
	await visible(widget.theirs('My number is 17.'));
	await heard.api(token, 'PATCH', `/tickets/${id}/messages/${one}`, { body: 'Tomorrow.' });
	await heard.api(token, 'DELETE', `/tickets/${id}/messages/${two}`);
	await visible(widget.theirs('Tomorrow.'));
	await visible(widget.log.locator('.meta', { hasText: 'edited' }));
	await visible(widget.theirs('This message was removed'));
	await gone(widget.theirs('My number is 17.'));
	await widget.page.reload(); // and so it stays for whoever reads it later
	await widget.open();
	await visible(widget.log.locator('.meta', { hasText: 'edited' }));
	await until(() => widget.messages(), ['When does it come?', 'Tomorrow.', 'This message was removed']);
});

test('a menu for keys alone: it opens, closes on Escape before the panel does, and ends the chat', async () => {
	const widget = await come('customer');
	await widget.open();
	await widget.write('That is all.');
	await visible(widget.sent);
	const menu = widget.panel.locator('summary');
	await menu.focus();
	await widget.page.keyboard.press('Enter');
	await visible(widget.panel.locator('details button'));
	await sound(panel(widget), 'a menu');
	await widget.page.keyboard.press('Escape');
	await until(() => widget.panel.locator('details').getAttribute('open'), null);
	await focused(menu);
	await visible(widget.frame);
	await widget.choose('End chat');
	await widget.panel.getByRole('group', { name: 'End this chat?' }).getByRole('button', { name: 'End chat' }).click();
	await visible(widget.panel.getByText('The chat has ended'));
	await visible(widget.panel.getByRole('button', { name: 'New conversation' }));
	expect(await widget.panel.getByRole('button', { name: 'Keep chatting' }).count(), 'nobody had answered: it is closed for good').toBe(0);
});

test('a chat that was ended can be taken up again, and nothing that stands there is written over', async () => {
	const widget = await come('customer');
	await widget.open();
	await widget.write('That was all.');
	await visible(widget.sent);
	const { id } = await ticketOf('That was all.');
	await heard.api(token, 'POST', `/tickets/${id}/messages`, { client_id: crypto.randomUUID(), body: 'Good.' });
	await visible(widget.theirs('Good.'));
	await widget.choose('End chat');
	await widget.panel.getByRole('group', { name: 'End this chat?' }).getByRole('button', { name: 'End chat' }).click();
	await widget.panel.getByRole('button', { name: 'Keep chatting' }).click();
	await widget.write('One more thing.');
	await visible(widget.sent.filter({ hasText: 'One more thing.' }));
	await until(() => widget.messages(), ['That was all.', 'Good.', 'One more thing.']);
	expect(await heard.said(token, id)).toEqual(['That was all.', 'Good.', 'One more thing.']);
	await widget.composer.fill('half a sentence');
	await widget.page.evaluate(() => (window as any).Heard.newMessage()); // nothing to say is nothing to write over
	expect(await widget.composer.inputValue()).toBe('half a sentence');
	await widget.page.evaluate(() => (window as any).Heard.newMessage('About order 7:'));
	await until(() => widget.composer.inputValue(), 'About order 7:');
});

test('while closed: a form and what becomes of it, or a word until when', async () => {
	onTestFinished(async () => {
		await settings({ offline_form: { mode: '', text: '' } });
		await heard.api(token, 'PATCH', `/inboxes/${await inbox()}`, { schedule: null });
	});
	const schedule = await heard.api<{ id: string }>(token, 'POST', '/schedules', { name: 'Never', time_zone: 'UTC', intervals: [{ day: 1, from: '00:00', to: '00:01' }] });
	await heard.api(token, 'PUT', '/me/availability', { state: 'offline' });
	await heard.api(token, 'PATCH', `/inboxes/${await inbox()}`, { schedule: schedule.id });
	await settings({ offline_form: { mode: 'form', text: 'We sleep. Leave us a line.' } });
	const widget = await come('customer');
	await widget.launcher.click();
	await visible(widget.panel.getByText('We sleep. Leave us a line.'));
	await visible(widget.panel.locator('header p', { hasText: /^Back \w+/ }));
	await widget.panel.getByLabel('Name').fill('Ana Diaz');
	await widget.panel.getByLabel('E-mail').fill('ana@example.com');
	await widget.panel.getByLabel('Write a message').fill('Is the lamp in stock?');
	await widget.panel.getByRole('button', { name: 'Send message' }).click();
	await visible(widget.panel.getByText('We will answer to ana@example.com.'));
	await visible(widget.sent.filter({ hasText: 'Is the lamp in stock?' }));
	await sound(panel(widget), 'a letter to a closed desk');
	expect((await ticketOf('Is the lamp in stock?')).customer).toMatchObject({ name: 'Ana Diaz', email: 'ana@example.com' });

	await settings({ offline_form: { mode: 'hidden', text: '' } });
	const other = await come('other');
	await other.launcher.click();
	await visible(other.panel.locator('footer', { hasText: /^Back \w+/ }));
	expect(await other.panel.locator('textarea').count()).toBe(0);
	const early = await come('early', '?proactive=1'); // the panel is there before anybody asks for it
	await until(() => early.launcher.isVisible(), false);
});

test('a rating is stored by its click; what is said to it is added, and it is asked once', async () => {
	const widget = await come('customer');
	await widget.open();
	await widget.write('Rate me.');
	await visible(widget.sent);
	const { id } = await ticketOf('Rate me.');
	await heard.api(token, 'POST', `/tickets/${id}/messages`, { client_id: crypto.randomUUID(), body: 'Done.' });
	await visible(widget.theirs('Done.'));
	await heard.api(token, 'POST', `/tickets/${id}/resolve`);
	const answers = async () => {
		const { items } = await heard.api<{ items: { kind: string; data?: { score?: number } }[] }>(token, 'GET', `/tickets/${id}/events?after=0`);
		return items.filter((e) => e.kind === 'survey.answered').map((e) => e.data?.score);
	};
	const radio = (name: string) => widget.panel.getByRole('radio', { name, exact: true });
	await widget.panel.getByRole('button', { name: 'Send rating' }).click();
	await visible(widget.panel.getByText('This is required.'));
	await focused(radio('Very bad'));
	await radio('Bad').focus();
	await Promise.all([widget.page.keyboard.press('ArrowRight'), widget.page.keyboard.press('ArrowRight')]); // passing by is no answer
	await until(answers, [4]);
	await widget.rate('Good', 'You were quick.'); // it goes on being asked for more
	expect((await answers()).at(-1)).toBe(4);
	await widget.page.reload();
	await widget.open();
	await widget.panel.getByRole('button', { name: 'Your conversations' }).click();
	await widget.panel.getByRole('listitem').getByRole('button').click();
	await visible(widget.log.getByText('Rate me.'));
	expect(await widget.panel.locator('.rating').count()).toBe(0);
});

test('a transcript, as text and as a page', async () => {
	const widget = await come('customer');
	await widget.open();
	await widget.write('Keep **this** for me.');
	await visible(widget.sent);
	for (const [kind, name] of [['TXT', /\.txt$/], ['HTML', /\.html$/]] as const) {
		const download = widget.page.waitForEvent('download');
		await widget.choose(`Save chat as ${kind}`);
		const file = await download;
		expect(file.suggestedFilename()).toMatch(name);
		expect(await readFile(await file.path(), 'utf8')).toMatch(/Keep .*this.* for me\./);
	}
});

test('a message is offered once, where the rules say so, and an answer to it begins with it', async () => {
	await settings({ proactive: [{ id: 'help', url: '/', seconds: 1, text: 'May we help you choose?' }] });
	onTestFinished(() => settings({ proactive: [] }));
	const quiet = await come('quiet'); // a site that did not ask for it makes no call
	const person = await stage.person();
	const page = await stage.page('customer', person);
	const asked: string[] = [];
	page.on('request', (r) => asked.push(new URL(r.url()).pathname));
	const widget = new Widget(page);
	await page.goto(`${shop.url}/?proactive=1`);
	const teaser = page.locator('.t');
	await visible(teaser.getByText('May we help you choose?'));
	expect(asked.filter((p) => p === '/api/widget/session'), 'nobody is made a visitor by looking at a page').toEqual([]);
	await sound(page, 'an offered message');

	await Promise.all([page.waitForResponse('**/rules.js?*'), page.reload()]);
	await widget.open();
	expect(await teaser.isVisible()).toBe(false);

	const other = new Widget(await stage.page('other'));
	await other.page.goto(`${shop.url}/?proactive=1`);
	await other.page.locator('.t button').first().click();
	await visible(other.composer);
	await visible(other.panel.locator('.theirs .bubble', { hasText: 'May we help you choose?' }));
	await other.write('Yes, a lamp for reading.');
	await visible(other.sent);
	const { id } = await ticketOf('Yes, a lamp for reading.');
	expect(await heard.said(token, id)).toEqual(['May we help you choose?', 'Yes, a lamp for reading.']);
	await until(() => other.messages(), ['May we help you choose?', 'Yes, a lamp for reading.']);
	// Who says it bears one name, from the page on: the one that the settings show.
	const named = (w: Widget) => w.panel.locator('.theirs', { hasText: 'May we help you choose?' }).locator('.meta').first();
	expect(await named(other).innerText()).toBe('Shop');
	await settings({ title: 'The lamp desk' });
	onTestFinished(() => settings({ title: '' }));
	const named2 = new Widget(await stage.page('named'));
	await named2.page.goto(`${shop.url}/?proactive=1`);
	await until(() => named2.page.locator('.t b').innerText(), 'The lamp desk');
	await named2.page.locator('.t button').first().click();
	await until(() => named(named2).innerText(), 'The lamp desk');
	await named2.write('One of brass.');
	await visible(named2.sent);
	await until(() => named(named2).innerText(), 'The lamp desk');
	const desk = new Console(await stage.page('mia'));
	await desk.join(mia.link);
	await desk.page.goto(`${heard.url}/tickets/${(await ticketOf('One of brass.')).id}`);
	await visible(desk.thread.locator('.msg', { hasText: 'May we help you choose?' }).getByText('The lamp desk'));

	// Who is talking with us is offered nothing.
	await Promise.all([other.page.waitForResponse('**/rules.js?*'), other.page.goto(`${shop.url}/?proactive=2`)]);
	await other.open();
	await visible(other.log.getByText('Yes, a lamp for reading.'));
	expect(await quiet.page.locator('.t').isVisible()).toBe(false);
	expect(await quiet.page.evaluate(() => localStorage.length)).toBe(0);
});

test('the desk learns which pages were visited where the inbox asks for it and the site consents', async () => {
	await settings({ consent: true });
	onTestFinished(() => settings({ consent: false }));
	const seen = async (words: string) => (await heard.api<{ visit: { pages: { url: string }[] } | null }>(token, 'GET', `/tickets/${(await ticketOf(words)).id}`)).visit?.pages.map((p) => p.url) ?? [];
	for (const [query, words, want] of [
		['?consent=yes', 'You may look.', [`${shop.url}/`]],
		['', 'You may not.', []],
		['?consent=wait', 'Not yet.', []],
	] as const) {
		const widget = await come('customer', query);
		await widget.open();
		await widget.write(words);
		await visible(widget.sent);
		await until(() => seen(words), [...want]);
	}
});

test('signing out leaves nothing of the person that could be read', async () => {
	const widget = await come('customer');
	await widget.open();
	await widget.write('My card ends in 4242.');
	await visible(widget.sent);
	await widget.composer.fill('half a secret');
	await widget.page.evaluate(() => (window as any).Heard.logout());
	await until(() => widget.launcher.getAttribute('aria-expanded'), 'false');
	await gone(widget.log.getByText('4242'));
	await until(() => widget.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie), '{}');
	await widget.open();
	await until(() => widget.messages(), []);
	expect(await widget.composer.inputValue()).toBe('');
	expect(await panel(widget).evaluate(() => document.documentElement.outerHTML)).not.toMatch(/4242|half a secret/);
});

test('a colour of the site stays readable, whatever it is', async () => {
	for (const color of ['#2f5947', '#ffd400', '#ffffff', '#000000', '#e0218a', '#3a50d6']) {
		const widget = await come('customer', `?color=${encodeURIComponent(color)}`);
		await widget.open();
		await widget.write('In colour.');
		await visible(widget.sent);
		await sound(panel(widget), color);
		expect(await contrast(widget), `launcher in ${color}`).toBeGreaterThan(3);
		await widget.page.close();
	}
});

/** How much the launcher's sign stands out from it: painted once, for colours come in many forms. */
async function contrast(widget: Widget): Promise<number> {
	return widget.launcher.evaluate((b) => {
		const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
		const light = (color: string) => {
			context.fillStyle = color;
			context.fillRect(0, 0, 1, 1);
			const [r, g, blue] = [...context.getImageData(0, 0, 1, 1).data].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
			return 0.2126 * r! + 0.7152 * g! + 0.0722 * blue! + 0.05;
		};
		const { color, backgroundColor } = getComputedStyle(b);
		const [x, y] = [light(color), light(backgroundColor)];
		return Math.max(x, y) / Math.min(x, y);
	});
}

async function come(name: string, query = ''): Promise<Widget> {
	const widget = new Widget(await stage.page(name));
	await widget.page.goto(`${shop.url}/${query}`);
	await visible(widget.launcher);
	return widget;
}

function panel(widget: Widget): Frame {
	return widget.page.frames().find((f) => f.url().startsWith(`${heard.url}/widget/`))!;
}

/** Lets a file fall onto a part of the panel, or pastes it there. */
async function drop(widget: Widget, part: string, how: 'drop' | 'paste', name: string): Promise<void> {
	await widget.panel.locator('.' + part).evaluate(
		(e, [how, name]) => {
			const data = new DataTransfer();
			data.items.add(new File([name!], name!, { type: 'text/plain' }));
			const options = { bubbles: true, cancelable: true };
			e.dispatchEvent(how === 'drop' ? new DragEvent('drop', { ...options, dataTransfer: data }) : new ClipboardEvent('paste', { ...options, clipboardData: data }));
		},
		[how, name],
	);
}

async function inbox(): Promise<string> {
	return (await heard.api<{ items: { id: string }[] }>(token, 'GET', '/inboxes')).items[0]!.id;
}

async function settings(more: Record<string, unknown>): Promise<void> {
	const { items } = await heard.api<{ items: { id: string; settings: object }[] }>(token, 'GET', '/inboxes');
	await heard.api(token, 'PATCH', `/inboxes/${items[0]!.id}`, { settings: { ...items[0]!.settings, ...more } });
}

/** The ticket in which somebody said this, and who it was. */
async function ticketOf(words: string): Promise<{ id: string; customer: { name?: string; email?: string } }> {
	const { items } = await heard.api<{ items: { id: string }[] }>(token, 'GET', '/tickets?view=all');
	for (const { id } of items) {
		if (!(await heard.said(token, id)).includes(words)) continue;
		const { customer } = await heard.api<{ customer: string }>(token, 'GET', `/tickets/${id}`);
		return { id, customer: await heard.api(token, 'GET', `/customers/${customer}`) };
	}
	throw new Error(`no ticket says ${words}`);
}

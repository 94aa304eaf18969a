import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { focused, gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { picture } from '../harness/picture.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let mia: { link: string; token: string };
let noor: { link: string };

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	noor = await heard.agent('Noor Haddad', 'agent');
	await heard.inbox(mia.token);
});
afterAll(() => heard?.stop());

test('files go with a message: picked, shown on their way, refused one by one, looked at and saved', async () => {
	const ticket = await heard.ticket(mia.token, { name: 'Ana Diaz', email: 'ana@example.com' }, 'Which cup is it?');
	const desk = new Console(await stage.page('mia'));
	await desk.join(mia.link);
	await desk.page.goto(`${heard.url}/tickets/${ticket}`);
	await visible(desk.message('Which cup is it?'));

	await desk.attach([
		{ name: 'blue cup.png', mimeType: 'image/png', buffer: picture(640, 400) },
		{ name: 'prices.txt', mimeType: 'text/plain', buffer: Buffer.from('a cup: 4\n') },
		{ name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ no') },
	]);
	const tray = desk.page.getByRole('list', { name: 'Files to send' });
	await until(() => tray.locator('[data-file=ready]').count(), 2);
	await visible(tray.locator('[data-file=failed]').getByRole('alert'));
	await sound(desk.page, 'a tray with a refused file');
	await until(() => desk.page.getByRole('button', { name: 'Send', exact: true }).isDisabled(), true);
	await desk.composer.fill('Set it up like this.');
	await desk.composer.press('Control+Enter');
	const stuck = desk.page.locator('.composer-stuck');
	await until(() => stuck.locator('p').evaluate((p) => [p === document.activeElement, p.textContent]), [true, 'setup.exe was refused. Remove it to send.']);
	await until(() => desk.page.locator('.composer').getByRole('button', { name: 'Send' }).first().evaluate((b) => document.getElementById(b.getAttribute('aria-describedby') ?? '')?.textContent), 'setup.exe was refused. Remove it to send.');
	await sound(desk.page, 'why a message does not go');
	await desk.page.keyboard.press('Tab');
	await desk.page.keyboard.press('Enter');
	await gone(stuck);
	await focused(desk.composer);
	await desk.composer.fill('');
	await desk.reply('The blue one.');
	const sent = desk.message('The blue one.');
	await visible(sent.getByRole('link', { name: /Download prices.txt/ }));
	await gone(tray);

	const download = desk.page.waitForEvent('download');
	await sent.getByRole('link', { name: /Download prices.txt/ }).click();
	expect((await download).suggestedFilename()).toBe('prices.txt');

	const thumb = sent.getByRole('button', { name: 'Open picture blue cup.png' });
	await until(() => thumb.locator('img').evaluate((i) => (i as HTMLImageElement).naturalWidth > 0), true);
	await thumb.click();
	const viewer = desk.page.getByRole('dialog', { name: 'blue cup.png' });
	await until(() => viewer.locator('img').evaluate((i) => (i as HTMLImageElement).naturalWidth), 640);
	await sound(desk.page, 'a picture');
	await until(() => viewer.evaluate((d) => d.contains(document.activeElement)), true);
	await desk.page.keyboard.press('Escape');
	await gone(viewer);

	await desk.page.evaluate(() => {
		const data = new DataTransfer();
		data.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
		document.querySelector('.thread')!.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
	});
	await visible(tray.locator('[data-file=ready]').getByText('dropped.txt'));
	await desk.composer.press('Control+Enter');
	await visible(desk.thread.getByRole('link', { name: /Download dropped.txt/ }));
	await until(() => heard.said(mia.token, ticket), ['Which cup is it?', 'The blue one.', 'dropped.txt']);
});

test('an agent edits and redacts its own words; a lead sees what they were; a colleague may do neither', async () => {
	const ticket = await heard.ticket(mia.token, { name: 'Bo Li', email: 'bo@example.com' }, 'When will it come?');
	const mias = new Console(await stage.page('mia'));
	const noors = new Console(await stage.page('noor'));
	await noors.join(noor.link);
	await heard.agent('Lea Lead', 'lead').then((l) => mias.join(l.link));
	for (const c of [mias, noors]) {
		await c.page.goto(`${heard.url}/tickets/${ticket}`);
		await visible(c.message('When will it come?'));
	}
	await noors.reply('On Mondey.');
	await visible(noors.message('On Mondey.'));

	await noors.menuOf('On Mondey.', 'Edit');
	const edit = noors.page.getByRole('dialog', { name: 'Edit message' });
	await edit.getByLabel('Text').fill('On Monday.');
	await sound(noors.page, 'editing');
	await edit.getByRole('button', { name: 'Save' }).click();
	await gone(edit);
	await visible(noors.message('On Monday.'));
	await visible(mias.message('On Monday.'));

	await mias.thread.getByRole('button', { name: 'Edited' }).click();
	await visible(mias.page.getByRole('dialog', { name: 'Versions' }).getByText('On Mondey.'));
	await sound(mias.page, 'versions');
	await mias.page.keyboard.press('Escape');

	expect(await noors.page.getByRole('button', { name: /What to do with the message of Bo Li/ }).count()).toBe(0);
	await mias.menuOf('When will it come?', 'Redact');
	const redact = mias.page.getByRole('dialog', { name: 'Redact this message?' });
	await sound(mias.page, 'redacting');
	await redact.getByRole('button', { name: 'Redact for good' }).click();
	for (const c of [mias, noors]) {
		await visible(c.thread.getByText('This message was redacted.'));
		await gone(c.message('When will it come?'));
	}
	await sound(noors.page, 'a redacted message');
});

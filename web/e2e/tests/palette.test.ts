import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { focused, gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let mia: { link: string; token: string; email: string };

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	await heard.inbox(mia.token);
	await heard.api(mia.token, 'PATCH', '/me/preferences', { after: 'stay' }); // what was resolved stays to be looked at
	await heard.ticket(mia.token, { name: 'Ana', email: 'ana@example.com' }, 'My cup is broken.');
	await heard.ticket(mia.token, { name: 'Bo', email: 'bo@example.com' }, 'Where is my tea?');
});
afterAll(() => heard?.stop());

test('everything is one chord away: commands of the ticket, screens, tickets, one after the other by keys', async () => {
	const desk = new Console(await stage.page('mia'));
	const { keyboard } = desk.page;
	await desk.join(mia.link);
	await until(() => desk.rows.count(), 2);
	await keyboard.press('j');
	await visible(desk.message('Where is my tea?'));

	const palette = await desk.palette();
	const chosen = palette.getByRole('option', { selected: true });
	await visible(palette.getByText('This ticket'));
	await sound(desk.page, 'palette');
	await keyboard.type('res');
	await until(() => chosen.innerText().then((s) => s.startsWith('Resolve')), true);
	await keyboard.press('Enter');
	await gone(palette);
	await until(() => desk.status(), 'resolved');

	await desk.palette();
	await keyboard.type('cup');
	await until(() => chosen.innerText().then((s) => s.includes('My cup is broken')), true);
	await keyboard.press('Enter');
	await visible(desk.message('My cup is broken.'));

	// It opens while one writes, and what one wrote is still there after it.
	await keyboard.press('r');
	await desk.composer.fill('Half a sen');
	await desk.palette();
	await keyboard.press('Escape');
	await gone(palette);
	await focused(desk.composer);
	await until(() => desk.composer.inputValue(), 'Half a sen');

	await desk.palette();
	await keyboard.type('speed');
	await until(() => chosen.innerText().then((s) => s.includes('Speed')), true);
	await keyboard.press('Enter');
	await until(() => new URL(desk.page.url()).pathname, '/reports/speed');
	await desk.palette();
	await visible(palette.getByText('Recent'));
	await visible(palette.getByRole('option', { name: /My cup is broken/ }));
});

test('a key is changed by keys alone, taken from another, and printed everywhere; the next visit knows it', async () => {
	const person = await stage.person();
	const desk = new Console(await stage.page('ben', person));
	const { keyboard } = desk.page;
	const ben = await heard.agent('Ben', 'agent');
	await desk.join(ben.link);
	const palette = await desk.palette();
	await keyboard.type('appearance');
	await until(() => palette.getByRole('option', { selected: true }).innerText().then((s) => s.includes('Appearance')), true);
	await keyboard.press('Enter');
	const edit = desk.page.locator('[data-shortcut-edit="go.reports"]');
	await visible(desk.page.getByRole('heading', { name: 'Appearance and keys' }));
	await edit.focus();
	await keyboard.press('Enter');
	const dialog = desk.page.getByRole('dialog', { name: /Go to reports/ });
	await listens(dialog);
	await keyboard.press('g');
	await visible(dialog.getByText(/g begins “/));
	await keyboard.press('x');
	await gone(dialog.getByText(/ begins “/));
	await sound(desk.page, 'key dialog');
	for (let i = 0; i < 3; i++) await keyboard.press('Tab');
	await keyboard.press('Enter');
	await gone(dialog);
	await until(() => edit.getAttribute('aria-label').then((s) => s?.includes('g x')), true);

	const taken = desk.page.locator('[data-shortcut-edit="go.topics"]');
	await taken.focus();
	await keyboard.press('Enter');
	await listens(desk.page.getByRole('dialog'));
	await keyboard.press('j');
	await desk.page.getByRole('button', { name: 'Take the key' }).press('Enter');
	await until(() => desk.page.locator('[data-shortcut-edit="list.next"]').innerText(), 'no key');
	await desk.page.locator('[data-shortcut-edit="ticket.resolve"]').press('Enter');
	await listens(desk.page.getByRole('dialog'));
	await keyboard.press('x');
	await visible(desk.page.getByText('x is “Select the ticket” already'));
	await desk.page.getByRole('button', { name: 'Swap the keys' }).press('Enter');
	await until(() => desk.page.locator('[data-shortcut-edit="list.select"]').innerText(), 'E');

	await desk.page.reload();
	await desk.signedIn();
	await keyboard.press('g');
	await visible(desk.page.locator('.awaited').getByText('Go to reports'));
	await keyboard.press('x');
	await until(() => new URL(desk.page.url()).pathname.split('/')[1], 'reports');
	await keyboard.press('j');
	await until(() => new URL(desk.page.url()).pathname, '/issues');
	await keyboard.press('?');
	await visible(desk.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('g x'));
	await keyboard.press('Escape');

	await desk.page.goto(`${heard.url}/settings/appearance`);
	await desk.page.getByLabel('Single-key shortcuts').uncheck();
	await keyboard.press('g');
	await keyboard.press('i');
	await keyboard.press('Control+k');
	await visible(desk.page.getByRole('dialog', { name: 'Search and commands' }));
	expect(new URL(desk.page.url()).pathname).toBe('/settings/appearance');
});

test('the theme that one chose is there before anything is drawn, on every computer', async () => {
	const person = await stage.person();
	const desk = new Console(await stage.page('cleo', person));
	const cleo = await heard.agent('Cleo', 'agent');
	await desk.join(cleo.link);
	await desk.page.goto(`${heard.url}/settings/appearance`);
	await desk.page.getByRole('radio', { name: 'Dark' }).check();
	await desk.page.getByRole('radio', { name: 'Compact' }).check();
	await until(() => theme(desk), ['dark', 'compact']);
	await until(() => heard.api(cleo.token, 'GET', '/me/preferences').then((p) => [(p as { theme: string }).theme, (p as { density: string }).density]), ['dark', 'compact']);

	// The page without its program: what is seen before the first line of it runs.
	await desk.page.route('**/assets/console/console-*.js', (route) => route.abort());
	await desk.page.goto(heard.url);
	expect(await theme(desk)).toEqual(['dark', 'compact']);
	expect(await desk.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(15, 16, 19)');
	await desk.page.unroute('**/assets/console/console-*.js');

	const other = new Console(await stage.page('elsewhere'));
	await other.page.goto(heard.url);
	await other.page.getByLabel('E-mail').fill(cleo.email);
	await other.page.getByLabel('Password').fill('tea and seven cups');
	await other.page.keyboard.press('Enter');
	await other.signedIn();
	await until(() => theme(other), ['dark', 'compact']);
});

/** The dialog that asks for a key takes the next one. */
const listens = (dialog: Locator) => focused(dialog.getByRole('textbox'));

function theme(desk: Console): Promise<(string | undefined)[]> {
	return desk.page.evaluate(() => [document.documentElement.dataset.theme, document.documentElement.dataset.density]);
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { focused, gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';
import { Visitor } from '../harness/visitor.ts';

const stage = new Stage();
let heard: Heard;
let key: string;
let mia: { link: string; token: string };

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	key = await heard.inbox(mia.token);
});
afterAll(() => heard?.stop());

const first = async (path: string) => (await heard.api<{ items: { id: string }[] }>(mia.token, 'GET', path)).items[0]!.id;

test('the side of a ticket: where the customer is, a transcript, spam, and a block that holds', async () => {
	const inbox = await first('/inboxes');
	const { settings } = await heard.api(mia.token, 'GET', `/inboxes/${inbox}`);
	await heard.api(mia.token, 'PATCH', `/inboxes/${inbox}`, { settings: { ...settings, consent: true } });
	const visitor = await Visitor.come(heard, key, { consent: true, page: 'https://shop.example/cups?blue=1', title: 'Blue cups', referrer: 'https://search.example/' });
	const ticket = await visitor.write('Buy my pills.');
	const desk = new Console(await stage.page('mia'));
	await desk.join(mia.link);
	await desk.page.goto(`${heard.url}/tickets/${ticket}`);
	await visible(desk.message('Buy my pills.'));
	const side = desk.page.getByRole('complementary', { name: 'About this ticket' });
	await visible(side.getByRole('link', { name: '/cups' }));
	await visible(side.getByText('search.example'));
	await sound(desk.page, 'a visit');

	const more = async (what: string) => {
		await desk.page.getByRole('button', { name: 'More', exact: true }).click();
		await desk.page.getByRole('menuitem', { name: what }).click();
	};
	const download = desk.page.waitForEvent('download');
	await more('Transcript as text');
	expect(await readFile(await (await download).path(), 'utf8')).toContain('Buy my pills.');

	await more('Block the customer…');
	const block = desk.page.getByRole('dialog', { name: /^Block / });
	await sound(desk.page, 'blocking');
	await block.getByLabel('Reason').fill('sells pills');
	await block.getByRole('button', { name: 'Block' }).click();
	await visible(side.getByText(/Blocked on .*: sells pills/));
	await expect(visitor.write('More pills.')).rejects.toThrow('403');
	await more('Unblock the customer');
	await gone(side.getByText(/sells pills/));
	await visitor.write('Sorry.');

	await more('Mark as spam');
	await visible(desk.page.locator('.ticket-head').getByText('Spam', { exact: true }));
	await until(() => desk.status(), 'resolved');
});

test('handing over shows who has room, and warns of who has not', async () => {
	const ticket = await heard.ticket(mia.token, { name: 'Bo Li', email: 'bo@example.com' }, 'Help.');
	const noor = await heard.agent('Noor Haddad', 'agent');
	await heard.api(noor.token, 'PUT', '/me/availability', { state: 'offline' });
	const lea = await heard.agent('Lea Lead', 'lead');
	const desk = new Console(await stage.page('lea'));
	await desk.join(lea.link);
	await desk.page.goto(`${heard.url}/tickets/${ticket}`);
	await visible(desk.message('Help.'));
	await desk.page.getByRole('button', { name: 'Hand over' }).click();
	const dialog = desk.page.getByRole('dialog', { name: /^Hand over/ });
	await sound(desk.page, 'whom to hand over to');
	await dialog.getByRole('option', { name: /Noor Haddad/ }).click();
	await visible(dialog.locator('[data-warning]').getByText(/Noor Haddad is offline/));
	await sound(desk.page, 'a handoff to somebody offline');
});

test('a team: every setting says what it does, is kept, and a wrong one is told at its field', async () => {
	await heard.api(mia.token, 'POST', '/teams', { name: 'Night watch' });
	const team = await first('/teams');
	const ada = await heard.agent('Ada Admin', 'admin');
	const { page } = new Console(await stage.page('ada'));
	await new Console(page).join(ada.link);
	await page.goto(`${heard.url}/settings/teams/${team}`);
	await page.getByRole('radio', { name: /In turn/ }).check();
	await page.getByLabel('Time to accept').fill('25');
	await visible(page.getByText('An agent has 25 seconds to accept'));
	await page.getByRole('button', { name: 'Add a team' }).click();
	await page.getByRole('button', { name: 'Add a rule' }).click();
	await page.getByLabel('is', { exact: true }).fill('de');
	await page.getByLabel('ask for the skill').fill('two words');
	await sound(page, 'a team');
	await page.getByRole('button', { name: 'Save' }).click();
	await visible(page.getByText(/must be one word/));
	await focused(page.getByLabel('ask for the skill'));
	await page.getByLabel('ask for the skill').fill('lang:de');
	await page.getByRole('button', { name: 'Save' }).click();
	await saved(page);
	const kept = await heard.api(mia.token, 'GET', `/teams/${team}`);
	expect(kept).toMatchObject({ strategy: 'round_robin', offer_s: 25, auto_assign: true, skill_rules: [{ source: 'language', value: 'de', skill: 'lang:de', required: true }] });
	expect(kept.overflow).toHaveLength(1);

	await page.goto(`${heard.url}/settings/agents`);
	await page.getByRole('link', { name: 'Ada Admin' }).click();
	await page.getByLabel('Skills').fill('lang:de, billing');
	await page.getByLabel('Skills').press('Enter');
	await page.getByRole('button', { name: 'Save' }).click();
	await saved(page);
	await sound(page, 'an agent');
	expect((await heard.api(mia.token, 'GET', '/me')).agent.skills).toEqual([]);
	const { items } = await heard.api<{ items: { name: string; skills: string[] }[] }>(mia.token, 'GET', '/agents');
	expect(items.find((a) => a.name === 'Ada Admin')!.skills).toEqual(['billing', 'lang:de']);

	// Whose tickets an agent sees is a choice of its own beside the teams that chats come from.
	await page.getByLabel('Role').selectOption('agent');
	await page.getByLabel('Sees the tickets of every team').uncheck();
	await visible(page.getByText(/^(Only those of the teams ticked here|Without a team they see only what was handed to them)/));
	await page.getByLabel('Role').selectOption('admin');
	await gone(page.getByLabel('Sees the tickets of every team'));

	// What is typed and not saved waits for one to come back, and can be let go of.
	await page.getByLabel('Name', { exact: true }).fill('Ada L.');
	await visible(page.getByText('Not saved yet'));
	await page.locator('.settings-nav').getByRole('link', { name: 'Teams' }).click();
	await visible(page.getByText('Your changes are not saved.'));
	await page.goBack();
	await visible(page.getByText('Your changes from before, not saved yet'));
	await until(() => page.getByLabel('Name', { exact: true }).inputValue(), 'Ada L.');
	await sound(page, 'an agent, not saved');
	await page.getByRole('button', { name: 'Discard' }).click();
	await until(() => page.getByLabel('Name', { exact: true }).inputValue(), 'Ada Admin');
});

test('an inbox: closed hours, silence, files, offered help, and secrets that change without a gap', async () => {
	const inbox = await first('/inboxes');
	const ida = await heard.agent('Ida Inbox', 'admin');
	const { page } = new Console(await stage.page('ida'));
	await new Console(page).join(ida.link);
	await page.goto(`${heard.url}/settings/inboxes/${inbox}`);
	await page.getByRole('radio', { name: /Nothing new/ }).check();
	await page.getByLabel('Show agents what is being typed').check();
	await page.getByLabel('Remind a silent customer after').fill('5');
	await page.getByLabel('End a silent chat after').fill('3');
	await page.getByLabel('Largest file').fill('2');
	await page.getByRole('button', { name: 'Add a message' }).click();
	await page.getByLabel('On pages').fill('/checkout*');
	await page.getByLabel('Message', { exact: true }).fill('Can I help?');
	await page.getByRole('button', { name: 'Save' }).click();
	await visible(page.getByText('must be greater than warn_after_min'));
	await page.getByLabel('End a silent chat after').fill('30');
	await page.getByRole('button', { name: 'Save' }).click();
	await saved(page);
	const { settings } = await heard.api(mia.token, 'GET', `/inboxes/${inbox}`);
	expect(settings).toMatchObject({
		typing_preview: true,
		offline_form: { mode: 'hidden' },
		inactivity: { warn_after_min: 5, close_after_min: 30 },
		attachments: { enabled: true, max_bytes: 2 * 1024 * 1024 },
		proactive: [{ url: '/checkout*', text: 'Can I help?' }],
	});

	const secrets = page.locator('.secrets li');
	for (const n of [1, 2]) {
		await page.getByRole('button', { name: 'Create a secret' }).click();
		const once = page.getByRole('dialog', { name: 'New signing secret' });
		await visible(once);
		await page.keyboard.press('Escape');
		await gone(once);
		await until(() => secrets.count(), n);
	}
	await sound(page, 'an inbox with two secrets');
	await page.getByRole('button', { name: 'Create a secret' }).click();
	await visible(page.getByRole('dialog', { name: 'Create a third secret?' }));
	await page.keyboard.press('Escape');
	await secrets.filter({ hasText: 'Older' }).getByRole('button').click();
	await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
	await until(() => secrets.count(), 1);
});

/** The form has been kept, and the word that says so is gone: the next one is another. */
async function saved(page: Page): Promise<void> {
	const toast = page.locator('.toast', { hasText: 'Saved' });
	await visible(toast);
	await gone(toast);
}

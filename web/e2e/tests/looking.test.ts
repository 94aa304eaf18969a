import { afterAll, beforeAll, expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { connected } from '../harness/live.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
let heard: Heard;
let mia: { link: string; token: string };
let noor: { link: string; token: string };

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	noor = await heard.agent('Noor Haddad', 'agent');
	await heard.inbox(mia.token);
});
afterAll(() => heard?.stop());

test('a row says who else has the ticket open, and above all who answers it, without moving anything', async () => {
	const id = await heard.ticket(mia.token, { name: 'Ana', email: 'ana@example.com' }, 'My cup is broken.');
	await heard.ticket(mia.token, { name: 'Bo', email: 'bo@example.com' }, 'Where is my tea?');
	const mias = await stage.page('mia');
	await new Console(mias).join(mia.link);
	await mias.goto(`${heard.url}/inbox/all`);
	const row = mias.locator(`.ticket-row[data-ticket="${id}"]`);
	await visible(row);
	const places = () => row.locator('.row-name, .row-subject, .row-preview').evaluateAll((all) => all.map((e) => e.getBoundingClientRect()).map((r) => [r.x, r.y, r.height])); // what is read is less bold, and narrower
	await connected(mias);
	const before = await places();

	const noors = await stage.page('noor');
	await new Console(noors).join(noor.link);
	await noors.goto(`${heard.url}/inbox/all/${id}`);
	await visible(row.getByText('Noor Haddad is also here'));
	const editor = noors.getByRole('textbox', { name: /reply/i });
	await editor.fill('We look at it');
	await visible(row.getByText('Noor Haddad is replying'));
	await until(places, before);
	expect(await row.locator('[aria-live], [role=status]').count()).toBe(0);
	await sound(mias, 'a row that somebody answers');
	if (process.env.LOOK) await mias.screenshot({ path: process.env.LOOK });
	expect(await noors.locator('.row-looked').count()).toBe(0); // nobody is told of herself
	await noors.goto(`${heard.url}/topics`);
	await gone(row.locator('.row-looked'));
	await until(() => mias.locator('.row-looked').count(), 0);
});

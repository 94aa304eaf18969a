import { afterAll, beforeAll, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { Console } from '../harness/console.ts';
import { gone, until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';
import { Visitor } from '../harness/visitor.ts';

const stage = new Stage();
let heard: Heard;
let inbox: string;
let mia: { link: string; token: string };
let noor: { link: string; token: string };
let team: string;

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	noor = await heard.agent('Noor Haddad', 'agent');
	inbox = await heard.inbox(mia.token);
	team = (await heard.api<{ items: { id: string }[] }>(mia.token, 'GET', '/teams')).items[0]!.id;
});
afterAll(() => heard?.stop());

const routing = (part: object) => heard.api(mia.token, 'PATCH', `/teams/${team}`, part);

test('offers stand above every screen, are answered by keys, go on to the next, and the history says why', async () => {
	await routing({ strategy: 'round_robin', offer_s: 120 });
	const mias = new Console(await stage.page('mia'));
	await mias.join(mia.link);
	await mias.available('Online');
	const first = await (await Visitor.come(heard, inbox)).write('My cup is broken.');
	const card = mias.page.locator(`[data-offer="${first}"]`);
	await visible(card.getByText('My cup is broken.'));
	await sound(mias.page, 'an offer');

	const second = await (await Visitor.come(heard, inbox)).write('Where is my tea?');
	await visible(mias.page.locator(`[data-offer="${second}"]`));
	await until(() => mias.page.locator('[data-offer]').count(), 2);
	await mias.page.keyboard.press('y');
	await visible(mias.message('My cup is broken.'));
	await until(() => mias.page.url().includes(`/inbox/mine/${first}`), true);
	await gone(card);

	await mias.page.goto(`${heard.url}/tickets/${second}`); // a reload forgets no offer
	const bar = mias.page.locator('[data-offer-bar]');
	await visible(bar.getByRole('button', { name: 'Accept' }));
	const noors = new Console(await stage.page('noor'));
	await noors.join(noor.link);
	await noors.available('Online');
	await mias.page.keyboard.press('d');
	await gone(bar);
	const hers = noors.page.locator(`[data-offer="${second}"]`);
	await visible(hers.getByText('Where is my tea?'));
	await hers.getByRole('button', { name: 'Accept' }).click();
	await visible(noors.message('Where is my tea?'));
	await gone(hers);

	const why = noors.thread.locator('details[data-kind="ticket.routed"]').last();
	await visible(why.getByText(/Offered to Noor Haddad for 120 s/));
	await why.locator('summary').click();
	await visible(why.getByText(/it was their turn/));
	await visible(why.locator('tr[data-chosen=true]').getByText('Noor Haddad'));
	await visible(why.getByText('Had passed on it'));
	await sound(noors.page, 'why it came to me');
});

test('an offer that somebody else takes goes away by itself', async () => {
	await routing({ strategy: 'round_robin', offer_s: 120 });
	// Nobody else is there, though their consoles closed only just now.
	for (const { token } of [mia, noor]) await heard.api(token, 'PUT', '/me/availability', { state: 'offline' });
	const lea = await heard.agent('Lea Lead', 'lead');
	const leas = new Console(await stage.page('lea'));
	await leas.join(lea.link);
	await leas.available('Online');
	const ticket = await (await Visitor.come(heard, inbox)).write('Is anybody there?');
	const card = leas.page.locator(`[data-offer="${ticket}"]`);
	await visible(card);
	await heard.api(mia.token, 'POST', `/tickets/${ticket}/assign`, { agent: (await heard.api(mia.token, 'GET', '/me')).agent.id });
	await gone(card);
});

test('a queue that is pulled from: take next, one each, and an empty queue says so', async () => {
	await routing({ strategy: 'manual', offer_s: 0 });
	const pia = await heard.agent('Pia Pull', 'agent');
	const ticket = await heard.ticket(mia.token, { name: 'Bo Li', email: 'bo@example.com' }, 'Take me, please.');
	const pias = new Console(await stage.page('pia'));
	await pias.join(pia.link);
	await pias.page.goto(`${heard.url}/inbox/team:${team}`);
	const take = pias.page.getByRole('button', { name: /Take next from/ });
	await visible(take);
	await sound(pias.page, 'a queue to pull from');
	await pias.page.keyboard.press('Shift+N');
	await visible(pias.message('Take me, please.'));
	await until(() => pias.page.url().includes(`/inbox/mine/${ticket}`), true);
	await visible(pias.thread.getByText(/Pia Pull took the next ticket of the queue/));
	await take.click();
	await visible(pias.page.getByText(/Nothing in the queue of .* waits for you/));
});

import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Console } from '../harness/console.ts';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Stage } from '../harness/stage.ts';

// The way from the desk to a push service, with its encryption, is tested in Go with a service of our own. Here the
// browser has got the push and opened it: what it does from there on.

const stage = new Stage();
let heard: Heard;
let mia: { link: string; token: string };

beforeAll(async () => {
	heard = await Heard.start();
	mia = await heard.agent('Mia Larsen', 'admin');
	await heard.inbox(mia.token);
});
afterAll(() => heard?.stop());

interface Shown {
	title: string;
	body: string;
	tag: string;
	url: string;
}
const shown = (page: Page) =>
	page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((n) => ({ title: n.title, body: n.body, tag: n.tag, url: n.data.url }))) as Promise<Shown[]>;

test('a push is shown, the next about the same takes its place, and a click on it opens the ticket', async () => {
	const ticket = await heard.ticket(mia.token, { name: 'Ana Diaz', email: 'ana@example.com' }, 'My order has not arrived.');
	const context = await stage.person();
	await context.grantPermissions(['notifications'], { origin: heard.url });
	const desk = new Console(await stage.page('mia', context));
	await desk.join(mia.link);
	const { page } = desk;
	await page.evaluate(async () => {
		await navigator.serviceWorker.register('/sw.js', { scope: '/' });
		await navigator.serviceWorker.ready;
	});
	const cdp = await context.newCDPSession(page);
	const registration = await registered(cdp);
	const push = (told: unknown) => cdp.send('ServiceWorker.deliverPushMessage', { origin: heard.url, registrationId: registration, data: typeof told === 'string' ? told : JSON.stringify(told) });

	/** The inspector drops what it hands to a worker that is about to stop; the same again takes the place of the first. */
	const pushed = <T>(told: unknown, ask: () => Promise<T>, want: T) => until(() => push(told).then(ask), want);

	const first = { title: 'New message in a ticket of yours', body: '', tag: 'heard-1', url: `/tickets/${ticket}` };
	await pushed(first, () => shown(page), [first]);
	await pushed({ ...first, title: 'Ana Diaz replied', body: 'And now?' }, async () => (await shown(page)).map((n) => n.title), ['Ana Diaz replied']);

	const worker = context.serviceWorkers()[0]!;
	const click = (url: string) =>
		worker.evaluate(async (url) => {
			const self = globalThis as unknown as { registration: ServiceWorkerRegistration; NotificationEvent: new (type: string, init: object) => Event } & EventTarget;
			const notification = (await self.registration.getNotifications()).find((n) => n.data.url === url);
			self.dispatchEvent(new self.NotificationEvent('notificationclick', { notification }));
		}, url);
	await click(`/tickets/${ticket}`);
	await visible(desk.message('My order has not arrived.'));
	expect(new URL(page.url()).pathname).toBe(`/tickets/${ticket}`);
	await until(() => shown(page), []);

	// What cannot be read still says that something is there, and leads nowhere else.
	await pushed('not json', () => shown(page), [{ title: 'Heard', body: '', tag: 'heard', url: '/' }]);
	await pushed({ title: 'Elsewhere', body: '', tag: 'far', url: 'https://evil.example/' }, async () => (await shown(page)).length, 2);
	await click('https://evil.example/');
	await until(async () => (await shown(page)).map((n) => n.tag), ['heard']);
	expect(new URL(page.url()).pathname).toBe(`/tickets/${ticket}`);
	expect(context.pages()).toHaveLength(1);
});

/** The browser's own number of our worker. */
async function registered(cdp: CDPSession): Promise<string> {
	const found = new Promise<string>((resolve) => cdp.on('ServiceWorker.workerRegistrationUpdated', (e) => e.registrations[0] && resolve(e.registrations[0].registrationId)));
	await cdp.send('ServiceWorker.enable');
	return found;
}

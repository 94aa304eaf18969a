import { expect, onTestFinished, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { until, visible } from '../harness/expect.ts';
import { Host, text } from '../harness/host.ts';
import { Stage } from '../harness/stage.ts';

const stage = new Stage();
const host = new Host(stage);

// The stage fails a test on any breach of a content policy.
test('the strictest policy that a site can have: nothing inline, trusted types; no cookie, no shift, nothing kept before intent', async () => {
	const policy = `default-src 'none'; script-src ${host.heard.url}; frame-src ${host.heard.url}; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'`;
	const widget = await host.come({ body: text + host.tag(), policy }, {}, () => {
		Object.assign(window, { shift: 0 });
		new PerformanceObserver((list) => list.getEntries().forEach((e) => ((window as any).shift += (e as unknown as { value: number }).value))).observe({ type: 'layout-shift', buffered: true });
	});
	const kept = () => widget.page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie].join());
	expect(await kept()).toBe('0,0,');
	await widget.open();
	await widget.write('Is this strict enough?');
	await visible(widget.sent);
	await widget.launcher.click();
	await host.answer('Is this strict enough?', 'It is.');
	await visible(widget.page.locator('.t').getByText('It is.')); // the part that comes later obeys, too
	await sound(widget.page, 'a teaser');
	expect(await widget.page.evaluate(() => (window as any).shift)).toBe(0);
	expect(await widget.page.context().cookies()).toEqual([]);
});

test('a page that nobody touches: one request, nothing kept; with offered messages, their rules and no panel, until one is due', async () => {
	const { items } = await host.heard.api<{ items: { id: string; settings: object }[] }>(host.token, 'GET', '/inboxes');
	const rules = (proactive: object[]) => host.heard.api(host.token, 'PATCH', `/inboxes/${items[0]!.id}`, { settings: { ...items[0]!.settings, proactive } });
	onTestFinished(() => rules([]));
	await rules([{ id: 'cart', url: '/cart*', seconds: 2, text: 'May we help?' }]);
	const look = async (more: string) => {
		const asked: string[] = [];
		const widget = await host.come({ body: text + host.tag(more) }, {}, undefined, async (page) => {
			await page.clock.install();
			page.on('request', (r) => r.url().startsWith(host.heard.url) && asked.push(new URL(r.url()).pathname.replace(host.inbox, 'KEY').replace(/-\w{8}/, '')));
		});
		const kept = () => widget.page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie].join());
		await visible(widget.launcher);
		return { widget, asked, kept };
	};
	const silent = await look('');
	await silent.widget.page.clock.runFor(60_000);
	await silent.widget.page.waitForLoadState('networkidle');
	expect(silent.asked).toEqual(['/widget.js']);
	expect(await silent.kept()).toBe('0,0,');

	const offering = await look('data-proactive');
	const come2 = offering.widget.page.waitForResponse('**/rules.js?*');
	await offering.widget.page.clock.runFor(2000);
	await come2;
	await offering.widget.page.clock.runFor(60_000);
	await offering.widget.page.waitForLoadState('networkidle');
	expect(offering.asked).toEqual(['/widget.js', '/assets/widget/host.js', '/widget/KEY/rules.js']);
	expect(await offering.kept()).toBe('0,0,');
	await offering.widget.page.evaluate(() => {
		history.pushState(null, '', '/cart?id=7');
		(window as any).Heard.page();
	});
	await offering.widget.page.clock.runFor(1500);
	expect(await offering.widget.page.locator('iframe').count()).toBe(0);
	await offering.widget.page.clock.runFor(1000);
	await visible(offering.widget.page.locator('.t').getByText('May we help?'));
	await until(offering.kept, '1,0,');
});

test('a page that fights: every style unset, transforms, the highest z-index, a body that comes late', async () => {
	const css = `* { all: unset !important } html > div { display: none !important; opacity: 0 !important; transform: scale(3) !important; pointer-events: none !important }
		button, iframe { display: none !important } body { display: none !important } body.late { display: block !important }
		.wall { position: fixed !important; inset: 0 !important; z-index: 2147483647 !important; background: tomato !important; display: block !important }`;
	const widget = await host.come({ body: `<div class="wall"></div>${text}${host.tag()}`, css }, { viewport: { width: 1000, height: 800 } });
	const onTop = () => widget.page.evaluate(() => document.elementFromPoint(innerWidth - 48, innerHeight - 48)?.shadowRoot !== null);
	await until(() => widget.launcher.boundingBox(), { x: 924, y: 724, width: 56, height: 56 });
	await widget.page.evaluate(() => document.body.classList.add('late'));
	await until(onTop, true);
	await widget.open();
	await until(() => widget.frame.boundingBox(), expect.objectContaining({ width: 400, height: 680 }));
	await widget.write('Still here.');
	await visible(widget.sent);
});

test('a single-page app: its pages turn, its body is replaced, the chat goes on', async () => {
	const widget = await host.come({ body: text + host.tag() });
	await widget.open();
	await widget.write('Do not go away.');
	await visible(widget.sent);
	await widget.composer.fill('half a sentence');
	await widget.page.evaluate(() => {
		history.pushState(null, '', '/next');
		document.body.replaceWith(Object.assign(document.createElement('body'), { innerHTML: '<h1>Next</h1>' }));
		document.documentElement.querySelector('head')!.append(document.createElement('meta'));
	});
	expect(await widget.composer.inputValue()).toBe('half a sentence');
	await until(() => widget.messages(), ['Do not go away.']);
	await widget.page.evaluate(() => document.documentElement.replaceChildren(document.head, document.body)); // the rudest of them
	await visible(widget.launcher);
	await visible(widget.log.getByText('Do not go away.'));
});

test('without JavaScript the page of the chat is a form, and what is written there is a ticket', async () => {
	const page = await stage.page('plain', { javaScriptEnabled: false });
	await page.goto(`${host.heard.url}/widget/${host.inbox}`);
	await page.waitForURL(/\/write\?locale=en$/);
	await page.getByLabel('E-mail').fill('ana@example.com');
	await page.getByLabel('Message').fill('I have no script.');
	await page.getByRole('button', { name: 'Send message' }).click();
	await visible(page.getByRole('status').getByText('Thank you. We will answer by e-mail.'));
	expect(await host.heard.said(host.token, await host.ticketOf('I have no script.'))).toEqual(['I have no script.']);
	const scripted = await stage.page('scripted');
	await scripted.goto(`${host.heard.url}/widget/${host.inbox}/write`);
	await sound(scripted, 'the form');
	await scripted.locator('form').evaluate((form: HTMLFormElement) => (form.noValidate = true));
	await scripted.getByRole('button', { name: 'Send message' }).click();
	await visible(scripted.getByRole('alert'));
	await sound(scripted, 'the form with errors');
});

test('private mode: storage throws wherever one touches it, and the chat works as long as the page lives', async () => {
	const widget = await host.come({ body: text + host.tag() }, {}, () => {
		for (const name of ['localStorage', 'sessionStorage'])
			Object.defineProperty(window, name, {
				get() {
					throw new DOMException('denied', 'SecurityError');
				},
			});
	});
	await widget.open();
	await widget.write('In private.');
	await visible(widget.sent);
	await widget.launcher.click();
	await widget.launcher.click();
	await until(() => widget.messages(), ['In private.']);
});

test('a launcher steps aside for what has the focus', async () => {
	const css = '.low { position: fixed; right: 24px; bottom: 24px; width: 48px; height: 48px }';
	const widget = await host.come({ body: `<button class="high">Up here</button><button class="low">OK</button>${host.tag()}`, css });
	await widget.page.locator('.low').focus();
	await until(() => widget.launcher.evaluate((b) => getComputedStyle(b).scale), '0');
	await widget.page.locator('.high').focus();
	await until(() => widget.launcher.evaluate((b) => getComputedStyle(b).scale), '1');
});

import { expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { until, visible } from '../harness/expect.ts';
import { Host, text } from '../harness/host.ts';
import { Stage } from '../harness/stage.ts';
import type { Widget } from '../harness/widget.ts';

const stage = new Stage();
const host = new Host(stage);

test.each(['a browser that knows what "back" means', 'one that knows history only'])('a phone: full screen is a dialog, and the way back closes it, in %s', async (kind) => {
	const knows = kind.startsWith('a browser');
	const widget = await host.come({ body: text + host.tag() }, { viewport: { width: 390, height: 700 }, isMobile: true, hasTouch: true }, knows ? undefined : () => delete (window as any).CloseWatcher);
	const inert = () => widget.page.evaluate(() => document.body.inert);
	const before = await widget.page.evaluate(() => history.length);
	await widget.launcher.tap();
	await visible(widget.composer);
	await until(inert, true);
	await until(() => widget.page.evaluate(() => history.length), before + (knows ? 0 : 1));
	if (knows) {
		await widget.page.evaluate(() => (document.activeElement as HTMLElement).blur());
		await widget.page.keyboard.press('Escape'); // what a phone's back button is to a page
	} else await widget.page.goBack();
	await until(inert, false);
	await until(() => widget.launcher.isVisible(), true);
	expect(widget.page.url()).toMatch(/\/$/);
});

test('a phone on a slow network: until there is a panel, the launcher stays and closes it', async () => {
	let arrive = () => {};
	const arrived = new Promise<void>((done) => (arrive = done));
	const widget = await host.come({ body: text + host.tag() }, { viewport: { width: 390, height: 700 }, isMobile: true, hasTouch: true }, undefined, (page) =>
		page.route(/\/assets\/widget\/panel-\w+\.js/, async (route) => {
			await arrived;
			await route.continue();
		}),
	);
	await widget.launcher.tap();
	await visible(widget.panel.getByRole('heading', { level: 1 })); // the page says whose chat it is before it can do anything
	await visible(widget.launcher);
	await widget.launcher.tap();
	await until(() => widget.launcher.getAttribute('aria-expanded'), 'false');
	await widget.launcher.tap();
	arrive();
	await visible(widget.panel.locator('.composer textarea'));
	await until(() => widget.launcher.isVisible(), false);
	await until(() => widget.panel.locator('main:visible').count(), 1);
});

test('at 200 %, and at 400 px: nothing is cut, nothing scrolls sideways', async () => {
	const widget = await host.come({ body: text + host.tag() }, { viewport: { width: 400, height: 400 }, deviceScaleFactor: 2 });
	await widget.open();
	await until(() => widget.frame.boundingBox(), { x: 0, y: 0, width: 400, height: 400 });
	await widget.write('A line that is long enough to be broken into several of them on a small screen.');
	await visible(widget.sent);
	expect(await overflow(widget)).toBe(0);
	const send = (await widget.panel.locator('.round').boundingBox())!;
	expect(send.y + send.height).toBeLessThanOrEqual(400);
	await sound(widget.page.frames().find((f) => f.url().startsWith(host.heard.url))!, 'at 200 %');
});

async function overflow(widget: Widget): Promise<number> {
	return widget.page.frames().find((f) => f.url().startsWith(host.heard.url))!.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

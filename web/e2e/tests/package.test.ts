import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { until, visible } from '../harness/expect.ts';
import { Heard } from '../harness/heard.ts';
import { Site } from '../harness/site.ts';
import { Stage } from '../harness/stage.ts';
import { Widget } from '../harness/widget.ts';

const stage = new Stage();
const source = join(import.meta.dirname, '../../widget/package/src/index.ts');
let heard: Heard;
let inbox: string;

beforeAll(async () => {
	heard = await Heard.start();
	inbox = await heard.inbox((await heard.agent('Mia Larsen', 'admin')).token);
});
afterAll(() => heard?.stop());

/** What a site's own bundler makes of a script of its. */
async function bundled(contents: string): Promise<string> {
	const { outputFiles } = await build({ stdin: { contents, loader: 'ts', resolveDir: import.meta.dirname }, alias: { '@heard/widget': source }, bundle: true, minify: true, format: 'esm', write: false });
	return outputFiles[0]!.text;
}

test('a bundled page with a strict policy and trusted types loads, listens, calls, destroys and loads again', async () => {
	const js = await bundled(`
		import { load } from '@heard/widget';
		const settings = { url: ${JSON.stringify(heard.url)}, inbox: ${JSON.stringify(inbox)}, label: 'Ask us' };
		const [heard, same] = await Promise.all([load(settings), load({ ...settings, side: 'start' })]);
		const seen = [];
		heard.on('unread', (n) => seen.push('unread ' + n));
		heard.on('open', () => seen.push('open'));
		document.addEventListener('heard:conversation:start', () => seen.push('start'));
		Object.assign(window, { seen, same: heard === same, again: () => (heard.destroy(), load(settings)) });
		document.querySelector('button').onclick = () => heard.newMessage('Written by the page');
	`);
	const policy = `default-src 'none'; script-src 'self' ${heard.url}; frame-src ${heard.url}; require-trusted-types-for 'script'; trusted-types heard`;
	const site = await Site.open({ body: '<button>Help</button>', js, policy });
	onTestFinished(() => site.close());
	const widget = new Widget(await stage.page('visitor'));
	await widget.page.goto(site.url);
	await visible(widget.page.getByRole('button', { name: 'Ask us' }));
	expect(await widget.page.evaluate(() => (window as any).same)).toBe(true);
	expect(await widget.launcher.evaluate((b) => getComputedStyle(b).insetInlineStart)).toBe('20px');
	await widget.page.getByRole('button', { name: 'Help' }).click();
	await visible(widget.composer);
	await until(() => widget.composer.inputValue(), 'Written by the page');
	await widget.composer.press('Enter');
	await visible(widget.sent.filter({ hasText: 'Written by the page' }));
	await until(() => widget.page.evaluate(() => (window as any).seen.join()), 'unread 0,open,start');
	await widget.page.evaluate(() => (window as any).again());
	await until(() => widget.page.locator('button.b').count(), 1);
	await widget.open();
	await until(() => widget.messages(), ['Written by the page']);
});

test('where the script cannot be had, the page is told', async () => {
	const js = await bundled(`import { load } from '@heard/widget'; load({ url: 'http://127.0.0.1:9', inbox: 'KEY' }).catch((e) => (document.body.textContent = e.message));`);
	const site = await Site.open({ body: '', js });
	onTestFinished(() => site.close());
	const page = await stage.page('visitor');
	await page.goto(site.url);
	await visible(page.getByText('heard: http://127.0.0.1:9/widget.js could not be loaded'));
});

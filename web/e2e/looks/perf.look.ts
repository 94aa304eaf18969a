import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Console } from '../harness/console.ts';
import { Heard } from '../harness/heard.ts';
import { idsOf } from './desk.ts';
import { Machine, percentile, table, type Figure } from './figures.ts';
import { audit, type Audit } from './lighthouse.ts';
import { firstRows, loaderTask, pressLauncher, scrollThrough } from './waits.ts';

const runs = Number(process.env['HEARD_PERF_RUNS'] ?? 5);

const figures: Figure[] = [];
const machine = new Machine();
let heard: Heard;
let browser: Browser;
let page: Page;
let cookie = '';
let host: Server;
let key = '';

beforeAll(async () => {
	heard = await Heard.start({ command: 'demo' });
	browser = await chromium.launch({ executablePath: process.env['CHROMIUM']!, args: ['--no-sandbox', '--disable-gpu'] });
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
	page = await context.newPage();
	await page.goto((await heard.links(2))[0]!);
	await page.waitForSelector('nav.rail');
	key = (await idsOf(page, heard)).key;
	cookie = (await context.cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
	host = await hostPage();
});
afterAll(async () => {
	await browser?.close();
	host?.close();
	await heard?.stop();
	machine.feel();
	console.log(`\n${runs} runs; the median counts, where a share is named that share of the samples\n${table(figures)}\n\n${machine.said()}\n`);
});
beforeEach(() => machine.feel());

test('Lighthouse: the console, and a page with and without the widget', async () => {
	const console_ = await audit(`${heard.url}/inbox/all`, runs, { Cookie: cookie });
	const of = (all: Audit[], key: keyof Audit) => all.map((a) => a[key]);
	figures.push({ what: 'console: performance', samples: of(console_, 'performance'), unit: '', least: 95 });
	figures.push({ what: 'console: accessibility', samples: of(console_, 'accessibility'), unit: '', least: 100 });
	figures.push({ what: 'console: first paint', samples: of(console_, 'fcp'), unit: 'ms', most: 2000 });
	figures.push({ what: 'console: interactive', samples: of(console_, 'tti'), unit: 'ms', most: 2500 });
	figures.push({ what: 'console: largest text', samples: of(console_, 'lcp'), unit: 'ms', most: 2500 });
	figures.push({ what: 'console: blocking time', samples: of(console_, 'tbt'), unit: 'ms', most: 200 });
	const at = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
	machine.feel();
	const bare = await audit(`${at}/`, runs);
	const with_ = await audit(`${at}/widget`, runs);
	// What the widget costs is the difference to the middle of the runs without it.
	const usual = (key: keyof Audit) => percentile(of(bare, key), 0.5);
	figures.push({ what: 'host page: points lost to the widget', samples: of(with_, 'performance').map((p) => usual('performance') - p), unit: '', most: 1 });
	figures.push({ what: 'host page: layout shift with the widget', samples: of(with_, 'cls'), unit: '', most: 0 });
	figures.push({ what: 'host page: blocking time by the widget', samples: of(with_, 'tbt').map((t) => Math.max(0, t - usual('tbt'))), unit: 'ms', most: 20 });
	expect([...console_, ...bare, ...with_].every(known)).toBe(true);
});

test('switching tickets and typing', async () => {
	const switches: { cached: number[]; fresh: number[] } = { cached: [], fresh: [] };
	const typing: number[] = [];
	for (let run = 0; run < runs; run++) {
		await page.goto(`${heard.url}/inbox/all?status=all`);
		await page.getByRole('option').first().click();
		await page.locator('[role=log] .msg').first().waitFor();
		await page.waitForTimeout(1200);
		for (let i = 0; i < 4; i++) switches.fresh.push(await switchBy(page, 'j'));
		for (let i = 0; i < 4; i++) switches.cached.push(await switchBy(page, 'k'));
		typing.push(...(await typed(page)));
	}
	figures.push({ what: 'switch to a ticket seen before', samples: switches.cached, unit: 'ms', most: 50 });
	figures.push({ what: 'switch to a ticket not seen yet', samples: switches.fresh, unit: 'ms', most: 200 });
	figures.push({ what: 'typing, 95 of 100 letters drawn within', samples: typing, share: 0.95, unit: 'ms', most: 24 });
	expect(typing.length).toBeGreaterThan(0);
});

test('the first list, and a list of ten thousand', async () => {
	const starts: number[] = [];
	for (let run = 0; run < runs; run++) starts.push(await firstRows(page, `${heard.url}/inbox/all`));
	figures.push({ what: 'start with a warm cache until the list stands', samples: starts, unit: 'ms', most: 500 });
	const large = await Heard.start({ seed: ['--tickets', '10000', '--days', '60'] });
	try {
		const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
		const desk = new Console(await context.newPage());
		await desk.join((await large.agent('Mia Larsen', 'admin')).link);
		await desk.page.goto(`${large.url}/inbox/all?status=all`);
		await desk.rows.first().waitFor();
		await desk.page.waitForTimeout(1500);
		const { frames, rows } = await scrollThrough(desk.page);
		figures.push({ what: '10,000 rows: 95 of 100 frames within', samples: frames, share: 0.95, unit: 'ms', most: 20 });
		figures.push({ what: '10,000 rows: rows in the page', samples: [rows], unit: '', most: 60 });
		expect(frames.length).toBeGreaterThan(20);
		await context.close();
	} finally {
		await large.stop();
	}
});

test('the widget on a page', async () => {
	const site = `http://127.0.0.1:${(host.address() as AddressInfo).port}/widget`;
	const presses: { cold: number; warm: number }[] = [];
	const tasks: number[] = [];
	for (let run = 0; run < runs; run++) {
		presses.push(await pressLauncher(browser, site));
		tasks.push(await loaderTask(browser, site));
	}
	figures.push({ what: 'launcher pressed until one can write', samples: presses.map((p) => p.cold), unit: 'ms', most: 300 });
	figures.push({ what: '… once more', samples: presses.map((p) => p.warm), unit: 'ms', most: 100 });
	figures.push({ what: 'the loader at a quarter of the speed', samples: tasks, unit: 'ms', most: 20 });
	expect(tasks.every(Number.isFinite)).toBe(true);
});

/** switchBy presses a key and answers how long it took until the next ticket's messages were there to be drawn. */
async function switchBy(p: Page, k: string): Promise<number> {
	await p.evaluate(() => {
		const w = window as unknown as { took: Promise<number> };
		const before = document.querySelector('section[data-ticket]')?.getAttribute('data-ticket');
		w.took = new Promise((done) => {
			let from = 0;
			document.addEventListener('keydown', (e) => (from = e.timeStamp), { capture: true, once: true });
			const look = () => {
				const now = document.querySelector('section[data-ticket]');
				const there = from > 0 && now && now.getAttribute('data-ticket') !== before && now.closest('[inert]') === null && now.querySelector('[role=log] .msg');
				if (there) done(performance.now() - from);
				else requestAnimationFrame(look);
			};
			look();
		});
	});
	await p.keyboard.press(k);
	const took = await p.evaluate(() => (window as unknown as { took: Promise<number> }).took);
	await p.waitForTimeout(250);
	return took;
}

/** typed types a sentence and answers for each letter how long it took from the key to the end of the frame that shows it. */
async function typed(p: Page): Promise<number[]> {
	await p.keyboard.press('r');
	await p.locator('.composer textarea, .composer [contenteditable=true]').first().waitFor();
	await p.evaluate(() => {
		const w = window as unknown as { letters: number[]; stop: () => void };
		w.letters = [];
		const on = (e: Event) => {
			const from = e.timeStamp;
			const port = new MessageChannel();
			requestAnimationFrame(() => {
				port.port1.onmessage = () => w.letters.push(performance.now() - from);
				port.port2.postMessage(0);
			});
		};
		document.addEventListener('keydown', on, true);
		w.stop = () => document.removeEventListener('keydown', on, true);
	});
	await p.keyboard.type('Your parcel is on its way to you.', { delay: 40 });
	const letters = await p.evaluate(() => {
		const w = window as unknown as { letters: number[]; stop: () => void };
		w.stop();
		return w.letters;
	});
	await p.keyboard.press('Control+a');
	await p.keyboard.press('Delete');
	await p.keyboard.press('Escape');
	return letters;
}

/** hostPage is somebody's site: the same page with and without the widget on it. */
async function hostPage(): Promise<Server> {
	const words = '<h1>Cups and plates</h1>' + '<p>Made by hand, sent within a day, in a box that comes back to us.</p>'.repeat(12);
	const snippet = `<script async src="${heard.url}/widget.js" data-inbox="${key}"></script>`;
	const html = (tail: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title><meta name="description" content="A shop"></head><body><main>${words}</main>${tail}</body></html>`;
	const server = createServer((req, res) => res.setHeader('Content-Type', 'text/html').end(html(req.url === '/widget' ? snippet : '')));
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	return server;
}

function known(a: Audit): boolean {
	return Object.values(a).every(Number.isFinite);
}

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Heard } from '../harness/heard.ts';
import { idsOf } from './desk.ts';
import { looks, plan, type Ids, type Look, type Screen } from './plan.ts';

const out = process.env['HEARD_SHOTS'] ?? join(import.meta.dirname, '../../../shots');
const only = new RegExp(process.env['HEARD_SHOTS_ONLY'] ?? '', 'u');
const wanted = new RegExp(process.env['HEARD_SHOTS_LOOKS'] ?? '', 'u');

let heard: Heard;
let browser: Browser;
let ids: Ids;
let admin: BrowserContext;

beforeAll(async () => {
	heard = await Heard.start({ command: 'demo', within: 150_000 });
	browser = await chromium.launch({ executablePath: process.env['CHROMIUM']!, args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'] });
	admin = await browser.newContext({ locale: 'en-GB' });
	const page = await admin.newPage();
	await page.goto((await heard.links(2))[0]!);
	await page.waitForSelector('nav.rail');
	ids = await idsOf(page, heard);
	await page.close();
	await rm(out, { recursive: true, force: true });
	await mkdir(out, { recursive: true });
});
afterAll(async () => {
	await browser?.close();
	await heard?.stop();
});

test('a picture of every screen by every look', async () => {
	const state = await admin.storageState();
	const troubles: string[] = [];
	const taken: { screen: string; look: string; file: string }[] = [];
	for (const look of looks.filter((l) => wanted.test(l.name))) {
		for (const screen of plan.filter((s) => only.test(s.name))) {
			const context = await browser.newContext({
				locale: 'en-GB',
				viewport: { width: look.width, height: look.height },
				colorScheme: look.theme,
				forcedColors: look.forced ? 'active' : 'none',
				reducedMotion: 'reduce',
				...(screen.as === 'admin' ? { storageState: state } : {}),
			});
			const file = `${screen.name}.${look.name}.png`;
			const wrong = await take(await context.newPage(), screen, look, join(out, file)).catch((e: unknown) => `${String(e).split('\n')[0]}`);
			if (wrong) troubles.push(`${file}: ${wrong}`);
			else taken.push({ screen: screen.name, look: look.name, file });
			await context.close();
		}
	}
	await writeFile(join(out, 'index.html'), index(taken));
	console.log(`${taken.length} pictures in ${out}; open index.html there`);
	expect(troubles).toEqual([]);
});

/** take makes one picture, and says what a picture does not show: errors, and content wider than the screen. */
async function take(page: Page, screen: Screen, look: Look, file: string): Promise<string> {
	const errors: string[] = [];
	page.on('pageerror', (e) => errors.push(e.message));
	const path = typeof screen.path === 'string' ? screen.path : screen.path(ids);
	const answer = await page.goto(new URL(path, heard.url).href);
	if (answer && answer.status() >= 400) return `${path} answers ${answer.status()}`;
	await page.locator(screen.shows).first().waitFor({ state: 'visible', timeout: 20_000 });
	if (look.rtl) await page.evaluate(() => (document.documentElement.dir = 'rtl'));
	await page.waitForLoadState('networkidle', { timeout: 5000 }).catch(() => undefined);
	await screen.act?.(page);
	await page.waitForTimeout(400);
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	if (screen.whole) await unroll(page, look);
	await page.screenshot({ path: file, fullPage: screen.as === 'nobody' && screen.whole === true });
	return [...errors, ...(wide > 0 ? [`is ${wide} px wider than the screen`] : [])].join('; ');
}

/** unroll makes the window as long as what scrolls in it, within reason. */
async function unroll(page: Page, look: Look): Promise<void> {
	const more = await page.evaluate(() => Math.max(0, ...[...document.querySelectorAll('main .scroll, main.scroll, html')].map((e) => e.scrollHeight - e.clientHeight)));
	if (more === 0) return;
	await page.setViewportSize({ width: look.width, height: Math.min(look.height + more, 5000) });
	await page.waitForTimeout(300);
}

function index(taken: { screen: string; look: string; file: string }[]): string {
	const rows = taken.map((t) => `<figure><a href="${t.file}"><img loading="lazy" src="${t.file}"></a><figcaption>${t.screen}, ${t.look}</figcaption></figure>`);
	const style = 'body{font:14px system-ui;display:grid;grid-template-columns:repeat(auto-fill,minmax(280px,1fr));gap:16px;margin:16px}figure{margin:0}img{width:100%;height:220px;object-fit:cover;object-position:top;border:1px solid #ccc}';
	return `<!doctype html><meta charset="utf-8"><title>Heard, ${taken.length} pictures</title><style>${style}</style>${rows.join('\n')}\n`;
}

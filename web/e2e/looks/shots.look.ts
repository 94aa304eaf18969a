import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Heard } from '../harness/heard.ts';
import { idsOf } from './desk.ts';
import { looks, plan, type Ids, type Look, type Screen } from './plan.ts';
import { states } from './states.ts';

const out = process.env['HEARD_SHOTS'] ?? join(import.meta.dirname, '../../../shots');
const only = new RegExp(process.env['HEARD_SHOTS_ONLY'] ?? '', 'u');
const wanted = new RegExp(process.env['HEARD_SHOTS_LOOKS'] ?? '', 'u');

let heard: Heard;
let browser: Browser;
let ids: Ids;
let admin: BrowserContext;

beforeAll(async () => {
	heard = await Heard.start({ command: 'demo' });
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
	const all = [...plan, ...states];
	const state = await admin.storageState();
	const jobs = looks.filter((l) => wanted.test(l.name)).flatMap((look) => (['admin', 'nobody'] as const).map((as) => ({ look, screens: all.filter((s) => s.as === as && only.test(s.name)) })));
	const troubles: string[] = [];
	const taken: { screen: string; look: string; file: string }[] = [];
	const draw = async ({ look, screens }: (typeof jobs)[number]) => {
		const open = () => browser.newContext({ ...asSeen(look), ...(screens[0]?.as === 'admin' ? { storageState: state } : {}) });
		const shared = await open(); // what one browser has read once, it need not read again
		for (const screen of screens) {
			const file = `${screen.name}-${look.name}-${look.width}.png`;
			const context = screen.as === 'admin' ? shared : await open(); // a stranger is one only once
			const page = await context.newPage();
			const wrong = await take(page, screen, look, join(out, file)).catch((e: unknown) => `${String(e).split('\n')[0]}`);
			if (wrong) troubles.push(`${file}: ${wrong}`);
			else taken.push({ screen: screen.name, look: look.name, file });
			await context.setOffline(false);
			await (context === shared ? page : context).close();
		}
		await shared.close();
	};
	// Drawing waits for the page more than for the processor: as many looks at a time as keep it busy.
	await Promise.all(Array.from({ length: AT_ONCE }, async () => {
		for (let job = jobs.shift(); job; job = jobs.shift()) await draw(job);
	}));
	taken.sort((a, b) => all.findIndex((s) => s.name === a.screen) - all.findIndex((s) => s.name === b.screen) || looks.findIndex((l) => l.name === a.look) - looks.findIndex((l) => l.name === b.look));
	await writeFile(join(out, 'index.html'), index(taken));
	console.log(`${taken.length} pictures in ${out}; open index.html there`);
	expect(troubles).toEqual([]);
});

const AT_ONCE = 4;

/** asSeen is the browser of somebody who sees by a look. */
function asSeen(look: Look): BrowserContextOptions {
	return {
		locale: 'en-GB',
		viewport: { width: look.width, height: look.height },
		colorScheme: look.theme,
		forcedColors: look.forced ? 'active' : 'none',
		reducedMotion: 'reduce',
	};
}

/** take makes one picture, and says what a picture does not show: errors, and content wider than the screen. */
async function take(page: Page, screen: Screen, look: Look, file: string): Promise<string> {
	const errors: string[] = [];
	page.on('pageerror', (e) => errors.push(e.message));
	await screen.before?.(page);
	const path = typeof screen.path === 'string' ? screen.path : screen.path(ids);
	const answer = await page.goto(new URL(path, heard.url).href);
	if (answer && answer.status() >= 400) return `${path} answers ${answer.status()}`;
	await page.locator(screen.shows).first().waitFor({ state: 'visible', timeout: 20_000 });
	if (look.rtl) await page.evaluate(() => (document.documentElement.dir = 'rtl'));
	await settled(page);
	if (screen.act) {
		await screen.act(page);
		if (screen.until) await page.locator(screen.until).first().waitFor({ state: 'visible', timeout: 20_000 });
		await settled(page);
	}
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	if (screen.whole) await unroll(page, look);
	await page.screenshot({ path: file, fullPage: screen.as === 'nobody' && screen.whole === true });
	return [...errors, ...(wide > 0 ? [`is ${wide} px wider than the screen`] : [])].join('; ');
}

/** settled waits until nothing on the page waits for data, and nothing of it has changed for a while. */
async function settled(page: Page): Promise<void> {
	await page.evaluate(
		() =>
			new Promise<void>((done) => {
				let last = performance.now();
				const end = last + 6000;
				const seen = new MutationObserver(() => (last = performance.now()));
				seen.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
				const waits = () => document.querySelector('.skeleton:not([data-gallery] .skeleton), [aria-busy=true]') !== null;
				const look = () => {
					const now = performance.now();
					if ((now - last < 250 || waits()) && now < end) return void setTimeout(look, 50);
					seen.disconnect();
					done();
				};
				look();
			}),
	);
}

/** The longest picture, in pixels: the gallery with every state of every component fits. */
const LONGEST = 14_000;

/** unroll makes the window as long as what scrolls in it, within reason. */
async function unroll(page: Page, look: Look): Promise<void> {
	const more = await page.evaluate(() => Math.max(0, ...[...document.querySelectorAll('main .scroll, main.scroll, html')].map((e) => e.scrollHeight - e.clientHeight)));
	if (more === 0) return;
	await page.setViewportSize({ width: look.width, height: Math.min(look.height + more, LONGEST) });
	await settled(page);
}

function index(taken: { screen: string; look: string; file: string }[]): string {
	const rows = taken.map((t) => `<figure><a href="${t.file}"><img loading="lazy" src="${t.file}"></a><figcaption>${t.screen}, ${t.look}</figcaption></figure>`);
	const style = 'body{font:14px system-ui;display:grid;grid-template-columns:repeat(auto-fill,minmax(280px,1fr));gap:16px;margin:16px}figure{margin:0}img{width:100%;height:220px;object-fit:cover;object-position:top;border:1px solid #ccc}';
	return `<!doctype html><meta charset="utf-8"><title>Heard, ${taken.length} pictures</title><style>${style}</style>${rows.join('\n')}\n`;
}

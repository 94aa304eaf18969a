import type { Browser, Page } from 'playwright-core';
import { until } from '../harness/expect.ts';

/** firstRows starts the console with its files in the cache and answers how long it took until tickets stood in the list. */
export async function firstRows(page: Page, url: string): Promise<number> {
	await page.goto(url, { waitUntil: 'commit' });
	return page.evaluate(
		() =>
			new Promise<number>((done) => {
				const look = () => {
					if (document.querySelector('[role=option].ticket-row')) requestAnimationFrame(() => done(performance.now()));
					else requestAnimationFrame(look);
				};
				look();
			}),
	);
}

export interface Scrolled {
	/** How long each frame took, in ms. */
	frames: number[];
	/** The most rows that were in the page at once. */
	rows: number;
}

/** scrollThrough turns the wheel over a list for some seconds, and back. */
export async function scrollThrough(page: Page): Promise<Scrolled> {
	const box = (await page.getByRole('listbox').boundingBox())!;
	await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
	await page.evaluate(() => {
		const w = window as unknown as { scrolled: Scrolled; ended: boolean };
		w.scrolled = { frames: [], rows: 0 };
		let last = performance.now();
		const frame = (now: number) => {
			w.scrolled.frames.push(now - last);
			w.scrolled.rows = Math.max(w.scrolled.rows, document.querySelectorAll('.ticket-row').length);
			last = now;
			if (!w.ended) requestAnimationFrame(frame);
		};
		requestAnimationFrame(frame);
	});
	for (let i = 0; i < 120; i++) {
		await page.mouse.wheel(0, i < 90 ? 400 : -900);
		await page.waitForTimeout(16);
	}
	return page.evaluate(() => {
		const w = window as unknown as { scrolled: Scrolled; ended: boolean };
		w.ended = true;
		return w.scrolled;
	});
}

/** pressLauncher answers how long it takes from a press on the launcher until one can write: the first time, and again. */
export async function pressLauncher(browser: Browser, site: string): Promise<{ cold: number; warm: number }> {
	const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
	await context.addInitScript(() => {
		const w = window as unknown as { focused: number; pressed: number };
		const now = () => performance.timeOrigin + performance.now();
		addEventListener('focusin', (e) => e.target instanceof HTMLTextAreaElement && (w.focused = now()), true);
		addEventListener('pointerdown', () => (w.pressed = now()), true);
	});
	const page = await context.newPage();
	await page.goto(site);
	const launcher = page.locator('button.b');
	await launcher.waitFor();
	const took = async () => {
		const box = (await launcher.boundingBox())!;
		await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
		const pressed = await page.evaluate(() => (window as unknown as { pressed: number }).pressed);
		let focused = 0;
		await until(async () => {
			const all = await Promise.all(page.frames().map((f) => f.evaluate(() => (window as unknown as { focused?: number }).focused ?? 0)));
			focused = Math.max(...all);
			return focused > pressed;
		}, true);
		return focused - pressed;
	};
	const cold = await took();
	await page.keyboard.press('Escape');
	await page.waitForTimeout(500);
	const warm = await took();
	await context.close();
	return { cold, warm };
}

/** loaderTask answers how long a processor that is four times slower is busy with the widget's loader on a page. */
export async function loaderTask(browser: Browser, site: string): Promise<number> {
	const page = await browser.newPage();
	const line = await page.context().newCDPSession(page);
	await line.send('Emulation.setCPUThrottlingRate', { rate: 4 });
	await browser.startTracing(page, { categories: ['devtools.timeline'] });
	await page.goto(site);
	await page.locator('button.b').waitFor();
	const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: { name: string; dur?: number; args: { data?: { url?: string } } }[] };
	await page.close();
	const ran = trace.traceEvents.filter((e) => e.name === 'EvaluateScript' && e.args.data?.url?.endsWith('/widget.js'));
	return Math.max(...ran.map((e) => (e.dur ?? NaN) / 1000));
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { listenTo } from './live.ts';

const flags = [
	'--no-sandbox', // the tests may run as root, where the sandbox does not
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** How long a page may take for one step. A slow machine is no failure. */
export const patience = 30_000;

/** How long a browser may take to start, and a page to load: that hangs on the machine alone. */
const loading = 90_000;

/** How many times slower than this machine pages shall be, to find tests that depend on speed. */
const slower = Number(process.env['HEARD_E2E_SLOWER'] ?? 1);

const shots = join(import.meta.dirname, '..', 'shots');

/**
 * Opens pages for tests, closes them after each, and keeps pictures of them when a test failed. An error that
 * nobody caught, something that a page's content policy forbade, or a dialog fails the test, whatever it asserted.
 */
export class Stage {
	#browser: Browser | undefined;
	#contexts: BrowserContext[] = [];
	#pages: { name: string; page: Page }[] = [];
	#troubles: string[] = [];

	constructor() {
		beforeAll(async () => {
			const executablePath = process.env['CHROMIUM'];
			if (!executablePath) throw new Error('CHROMIUM must name a browser; `go run ./cmd/dev e2e` sets it');
			this.#browser = await chromium.launch({ executablePath, headless: true, args: flags, timeout: loading });
		});
		afterEach(async ({ task }) => {
			if (task.result?.state === 'fail') await this.#picture(task.name);
			await Promise.all(this.#contexts.splice(0).map((c) => c.close()));
			this.#pages = [];
			expect(this.#troubles.splice(0)).toEqual([]);
		});
		afterAll(() => this.#browser?.close());
	}

	/** A person's browser: its cookies and its storage are its own. */
	async person(options: BrowserContextOptions = {}): Promise<BrowserContext> {
		const context = await this.#browser!.newContext({ locale: 'en-GB', viewport: { width: 1360, height: 800 }, ...options });
		context.setDefaultTimeout(patience);
		context.setDefaultNavigationTimeout(loading);
		this.#contexts.push(context);
		return context;
	}

	async page(name: string, options: BrowserContextOptions | BrowserContext = {}): Promise<Page> {
		const context = 'newPage' in options ? options : await this.person(options);
		const page = await context.newPage();
		this.#pages.push({ name, page });
		listenTo(page);
		if (slower > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slower });
		const trouble = (what: string) => this.#troubles.push(`${name}: ${what}`);
		page.on('pageerror', (e) => trouble(e.stack ?? e.message));
		page.on('console', (m) => /Content.Security.Policy/i.test(m.text()) && trouble(m.text()));
		page.on('dialog', (d) => {
			trouble(`a dialog says ${d.message()}`);
			void d.dismiss();
		});
		return page;
	}

	async #picture(test: string): Promise<void> {
		await mkdir(shots, { recursive: true });
		const file = (name: string) => join(shots, `${test} ${name}`.replace(/[^a-z0-9]+/gi, '-').slice(0, 120) + '.png');
		for (const { name, page } of this.#pages) await page.screenshot({ path: file(name), timeout: 5000 }).catch(() => {});
	}
}

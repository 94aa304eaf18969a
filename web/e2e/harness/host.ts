import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { visible } from './expect.ts';
import { Heard } from './heard.ts';
import { Site, type Page as SitePage } from './site.ts';
import type { Stage } from './stage.ts';
import { Widget } from './widget.ts';

/** What an ordinary site says. */
export const text = '<main><h1>A site</h1><p>With <a href="#a">a link</a>.</p></main>';

/** A desk with one inbox, Mia who answers, and sites of all kinds that hold its chat. One for the tests of a file. */
export class Host {
	heard!: Heard;
	token = '';
	inbox = '';
	#stage: Stage;

	constructor(stage: Stage) {
		this.#stage = stage;
		beforeAll(async () => {
			this.heard = await Heard.start();
			({ token: this.token } = await this.heard.agent('Mia Larsen', 'admin'));
			this.inbox = await this.heard.inbox(this.token);
		});
		afterAll(() => this.heard?.stop());
	}

	tag(more = ''): string {
		return `<script async src="${this.heard.url}/widget.js" data-inbox="${this.inbox}" ${more}></script>`;
	}

	async open(page: SitePage, address?: string): Promise<Site> {
		const site = await Site.open(page, address);
		onTestFinished(() => site.close());
		return site;
	}

	/** A visitor comes to a site; `init` runs in every frame before anything else. */
	async come(page: SitePage, options: BrowserContextOptions = {}, init?: () => void, prepare?: (page: Page) => Promise<unknown>): Promise<Widget> {
		const site = await this.open(page);
		const widget = new Widget(await this.#stage.page('visitor', options));
		if (init) await widget.page.addInitScript(init);
		await prepare?.(widget.page);
		await widget.page.goto(site.url + '/');
		await visible(widget.launcher);
		return widget;
	}

	async ticketOf(words: string): Promise<string> {
		const { items } = await this.heard.api<{ items: { id: string }[] }>(this.token, 'GET', '/tickets?view=all');
		for (const { id } of items) if ((await this.heard.said(this.token, id)).includes(words)) return id;
		throw new Error(`no ticket says ${words}`);
	}

	/** Mia answers. */
	async answer(words: string, body: string): Promise<void> {
		await this.heard.api(this.token, 'POST', `/tickets/${await this.ticketOf(words)}/messages`, { client_id: crypto.randomUUID(), body });
	}

	/** And takes it for solved. */
	async resolve(words: string): Promise<void> {
		await this.heard.api(this.token, 'POST', `/tickets/${await this.ticketOf(words)}/resolve`);
	}

	async statusOf(words: string): Promise<string> {
		return (await this.heard.api<{ status: string }>(this.token, 'GET', `/tickets/${await this.ticketOf(words)}`)).status;
	}
}

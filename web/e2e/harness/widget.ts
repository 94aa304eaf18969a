import type { FrameLocator, Locator, Page } from 'playwright-core';
import { visible } from './expect.ts';

/** The chat as a visitor of a site has it: the launcher on the site's page and the panel in its frame. */
export class Widget {
	readonly launcher: Locator;
	readonly frame: Locator;
	readonly panel: FrameLocator;
	readonly composer: Locator;
	readonly log: Locator;

	constructor(readonly page: Page) {
		this.launcher = page.locator('button.b');
		this.frame = page.locator('iframe.open');
		this.panel = page.frameLocator('iframe[title="Chat"]');
		this.composer = this.panel.locator('.composer textarea');
		this.log = this.panel.getByRole('log');
	}

	/** Opens the chat; one that was open on the page before is open already. */
	async open(): Promise<void> {
		if ((await this.launcher.getAttribute('aria-expanded')) !== 'true') await this.launcher.click();
		await visible(this.composer);
	}

	async write(text: string): Promise<void> {
		await this.composer.fill(text);
		await this.composer.press('Enter');
	}

	/** Chooses from the menu of the conversation. */
	async choose(what: string | RegExp): Promise<void> {
		await this.panel.locator('summary').click();
		await this.panel.locator('details').getByRole('button', { name: what }).click();
	}

	/** Answers the survey that came when the conversation was resolved. */
	async rate(word: string, why: string): Promise<void> {
		await this.panel.getByRole('radio', { name: word, exact: true }).check({ force: true });
		await this.panel.getByLabel('What is the reason?').fill(why);
		await this.panel.getByRole('button', { name: 'Send rating' }).click();
		await visible(this.panel.getByText('Thank you for your rating.'));
	}

	/** A message of the other side. */
	theirs(text: string): Locator {
		return this.log.locator('.theirs .bubble', { hasText: text });
	}

	/** The visitor's own messages, by whether the server has them. */
	get sent(): Locator {
		return this.log.locator('.mine:not(.sending):not(.failed) .bubble');
	}

	get sending(): Locator {
		return this.log.locator('.sending .bubble');
	}

	/** Everything that was said, oldest first, without the hidden names. */
	async messages(): Promise<string[]> {
		const bubbles = await this.log.locator('.bubble').evaluateAll((all) =>
			all.map((b) => {
				const copy = b.cloneNode(true) as Element;
				copy.querySelector('.unseen')?.remove();
				return copy.textContent ?? '';
			}),
		);
		return bubbles.map((t) => t.trim());
	}
}

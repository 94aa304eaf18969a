import type { Locator, Page } from 'playwright-core';
import { focused, gone, until, visible } from './expect.ts';

export const password = 'tea and seven cups';

/** The console as an agent has it. */
export class Console {
	readonly rows: Locator;
	readonly thread: Locator;
	readonly composer: Locator;
	readonly ticket: Locator;

	constructor(readonly page: Page) {
		this.rows = page.getByRole('option');
		this.thread = page.getByRole('log');
		this.composer = page.locator('.composer textarea');
		this.ticket = page.locator('section[data-ticket]');
	}

	/** Takes an invitation up: the way in for everybody but the first administrator. */
	async join(link: string): Promise<void> {
		await this.page.goto(link);
		await this.page.getByLabel('New password').fill(password);
		await this.page.getByRole('button', { name: 'Join' }).click();
		await this.signedIn();
	}

	/** Signs in with the password of whoever has joined before. */
	async signIn(url: string, email: string): Promise<void> {
		await this.page.goto(url);
		await this.page.getByLabel('E-mail').fill(email);
		await this.page.getByLabel('Password').fill(password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		await this.signedIn();
	}

	async signedIn(): Promise<void> {
		await visible(this.page.getByRole('navigation', { name: 'Main' }).or(this.page.locator('nav.rail')));
	}

	/** Signed in, but taking chats only when one says so. */
	async available(state: 'Online' | 'Away' | 'Offline'): Promise<void> {
		await this.page.locator('button[data-availability]').click();
		await this.page.getByRole('dialog', { name: 'You' }).getByText(state, { exact: true }).click();
		await until(() => this.page.locator('button[data-availability]').getAttribute('data-availability'), state.toLowerCase());
		await this.page.keyboard.press('Escape');
		await gone(this.page.getByRole('dialog', { name: 'You' }));
	}

	/** As if the pointer lay on the messages below: they stay, however long one takes to look at them. */
	async holdToasts(): Promise<void> {
		await this.page.locator('.toasts').dispatchEvent('pointerover');
	}

	/** Opens the palette and answers it, when what one types goes into it. */
	async palette(): Promise<Locator> {
		const palette = this.page.getByRole('dialog', { name: 'Search and commands' });
		await this.page.keyboard.press('Control+k');
		await focused(palette.getByRole('combobox'));
		return palette;
	}

	async openFirst(): Promise<void> {
		await this.rows.first().click();
		await visible(this.composer);
	}

	async reply(text: string): Promise<void> {
		await this.composer.fill(text);
		await this.composer.press('Control+Enter');
	}

	/** Picks files for the message that is being written. */
	async attach(files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
		await this.page.locator('input[data-files]').setInputFiles(files);
	}

	/** Does something to one message, by its menu. */
	async menuOf(text: string, act: string): Promise<void> {
		const message = this.thread.locator('.msg', { hasText: text });
		await message.hover();
		await message.getByRole('button', { name: /What to do with the message/ }).click();
		await this.page.getByRole('menuitem', { name: act }).click();
	}

	/** Gives the open ticket to a colleague, with a reason and a note. */
	async handOver(to: RegExp, note: string): Promise<void> {
		await this.page.getByRole('button', { name: 'Hand over' }).click();
		const dialog = this.page.getByRole('dialog', { name: /^Hand over/ });
		await dialog.getByRole('option', { name: to }).click();
		await dialog.getByLabel('Reason').selectOption({ index: 1 });
		await dialog.getByLabel('Note for the receiver').fill(note);
		await dialog.getByRole('button', { name: 'Hand over' }).click();
		await visible(this.thread.locator('[data-kind="ticket.handed_off"]'));
	}

	/** Resolves the open ticket, and stays with it. */
	async resolve(): Promise<void> {
		await this.page.getByRole('button', { name: 'More ways to resolve' }).click();
		await this.page.getByRole('menuitemradio', { name: 'Resolve and stay here' }).click();
		await until(() => this.status(), 'resolved');
	}

	message(text: string): Locator {
		return this.thread.locator('.bubble', { hasText: text });
	}

	/** What was said in public, oldest first. */
	async messages(): Promise<string[]> {
		return this.thread.locator('.msg[data-seq] .bubble:not(.bubble-note)').evaluateAll((all) => all.map((b) => (b.textContent ?? '').trim()));
	}

	status(): Promise<string | null> {
		return this.ticket.getAttribute('data-status');
	}
}

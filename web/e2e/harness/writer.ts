import type { BrowserContext } from 'playwright-core';
import { Console } from './console.ts';
import { until, visible } from './expect.ts';
import { Heard } from './heard.ts';
import { Stage } from './stage.ts';

export const ana = { name: 'Ana Diaz', email: 'ana@example.com' };

/** Mia, who writes: at a desk of her own, on as many devices as she likes. */
export class Writer {
	readonly heard: Heard;
	private readonly stage: Stage;
	private readonly mia: { link: string; token: string };
	private readonly noor: { token: string };
	private state: Awaited<ReturnType<BrowserContext['storageState']>> | undefined;

	private constructor(heard: Heard, stage: Stage, mia: { link: string; token: string }, noor: { token: string }) {
		this.heard = heard;
		this.noor = noor;
		this.stage = stage;
		this.mia = mia;
	}

	static async start(stage: Stage): Promise<Writer> {
		const heard = await Heard.start();
		const mia = await heard.agent('Mia Larsen', 'admin');
		const noor = await heard.agent('Noor Haddad', 'lead'); // to be called in a note, and to write between
		await heard.inbox(mia.token);
		return new Writer(heard, stage, mia, noor);
	}

	/** A letter of Ana's, in Mia's hands. */
	letter(text: string): Promise<string> {
		return this.heard.ticket(this.mia.token, ana, text);
	}

	async api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
		return (await this.heard.api<Record<string, unknown> | undefined>(this.mia.token, method, path, body)) ?? {};
	}

	/** Mia's console on a ticket, on a device of its own. The link signs in once; other devices have her cookie. */
	async open(ticket: string, name = 'mia', size?: { width: number; height: number }): Promise<Console> {
		const device = await this.stage.person({ ...(this.state ? { storageState: { cookies: this.state.cookies, origins: [] } } : {}), ...(size ? { viewport: size } : {}) });
		const c = new Console(await this.stage.page(name, device));
		if (!this.state) {
			await c.join(this.mia.link);
			this.state = await device.storageState();
		}
		await c.page.goto(`${this.heard.url}/tickets/${ticket}`);
		await visible(c.composer);
		return c;
	}

	/** Changes what Mia prefers, and lets the page know. */
	async prefer(c: Console, patch: Record<string, unknown>): Promise<void> {
		await c.page.evaluate(async (body) => {
			const answer = await fetch('/api/v1/me/preferences', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body });
			if (!answer.ok) throw new Error(`preferences: ${answer.status}`);
		}, JSON.stringify(patch));
		await c.page.reload();
		await visible(c.composer);
	}

	async kept(ticket: string): Promise<string[]> {
		return ((await this.api('GET', `/tickets/${ticket}/drafts`)).items as { body: string }[]).map((d) => d.body).filter((b) => b !== '');
	}

	/** The rev of her draft of a reply. */
	async rev(ticket: string): Promise<number> {
		return ((await this.api('GET', `/tickets/${ticket}/drafts`)).items as { kind: string; rev: number }[]).find((d) => d.kind === 'reply')?.rev ?? 0;
	}

	/** Noor answers, while Mia looks elsewhere. */
	async between(ticket: string, body: string): Promise<void> {
		await this.heard.api(this.noor.token, 'POST', `/tickets/${ticket}/messages`, { client_id: crypto.randomUUID(), body });
	}

	/** What has been said in a ticket, as far as the server knows. */
	async said(ticket: string, want: string[]): Promise<void> {
		await until(() => this.heard.said(this.mia.token, ticket), want);
	}
}

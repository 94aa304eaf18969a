import type { Page } from 'playwright-core';
import { until } from './expect.ts';

/** What the newest live connection of a page has been told: the kinds of frames, and the tickets that it watches. */
const told = new WeakMap<Page, Set<string>>();

/** Notes what comes on the live connections of a page, from its first one on. */
export function listenTo(page: Page): void {
	// Another document begins without a connection, whenever the browser takes the old one down.
	page.on('request', (r) => r.isNavigationRequest() && r.frame() === page.mainFrame() && told.delete(page));
	page.on('websocket', (ws) => {
		if (!ws.url().includes('/ws/console')) return;
		const kinds = new Set<string>();
		told.set(page, kinds);
		ws.on('close', () => kinds.clear());
		ws.on('framereceived', ({ payload }) => {
			const { type, ticket } = JSON.parse(String(payload)) as { type: string; ticket?: unknown };
			kinds.add(type === 'viewers' ? `viewers ${String(ticket)}` : type);
		});
	});
}

/**
 * Waits until a console hears what happens: in its list, and in the ticket that it shows. What happened before is read
 * when the connection stands, and so it is seen, but not announced, counted or left to fade.
 */
export async function connected(page: Page, ticket?: string): Promise<void> {
	await until(() => told.get(page)?.has('counts') ?? false, true);
	if (ticket !== undefined) await until(() => told.get(page)?.has(`viewers ${ticket}`) ?? false, true);
}

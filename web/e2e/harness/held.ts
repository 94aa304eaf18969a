import type { Page } from 'playwright-core';

/** News of tickets can be held back on their way to a page; answers to what it sends still arrive. */
export async function holdable(page: Page): Promise<{ hold(): void; release(): void }> {
	let held: (() => void)[] | undefined;
	await page.routeWebSocket(/\/ws\/console/, (ws) => {
		const server = ws.connectToServer();
		server.onMessage((m) => {
			const { type } = JSON.parse(String(m)) as { type: string };
			if (held && (type === 'event' || type === 'changed')) held.push(() => ws.send(m));
			else ws.send(m);
		});
	});
	return {
		hold: () => void (held = []),
		release: () => {
			const frames = held ?? [];
			held = undefined;
			frames.forEach((send) => send());
		},
	};
}

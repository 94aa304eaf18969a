import { expect, test } from 'vitest';
import { sound } from '../harness/axe.ts';
import { until, visible } from '../harness/expect.ts';
import { Host, text } from '../harness/host.ts';
import { Stage } from '../harness/stage.ts';
import type { Widget } from '../harness/widget.ts';

const stage = new Stage();
const host = new Host(stage);

test('names and live regions: what a screen reader is told', async () => {
	const widget = await host.come({ body: text + host.tag('data-label="Ask the shop"') });
	await visible(widget.page.getByRole('button', { name: 'Ask the shop', expanded: false }));
	await widget.open();
	await visible(widget.page.getByRole('button', { name: 'Open chat', expanded: true }));
	expect(await widget.frame.getAttribute('title')).toBe('Chat');
	const { panel } = widget;
	for (const name of ['More', 'Close chat', 'Attach files (≤ 10 MB)', 'Send message']) await until(() => panel.locator(`[aria-label="${name}"]`).count(), 1);
	await visible(panel.getByRole('textbox', { name: 'Write a message' }));
	await visible(panel.getByRole('heading', { level: 1 }));
	await widget.write('Who am I talking to?');
	await visible(widget.sent);
	await until(() => widget.log.getAttribute('aria-live'), 'polite');
	await host.answer('Who am I talking to?', 'To Mia.');
	await until(async () => (await widget.theirs('To Mia.').innerText()).replace(/\s+/g, ' ').trim(), 'Mia Larsen: To Mia.'); // said with the name
	for (const region of await panel.getByRole('status').all()) expect(await region.getAttribute('aria-live')).toBeNull(); // polite by role
	await panel.getByRole('button', { name: 'Your conversations' }).click();
	await visible(panel.getByRole('heading', { name: 'Your conversations' }));
	await until(() => panel.getByRole('listitem').count(), 1);
	await sound(widget.page.frames().find((f) => f.url().startsWith(host.heard.url))!, 'the list');
	await panel.getByRole('button', { name: 'New conversation' }).click();
	await visible(widget.composer);
	await widget.write('And another thing.');
	await visible(widget.sent.filter({ hasText: 'And another thing.' }));
	await panel.getByRole('button', { name: 'Your conversations' }).click();
	await until(() => panel.getByRole('listitem').count(), 2);
});

test('words that are 40 % longer have room at 320 px', async () => {
	const widget = await host.come({ body: text + host.tag() }, { viewport: { width: 320, height: 640 } }, undefined, (page) =>
		page.route(/\/widget\/[\w-]+\?/, async (route) => {
			const answer = await route.fetch();
			const longer = (s: string) => s.replace(/(\{\w+\})|(\p{L}+)/gu, (all, value, word) => value ?? word + 'é'.repeat(Math.ceil(all.length * 0.4)));
			const body = (await answer.text()).replace(/(id="heard-boot">)(.*?)(<\/script>)/s, (_, before, json, after) => {
				const boot = JSON.parse(json);
				boot.messages = boot.messages.map((m: string | Record<string, string>) => (typeof m === 'string' ? longer(m) : Object.fromEntries(Object.entries(m).map(([k, v]) => [k, longer(v)]))));
				return before + JSON.stringify(boot) + after;
			});
			await route.fulfill({ response: answer, body });
		}),
	);
	await widget.launcher.click();
	await visible(widget.composer);
	await uncut(widget, 'nothing said');
	await widget.write('Hello');
	await visible(widget.sent);
	await uncut(widget, 'in the line');
	await widget.panel.locator('summary').click();
	await visible(widget.panel.locator('details button').first());
	await uncut(widget, 'the menu');
	await widget.panel.locator('details button').last().click();
	await visible(widget.panel.locator('.danger'));
	await uncut(widget, 'really end?');
	await widget.panel.locator('.note .ghost').click();
	await host.heard.api(host.token, 'POST', `/tickets/${await host.ticketOf('Hello')}/assign`, { agent: (await host.heard.api(host.token, 'GET', '/me')).agent.id });
	await host.answer('Hello', 'Hi.');
	await host.heard.api(host.token, 'POST', `/tickets/${await host.ticketOf('Hello')}/resolve`);
	await visible(widget.panel.locator('.rating'));
	await widget.panel.getByRole('radio').nth(3).check({ force: true });
	await uncut(widget, 'a survey');
	await widget.panel.locator('.back').click();
	await visible(widget.panel.locator('footer'));
	await uncut(widget, 'the list');
});

/** No word is cut off, but where an ellipsis says so, and nothing is wider than the screen. */
async function uncut(widget: Widget, state: string): Promise<void> {
	const frame = widget.page.frames().find((f) => f.url().startsWith(host.heard.url))!;
	const cut = await frame.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('main *')]
			.filter((e) => e.checkVisibility() && !e.closest('.unseen, svg') && getComputedStyle(e).textOverflow !== 'ellipsis')
			.filter((e) => (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline') || e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
			.map((e) => `${e.tagName}.${e.className}: ${e.textContent!.slice(0, 60)}`),
	);
	expect(cut, state).toEqual([]);
}

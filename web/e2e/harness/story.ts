import { writeFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Heard } from './heard.ts';

/** Imports one conversation of so many messages by a customer and an agent, over many days; returns the ticket's id. */
export async function longStory(heard: Heard, token: string, agent: string, messages: number): Promise<string> {
	const begin = Date.UTC(2026, 0, 5, 8);
	const events = Array.from({ length: messages }, (_, i) => ({
		at: new Date(begin + i * 11 * 60_000).toISOString(),
		type: 'message',
		by: i % 3 === 0 ? 'customer' : agent,
		// Of very different heights, as people write.
		body: `Message ${i + 1}. ${'The parcel stood before the door at noon. '.repeat((i * 7) % 9)}`.trim(),
	}));
	const story = { id: `story-${messages}`, channel: 'email', subject: 'A very long story', customer: { id: 'c-story', email: 'ana@example.com', name: 'Ana Diaz' }, events };
	const file = join(await mkdtemp(join(tmpdir(), 'heard-story-')), 'story.jsonl');
	await writeFile(file, JSON.stringify(story) + '\n');
	await heard.cli('import', file, '--quiet');
	const { items } = await heard.api<{ items: { id: string; subject: string }[] }>(token, 'GET', '/tickets?view=all');
	return items.find((t) => t.subject === story.subject)!.id;
}

export interface Place {
	/** By how many pixels the message moved on the screen while older ones came in above it. */
	moved: number;
	/** The most messages that were in the page at once. */
	mounted: number;
	first: number;
}

/** Scrolls a conversation close to its top, and watches a message while older ones are read. */
export async function readOlder(page: Page): Promise<Place> {
	return page.evaluate(async () => {
		const log = document.querySelector<HTMLElement>('.thread-scroll')!;
		const frame = () => new Promise((done) => requestAnimationFrame(done));
		const seqs = () => [...log.querySelectorAll<HTMLElement>('.msg[data-seq]')];
		let mounted = 0;
		const count = () => (mounted = Math.max(mounted, seqs().length));
		// Near enough for older ones to be read, too far to be at the top. While a page still settles, it keeps to its end.
		for (let i = 0; i < 60; i++) {
			log.scrollTop = 500;
			for (let j = 0; j < 3; j++) await frame();
			if (log.scrollHeight - log.scrollTop - log.clientHeight > 500) break;
		}
		const height = log.scrollHeight;
		const top = log.getBoundingClientRect().top;
		const anchor = seqs().find((m) => m.getBoundingClientRect().top > top)!.dataset['seq']!;
		const y = () => log.querySelector(`.msg[data-seq="${anchor}"]`)?.getBoundingClientRect().top ?? NaN;
		const before = y();
		for (let i = 0; i < 600 && log.scrollHeight < height + 1000 && log.dataset['older'] !== 'none'; i++, count()) await frame();
		for (let i = 0; i < 4; i++, count()) await frame();
		return { moved: Math.abs(y() - before), mounted, first: Math.min(...seqs().map((m) => Number(m.dataset['seq']))) };
	});
}

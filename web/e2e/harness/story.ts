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

/** Scrolls a conversation close to its top, lets it come to rest, and watches a message while older ones come in. */
export async function readOlder(page: Page): Promise<Place> {
	const older = /\/events\?after=\d+&limit=/;
	let release = () => {};
	const gate = new Promise<void>((open) => (release = open));
	await page.route(older, async (route) => {
		await gate;
		await route.continue();
	});
	const anchor = await page.evaluate(rest);
	release();
	const place = await page.evaluate(watch, anchor);
	await page.unroute(older);
	return place;
}

interface Anchor {
	seq: string;
	y: number;
	height: number;
}

/** rest goes near enough to the top for older ones to be asked for, and names a message that has stopped moving. */
async function rest(): Promise<Anchor> {
	const log = document.querySelector<HTMLElement>('.thread-scroll')!;
	const frame = () => new Promise((done) => requestAnimationFrame(done));
	for (let i = 0; i < 60; i++) {
		log.scrollTop = 500;
		for (let j = 0; j < 3; j++) await frame();
		// While a page still settles, it keeps to its end.
		if (log.scrollHeight - log.scrollTop - log.clientHeight > 500) break;
	}
	const at = (): Anchor => {
		const top = log.getBoundingClientRect().top;
		const m = [...log.querySelectorAll<HTMLElement>('.msg[data-seq]')].find((x) => x.getBoundingClientRect().top > top)!;
		return { seq: m.dataset['seq']!, y: m.getBoundingClientRect().top - top, height: log.scrollHeight };
	};
	let now = at();
	for (let same = 0, i = 0; same < 10 && i < 600; i++) {
		await frame();
		const then = at();
		same = JSON.stringify(then) === JSON.stringify(now) ? same + 1 : 0;
		now = then;
	}
	return now;
}

async function watch(anchor: Anchor): Promise<Place> {
	const log = document.querySelector<HTMLElement>('.thread-scroll')!;
	const frame = () => new Promise((done) => requestAnimationFrame(done));
	const all = () => [...log.querySelectorAll<HTMLElement>('.msg[data-seq]')];
	let mounted = 0;
	const count = () => (mounted = Math.max(mounted, all().length));
	for (let i = 0; i < 3000 && log.scrollHeight < anchor.height + 1000; i++, count()) await frame();
	for (let i = 0; i < 10; i++, count()) await frame();
	// A bar above the thread ("no connection") moves the whole of it; that is another matter.
	const y = all().find((m) => m.dataset['seq'] === anchor.seq)?.getBoundingClientRect().top ?? NaN;
	return { moved: Math.abs(y - log.getBoundingClientRect().top - anchor.y), mounted, first: Math.min(...all().map((m) => Number(m.dataset['seq']))) };
}

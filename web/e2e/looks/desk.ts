import type { Page } from 'playwright-core';
import { until } from '../harness/expect.ts';
import type { Heard } from '../harness/heard.ts';
import { Visitor } from '../harness/visitor.ts';
import type { Ids } from './plan.ts';

interface Row {
	id: string;
	key?: string;
	kind?: string;
	week?: string;
}

/** idsOf asks a desk for one of everything, with the session of a page. */
export async function idsOf(page: Page, heard: Heard): Promise<Ids> {
	const get = async <T>(path: string): Promise<T> => page.evaluate(async (p) => (await fetch(`/api/v1${p}`)).json() as Promise<never>, path);
	const first = async (path: string, fits: (r: Row) => boolean = () => true): Promise<Row> => {
		const { items } = await get<{ items: Row[] }>(path);
		return items.find(fits) ?? { id: '0' };
	};
	const inbox = await first('/inboxes', (i) => i.kind === 'website');
	const issues = await get<{ items?: Row[]; issues?: Row[] }>('/issues');
	const week = (await first('/reports/weekly')).week ?? '';
	const shared = await page.evaluate(async (w) => {
		const made = await fetch(`/api/v1/reports/weekly/${w}/share`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
		return ((await made.json()) as { url?: string }).url ?? '/';
	}, week);
	return {
		ticket: (await first('/tickets?view=all&status=open')).id,
		customer: (await first('/customers')).id,
		issue: (issues.items ?? issues.issues ?? [])[0]?.id ?? '0',
		inbox: inbox.id,
		key: inbox.key ?? '',
		team: (await first('/teams')).id,
		agent: (await first('/agents')).id,
		survey: (await first('/surveys')).id,
		week,
		report: shared,
		asked: await surveyed(page, heard, inbox.key ?? ''),
	};
}

/** surveyed is the page that asks a customer whose chat was just resolved. */
async function surveyed(page: Page, heard: Heard, inbox: string): Promise<string> {
	const visitor = await Visitor.come(heard, inbox);
	const ticket = await visitor.write('Where is my tea?');
	await page.evaluate(async (id) => {
		const post = (path: string, body: object) => fetch(`/api/v1/tickets/${id}/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
		await post('messages', { client_id: crypto.randomUUID(), body: 'In the blue van.' });
		await post('resolve', {});
	}, ticket);
	await until(async () => typeof (await visitor.survey()), 'string');
	return `/survey/${await visitor.survey()}`;
}

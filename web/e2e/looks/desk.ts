import type { Page } from 'playwright-core';
import type { Ids } from './plan.ts';

interface Row {
	id: string;
	key?: string;
	kind?: string;
	week?: string;
}

/** idsOf asks a desk for one of everything, with the session of a page. */
export async function idsOf(page: Page): Promise<Ids> {
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
		issue: (issues.items ?? issues.issues ?? [])[0]?.id ?? '0',
		inbox: inbox.id,
		key: inbox.key ?? '',
		team: (await first('/teams')).id,
		agent: (await first('/agents')).id,
		survey: (await first('/surveys')).id,
		week,
		report: shared,
	};
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { pages } from '../../console/src/reports/types.ts';
import { desk, mine } from '../../console/src/settings/sections.ts';
import { Heard } from '../harness/heard.ts';
import { looks, plan } from '../looks/plan.ts';

let heard: Heard;

beforeAll(async () => {
	heard = await Heard.start();
});
afterAll(() => heard?.stop());

const ids = { ticket: '1', customer: '1', issue: '1', inbox: '1', key: '1', team: '1', agent: '1', week: '2026-W46', survey: '1', report: '/reports/shared/x', asked: '/survey/x' };
const pathOf = (path: (typeof plan)[number]['path']) => (typeof path === 'string' ? path : path(ids));

test('pictures are taken of every page of the settings and the reports', () => {
	const paths = new Set(plan.map((s) => pathOf(s.path)));
	for (const page of [...mine, ...desk]) expect(paths).toContain(`/settings/${page}`);
	for (const page of [...pages, 'weekly']) expect(paths).toContain(`/reports/${page}`);
});

test('every picture has a name of its own and an address that the server knows', async () => {
	const names = plan.map((s) => s.name);
	expect(new Set(names).size).toBe(names.length);
	expect(new Set(looks.map((l) => l.name)).size).toBe(looks.length);
	for (const screen of plan) {
		const path = pathOf(screen.path);
		const answer = await fetch(new URL(path, heard.url), { redirect: 'manual' });
		// Without a session and with made-up ids a known address refuses or finds nothing; one that is not known says so.
		const unknown = answer.status === 404 && (await answer.text()).includes('there is nothing here');
		// The shop is the demo's alone.
		if (!path.startsWith('/demo/')) expect(unknown, `${screen.name}: ${path}`).toBe(false);
	}
});

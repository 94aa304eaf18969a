import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error: the build is plain JavaScript
import { internal } from '../build/internal.mjs';

const read = (file: string) => readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8');

test('no name that the build shortens is a name of the wire or of a stored draft', () => {
	const wire = ['shared/src/widget-wire.ts', 'shared/src/outbox.ts', 'widget/src/bridge.ts', 'widget/src/panel/extras.ts'].map(read).join('\n');
	const fields = [...wire.matchAll(/\b([a-z_]\w*)\??:/gi)].map(([, name]) => name!);
	expect(fields.length).toBeGreaterThan(50);
	expect(fields.filter((name) => internal.test(name))).toEqual([]);
});

test('no name that the build shortens is one of the browser', () => {
	const taken = new Set<string>();
	for (const of of [window, document, document.body, document.createElement('textarea'), new Event('x'), new XMLHttpRequest(), new File([], ''), new URL('a:b'), [], '', new Map(), new Set()])
		for (let o: object | null = Object(of); o; o = Object.getPrototypeOf(o)) for (const k of Object.getOwnPropertyNames(o)) taken.add(k);
	expect([...taken].filter((name) => internal.test(name))).toEqual([]);
});

test('what the panel calls in its other parts keeps its name: modules are not shortened', () => {
	const parts = ['extras', 'lobby'].map((part) => read(`widget/src/${part}/main.ts`)).join('\n');
	const names = [...parts.matchAll(/export \{ ([\w, ]+) \}/g)].flatMap(([, list]) => list!.split(', '));
	expect(names).toContain('shut');
	expect(names.filter((name) => internal.test(name))).toEqual([]);
});

import { expect, test } from 'vitest';
import { parse, type Piece } from '../src/markdown.ts';
import { notLinks, vectors } from './markdown.vectors.ts';

function flat(pieces: Piece[]): string {
	return pieces
		.map((p) => (typeof p === 'string' ? p : `<${p.mark}${p.href ? ' ' + p.href : ''}>${flat(p.inner)}</${p.mark}>`))
		.join('');
}

test.each(vectors)('%s', (text, want) => {
	expect(flat(parse(text))).toBe(want);
});

test.each(notLinks)('%s is no link', (text) => {
	expect(flat(parse(text))).not.toContain('<a');
});

test('HTML stays text', () => {
	const text = '<img src=x onerror=alert(1)> <script>alert(1)</script>';
	expect(parse(text)).toEqual([text]);
});

test('hostile repetition is read in reasonable time', () => {
	const started = performance.now();
	for (const bit of ['**a ', '[', '*a ', '```', '`', '[a](', 'https://(', '_ ']) parse(bit.repeat(16_000 / bit.length));
	expect(performance.now() - started).toBeLessThan(3000);
});

import { expect, test } from 'vitest';
// @ts-expect-error: the build is plain JavaScript
import { number } from '../build/texts.mjs';

test('a text goes by its number, and nothing else does', () => {
	const keys = ['open', 'close'];
	expect(number(`t('close'), this.t('open', { n }), at('open'), x.set('open')`, keys)).toBe(`t(1), this.t(0, { n }), at('open'), x.set('open')`);
});

test('a key that no language has fails the build', () => {
	expect(() => number(`t('nothing')`, ['open'], 'app.tsx')).toThrow('app.tsx: no text has the key nothing');
});

test('a key that is worked out while the program runs fails the build', () => {
	expect(() => number('t(kind)', ['open'], 'app.tsx')).toThrow("app.tsx: a text's key must be written out");
});

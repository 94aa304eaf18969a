import { expect, test } from 'vitest';
import { translator } from '../src/i18n.ts';

test('values, ordinals and numbers follow the language', () => {
	const t = translator('en', { hello: 'Hello {name}', place: { one: '{n}st', two: '{n}nd', few: '{n}rd', other: '{n}th' } });
	expect(t('hello', { name: 'Ana' })).toBe('Hello Ana');
	expect(t('hello')).toBe('Hello {name}');
	expect([1, 2, 3, 4, 11, 1022].map((n) => t('place', { n }))).toEqual(['1st', '2nd', '3rd', '4th', '11th', '1,022nd']);
});

test('a language that writes them all alike needs one form', () => {
	expect(translator('de', { n: { other: '{n}.' } })('n', { n: 3 })).toBe('3.');
});

test('a missing text shows its key, not nothing', () => {
	expect(translator('en', {})('gone')).toBe('gone');
});

import { expect, test } from 'vitest';
import { translator } from '../src/i18n.ts';

test('values, plurals and numbers follow the language', () => {
	const t = translator('en', { hello: 'Hello {name}', left: { one: '{n} message', other: '{n} messages' } });
	expect(t('hello', { name: 'Ana' })).toBe('Hello Ana');
	expect(t('hello')).toBe('Hello {name}');
	expect(t('left', { n: 1 })).toBe('1 message');
	expect(t('left', { n: 1200 })).toBe('1,200 messages');
});

test('a language with more plural forms uses them', () => {
	const t = translator('ar', { n: { zero: 'z', one: 'o', two: 't', few: 'f', many: 'm', other: 'x' } });
	expect([0, 1, 2, 3, 11, 100].map((n) => t('n', { n }))).toEqual(['z', 'o', 't', 'f', 'm', 'x']);
});

test('a missing text shows its key, not nothing', () => {
	expect(translator('en', {})('gone')).toBe('gone');
});

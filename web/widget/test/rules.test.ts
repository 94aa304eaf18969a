import { expect, test } from 'vitest';
import { applies, recall } from '../src/host/rules.ts';

const now = Date.UTC(2026, 10, 21, 15);
const rule = { id: 'help', url: '/checkout*', seconds: 5, text: 'May we help?' };
const page = (path: string) => `https://shop.example${path}`;

test.each([
	['/checkout*', '/checkout', true],
	['/checkout*', '/checkout/pay?step=2', true],
	['/checkout*', '/cart/checkout', false],
	['*/checkout', '/cart/checkout', true],
	['/', '/', true],
	['/', '/a', false],
	['*', '/anything', true],
	['/a.b', '/a.b', true],
	['/a.b', '/axb', false],
	['/(a)+[b]', '/(a)+[b]', true],
	['/a*z', '/a/m/z', true],
])('the pattern %s and the page %s', (url, path, want) => {
	expect(applies({ ...rule, url }, page(path), recall(undefined, now), now)).toBe(want);
});

test('a message that was had is not offered again', () => {
	expect(applies(rule, page('/checkout'), recall(`${now},other`, now), now)).toBe(true);
	expect(applies(rule, page('/checkout'), recall(`${now},other,help`, now), now)).toBe(false);
});

test('whoever was here half an hour ago and before has come back; a next page is no return', () => {
	const returning = { ...rule, returning: true };
	expect(applies(returning, page('/checkout'), recall('', now), now)).toBe(false);
	expect(applies(returning, page('/checkout'), recall(`${now - 60_000}`, now), now)).toBe(false);
	expect(applies(returning, page('/checkout'), recall(`${now - 31 * 60_000}`, now), now)).toBe(true);
});

test('what the site kept may be anything', () => {
	expect(recall('nonsense,,', now)).toEqual({ first: now, had: ['', ''] });
});

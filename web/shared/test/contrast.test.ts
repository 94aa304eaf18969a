import { expect, test } from 'vitest';
import { contrast, css, parseColor, standOut, textOn, white } from '../src/contrast.ts';

test('contrast follows WCAG', () => {
	expect(contrast(white, [0, 0, 0])).toBeCloseTo(21, 5);
	expect(contrast(parseColor('#767676')!, white)).toBeCloseTo(4.54, 2);
});

test('colours are read strictly', () => {
	expect(parseColor('#3A50d6')).toEqual([58, 80, 214]);
	for (const wrong of ['', 'red', '#abc', '3a50d6', '#12345', 'url(x)', undefined]) expect(parseColor(wrong)).toBeUndefined();
});

test('any brand colour ends up readable', () => {
	for (let i = 0; i < 512; i++) {
		const brand = parseColor('#' + (i * 32771 + 0x1000000).toString(16).slice(-6))!;
		expect(contrast(brand, textOn(brand)), css(brand)).toBeGreaterThanOrEqual(4.5);
		for (const ground of [white, parseColor('#16171b')!]) {
			expect(contrast(standOut(brand, ground, 4.5), ground), css(brand)).toBeGreaterThanOrEqual(4.5);
		}
	}
});

test('a colour that is good already is left alone', () => {
	expect(css(standOut(parseColor('#3a50d6')!, white, 4.5))).toBe('rgb(58,80,214)');
});

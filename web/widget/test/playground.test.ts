import { expect, test } from 'vitest';
import { contrast, notes } from '../src/playground/contrast.ts';
import { fill, html, npm, settingsOf } from '../src/playground/settings.ts';

test('the code holds what was set, and nothing that was left as it is', () => {
	expect(html('https://help.example', {})).toBe('<script async src="https://help.example/widget.js" data-inbox="KEY"></script>');
	const set = { inbox: 'K1', color: '#2f5947', proactive: '1', label: 'Ask "us" <now> & then', width: 'phone', code: 'npm' };
	expect(html('https://help.example', set)).toBe(
		'<script async\n  src="https://help.example/widget.js"\n  data-inbox="K1"\n  data-color="#2f5947"\n  data-label="Ask &quot;us&quot; &lt;now> &amp; then"\n  data-proactive></script>',
	);
	const code = npm('https://help.example', set);
	expect(code).toContain('  inbox: "K1",\n  color: "#2f5947",\n  label: "Ask \\"us\\" <now> & then",\n  proactive: true,\n});');
	expect(code).not.toContain('phone');
});

test('what is in the address comes into the form, and out of it again', () => {
	document.body.innerHTML = '<form><input name="inbox"><input type="checkbox" name="rtl" value="1"><select name="page"><option value=""></option><option value="app"></option></select></form>';
	const form = document.querySelector('form')!;
	fill(form, { inbox: 'K1', rtl: '1', page: 'app', nonsense: 'x' });
	expect(settingsOf(form)).toEqual({ inbox: 'K1', rtl: '1', page: 'app' });
	fill(form, {});
	expect(settingsOf(form)).toEqual({});
});

test.each([
	['#000000', 21, [false, false, false, true]],
	['#ffffff', 21, [false, true, true, false]],
	['#ffd400', 14.7, [false, true, true, false]],
	['#2f5947', 8, [false, false, false, true]],
])('%s: how much it stands out, and where the widget helps', (color, ratio, helped) => {
	const list = notes(color);
	expect(list[0]!.ratio).toBeCloseTo(ratio, 0);
	expect(list.map((n) => n.helped)).toEqual(helped);
	expect(contrast(color, color)).toBe(1);
});

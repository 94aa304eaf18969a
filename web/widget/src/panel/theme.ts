import { css, parseColor, standOut, textOn, white } from '@heard/shared/contrast.ts';

const dark = parseColor('#16171b')!;

/** Puts the site's colour to work, changed as far as it must be to stay readable in either theme. */
export function paint(color: string, theme: string | undefined): void {
	const root = document.documentElement;
	root.style.colorScheme = theme ?? '';
	const brand = parseColor(color);
	if (!brand) return;
	const night = standOut(brand, dark, 3);
	const set = (name: string, c: Parameters<typeof css>[0]) => root.style.setProperty(name, css(c));
	set('--fill-l', brand);
	set('--on-l', textOn(brand));
	set('--text-l', standOut(brand, white, 4.5));
	set('--fill-d', night);
	set('--on-d', textOn(night));
	set('--text-d', standOut(brand, dark, 4.5));
}

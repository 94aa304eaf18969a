type Rgb = [number, number, number];

/** `#rrggbb`; undefined for anything else. */
export function parseColor(text: string | undefined): Rgb | undefined {
	if (!/^#[\da-f]{6}$/i.test(text ?? '')) return undefined;
	return [1, 3, 5].map((i) => parseInt(text!.slice(i, i + 2), 16)) as Rgb;
}

export function css(c: Rgb): string {
	return `rgb(${c.map(Math.round).join()})`;
}

/** Relative luminance, WCAG 2.2. */
export function luminance(c: Rgb): number {
	const [r, g, b] = c.map((v) => {
		const s = v / 255;
		return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
	}) as Rgb;
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: Rgb, b: Rgb): number {
	const [x, y] = [luminance(a), luminance(b)];
	return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

export const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];

/** White or black, whichever reads better: one of them always reaches 4.5:1. */
export function textOn(c: Rgb): Rgb {
	return contrast(c, white) >= contrast(c, black) ? white : black;
}

/** The colour itself if it stands out enough from the ground, else the nearest mix with white or black that does. */
export function standOut(c: Rgb, ground: Rgb, ratio: number): Rgb {
	const pole = luminance(ground) > 0.18 ? black : white;
	for (let share = 0; share < 1; share += 0.04) {
		const mixed = c.map((v, i) => v + (pole[i]! - v) * share) as Rgb;
		if (contrast(mixed, ground) >= ratio) return mixed;
	}
	return pole;
}

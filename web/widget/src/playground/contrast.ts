/** One thing that is to be told of a colour: how much it stands out, and what the widget does about it. */
export interface Note {
	ratio: number;
	text: string;
	/** The widget had to help. */
	helped: boolean;
}

const day = '#ffffff';
const night = '#16171b';

/** The contrast of two colours by WCAG 2, from 1 to 21. */
export function contrast(a: string, b: string): number {
	const [x, y] = [luminance(a), luminance(b)];
	return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function luminance(color: string): number {
	const [r, g, b] = [1, 3, 5].map((i) => {
		const v = parseInt(color.slice(i, i + 2), 16) / 255;
		return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** What becomes of a colour in the widget. The sheets do the work; this says it. */
export function notes(color: string): Note[] {
	const [white, black] = [contrast(color, '#ffffff'), contrast(color, '#000000')];
	const sign = white >= 4.5 ? 'white' : 'black';
	const onDay = contrast(color, day);
	const onNight = contrast(color, night);
	return [
		{ ratio: sign === 'white' ? white : black, helped: false, text: `The launcher’s sign and your visitors’ words are ${sign} on it.` },
		onDay >= 3
			? { ratio: onDay, helped: false, text: 'It stands out against a white page.' }
			: { ratio: onDay, helped: true, text: 'Too light for a white page: the launcher gets a darker rim.' },
		onDay >= 4.5
			? { ratio: onDay, helped: false, text: 'Focus rings and marks by day are drawn in it.' }
			: { ratio: onDay, helped: true, text: 'For focus rings and marks by day it is darkened.' },
		onNight >= 5
			? { ratio: onNight, helped: false, text: 'It can be read by night.' }
			: { ratio: onNight, helped: true, text: 'In the dark theme the panel lightens it until it can be read.' },
	];
}

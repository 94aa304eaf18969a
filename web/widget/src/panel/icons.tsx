import { h } from './view.ts';

const paths = {
	close: 'M6 6l12 12M18 6L6 18',
	back: 'M14 6l-6 6 6 6',
	send: 'M12 19V5M6 11l6-6 6 6',
	down: 'M12 5v14M6 13l6 6 6-6',
};

export function icon(name: keyof typeof paths) {
	return (
		<svg viewBox="0 0 24 24" aria-hidden="true" class={'i ' + name}>
			<path d={paths[name]} />
		</svg>
	);
}

/** A face whose mouth follows the score, from 1 to 5. */
export function face(score: number) {
	const bend = (score - 3) * 2.2;
	return (
		<svg viewBox="0 0 32 32" aria-hidden="true" class="i face">
			<circle cx="16" cy="16" r="13" />
			<path d={`M11.5 12.5v1M20.5 12.5v1M10.5 ${20.5 - bend / 3}q5.5 ${bend} 11 0`} />
		</svg>
	);
}

export function initial(name: string) {
	return (
		<span class="initial" aria-hidden="true">
			{[...name.trim()][0]?.toUpperCase()}
		</span>
	);
}

import { h } from './view.ts';

const paths = {
	close: 'M6 6l12 12M18 6L6 18',
	back: 'M14 6l-6 6 6 6',
	send: 'M12 19V5M6 11l6-6 6 6',
	down: 'M12 5v14M6 13l6 6 6-6',
	more: 'M12 5h0M12 12h0M12 19h0',
	paper: 'M14 3H6v18h12V7zV7h4',
	clip: 'M20 12l-8 8a5 5 0 0 1-8-8l9-8a3 3 0 0 1 5 5l-9 8a2 2 0 0 1-2-2l8-8',
};

export function icon(name: keyof typeof paths) {
	return (
		<svg viewBox="0 0 24 24" aria-hidden="true" class={'i ' + name}>
			<path d={paths[name]} />
		</svg>
	);
}

export function iconButton(name: keyof typeof paths, label: string, onclick: (e: Event) => void) {
	return (
		<button type="button" class="icon" aria-label={label} title={label} onclick={onclick}>
			{icon(name)}
		</button>
	);
}

export function initial(name: string) {
	return (
		<span class="initial" aria-hidden="true">
			{[...name.trim()][0]?.toUpperCase()}
		</span>
	);
}

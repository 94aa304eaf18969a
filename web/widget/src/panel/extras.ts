import { alert } from './composer.tsx';
import { bytes, isPicture } from './files.tsx';
import { email, field, valueOf, wrong } from './form.tsx';
import { icon, iconButton } from './icons.tsx';
import { h } from './view.ts';
import { t } from './words.ts';

/** What only some visitors need: files, ratings, transcripts, offered messages. Loaded at first need. */
export type Extras = typeof import('../extras/main.ts');

const kit = () => ({ h, t, icon, iconButton, alert, bytes, isPicture, email, field, valueOf, wrong });
export type Kit = ReturnType<typeof kit>;

/** Where they are; the build fills it in. */
declare const EXTRAS: string;

let extras: Promise<Extras> | undefined;

export function loadExtras(): Promise<Extras> {
	extras ??= import(EXTRAS).then(
		(arrived: Extras) => (arrived.equip(kit()), arrived),
		(e) => {
			extras = undefined; // another try can do better
			throw e;
		},
	);
	return extras;
}

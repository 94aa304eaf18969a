import { alert, tooLong } from './composer.tsx';
import { bytes, isPicture } from './files.tsx';
import { closed, email } from './form.ts';
import { icon, iconButton, initial } from './icons.tsx';
import { plain, text } from './text.tsx';
import { h } from './view.ts';
import { availability, clock, day, dayOf } from './when.ts';
import { t } from './words.ts';

/** What only some visitors need: files, ratings, offered messages. Loaded at first need. */
export type Extras = typeof import('../extras/main.ts');
/** And what surrounds a conversation: the list of them, the menu, sound, transcripts. */
export type Lobby = typeof import('../lobby/main.ts');

const kit = () => ({ h, t, icon, iconButton, initial, alert, bytes, isPicture, email, closed, tooLong, text, plain, clock, day, dayOf, availability });
export type Kit = ReturnType<typeof kit>;

/** Where they are; the build fills it in. */
declare const PARTS: { extras: string; lobby: string };

export interface Parts {
	extras: Extras;
	lobby: Lobby;
}

const parts: { [part in keyof Parts]?: Promise<Parts[part]> } = {};

export function loadPart<K extends keyof Parts>(part: K): Promise<Parts[K]> {
	const load = (): Promise<Parts[K]> =>
		import(PARTS[part]).then(
			(arrived: Parts[K]) => (arrived.equip(kit()), arrived),
			(e) => {
				delete parts[part]; // another try can do better
				throw e;
			},
		);
	return (parts[part] ??= load() as (typeof parts)[K])!;
}

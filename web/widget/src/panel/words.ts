import { translator, type Messages, type Translator } from '@heard/shared/i18n.ts';
import type texts from '../../locales/en.json';

export type Key = keyof typeof texts;

/** Says a text in the language of the page. */
export let t: Translator<Key>;

/** The page's language and its texts; once, before anything is said. Times are written as the visitor's part of the world does. */
export function speak(locale: string, messages: Messages): void {
	const { language } = navigator;
	t = translator<Key>(language.startsWith(locale) ? language : locale, messages);
}

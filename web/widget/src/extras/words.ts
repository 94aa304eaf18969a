/**
 * Words that hardly anybody comes to see: why a file or a message was refused. They are a file of their own, in all
 * languages, so that nobody else loads them.
 */
import type { Ui } from '../panel/ui.ts';
import { t } from './kit.ts';
import type words from '../../words/en.json';

export type Reason = keyof typeof words;

/** Where they are; the build fills it in. */
declare const WORDS: string;

let said: Record<string, string> | undefined;
let coming = false;

/** The words for a code, "" until they are here; what there are no words for is told by `other`. */
export function reason(ui: Ui, code: string, other: Reason | ''): string {
	if (!said && !coming) {
		coming = true;
		import(WORDS)
			.then((file: { default: Record<string, Record<string, string>> }) => (said = file.default[document.documentElement.lang] ?? {}))
			.catch(() => (coming = false)) // another look can do better
			.finally(() => ui.redraw());
	}
	return said ? (said[code] ?? said[other] ?? t('oops')) : '';
}

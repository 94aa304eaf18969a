/** A text, or one text for each ordinal category of the language that `n` can fall into. */
export type Message = string | { [category in Intl.LDMLPluralRule]?: string };
export type Messages = Record<string, Message>;

export interface Translator<Key extends string> {
	(key: Key, values?: Record<string, string | number>): string;
	locale: string;
}

/** `{name}` in a text is replaced by the value of that name; `n` chooses the form, as in 1st, 2nd, 3rd. Numbers are written as the language writes them. */
export function translator<Key extends string>(locale: string, messages: Messages): Translator<Key> {
	const plural = new Intl.PluralRules(locale, { type: 'ordinal' });
	const number = new Intl.NumberFormat(locale);
	const t = (key: Key, values: Record<string, string | number> = {}): string => {
		let text = messages[key] ?? key;
		if (typeof text !== 'string') text = text[plural.select(Number(values['n']))] ?? text.other ?? key;
		return text.replace(/\{(\w+)\}/g, (all, name: string) => {
			const v = values[name];
			return typeof v === 'number' ? number.format(v) : (v ?? all);
		});
	};
	return Object.assign(t, { locale });
}

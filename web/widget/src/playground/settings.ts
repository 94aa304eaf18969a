/** What can be set here, by the names of the tag's attributes; the rest is of the page alone. */
export const attributes = ['color', 'side', 'theme', 'locale', 'launcher', 'label', 'consent', 'proactive'] as const;
export const ofPage = ['page', 'rtl'] as const;
export const ofView = ['width', 'code'] as const;

export type Settings = Record<string, string>;

/** What a form says, without what is left as it is. */
export function settingsOf(form: HTMLFormElement): Settings {
	const all = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()] as const);
	return Object.fromEntries(all.filter(([, value]) => value));
}

/** Puts settings into a form. What it has no place for, is passed over. */
export function fill(form: HTMLFormElement, settings: Settings): void {
	form.reset();
	for (const [name, value] of Object.entries(settings)) {
		const place = form.elements.namedItem(name);
		if (place instanceof HTMLInputElement && place.type === 'checkbox') place.checked = true;
		else if (place instanceof HTMLInputElement || place instanceof HTMLSelectElement || place instanceof RadioNodeList) place.value = value;
	}
}

export function pick(settings: Settings, names: readonly string[]): Settings {
	return Object.fromEntries(names.flatMap((name) => (settings[name] ? [[name, settings[name]]] : [])));
}

const escaped: Record<string, string> = { '&': '&amp;', '"': '&quot;', '<': '&lt;' };

/** The tag for a page. */
export function html(origin: string, settings: Settings): string {
	const flags = new Set(['proactive']);
	const data = Object.entries(pick(settings, attributes)).map(([name, value]) => (flags.has(name) ? `data-${name}` : `data-${name}="${value.replace(/[&"<]/g, (c) => escaped[c]!)}"`));
	const all = [`src="${origin}/widget.js"`, `data-inbox="${settings['inbox'] ?? 'KEY'}"`, ...data];
	return all.length < 4 ? `<script async ${all.join(' ')}></script>` : `<script async\n  ${all.join('\n  ')}></script>`;
}

/** The same for whoever bundles. */
export function npm(origin: string, settings: Settings): string {
	const data = Object.entries(pick(settings, attributes)).map(([name, value]) => `  ${name}: ${name === 'proactive' ? true : JSON.stringify(value)},\n`);
	return `import { load } from '@heard/widget';\n\nconst heard = await load({\n  url: ${JSON.stringify(origin)},\n  inbox: ${JSON.stringify(settings['inbox'] ?? 'KEY')},\n${data.join('')}});\nheard.on('unread', (n) => console.log(n));`;
}

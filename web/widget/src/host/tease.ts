import type { ToLoader } from '../bridge.ts';
import css from './host.css';

/** Shows a new answer beside the launcher. Text stays text; the panel opens when somebody wants it to. */
export function tease(root: ShadowRoot, m: ToLoader & { t: 'teaser' }): void {
	const { Heard } = window as unknown as { Heard?: { isOpen(): boolean; open(): void } };
	if (!Heard || Heard.isOpen()) return;
	const box = root.querySelector<HTMLElement>('.t') ?? place(root);
	const part = (tag: string, text: string, props: object = {}) => Object.assign(document.createElement(tag), { textContent: text, ...props });
	const say = part('button', '', { className: 'say', onclick: () => Heard.open() });
	say.append(part('i', [...m.name.trim()][0] ?? '', { ariaHidden: 'true' }), part('b', m.name), part('span', m.text));
	box.replaceChildren(say, part('button', '✕', { className: 'x', ariaLabel: m.dismiss, onclick: () => box.replaceChildren() }));
}

/** The place of teasers. It is there, and empty, before it says something: else screen readers would not. */
function place(root: ShadowRoot): HTMLElement {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(css);
	root.adoptedStyleSheets.push(sheet);
	const box = document.createElement('div');
	box.className = 't';
	box.ariaLive = 'polite';
	root.append(box);
	const quiet = () => box.replaceChildren();
	document.addEventListener('heard:open', quiet);
	document.addEventListener('heard:unread', (e) => (e as CustomEvent).detail || quiet());
	return box;
}

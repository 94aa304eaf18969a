import type { Rule } from '@heard/shared/widget-wire.ts';
import type { ToPanel } from '../bridge.ts';
import { applies, recall } from './rules.ts';

/** What an inbox's rules are, and whether it wants no chat on its sites now. */
interface Rules {
	items: Rule[];
	hidden?: boolean;
}

/** What the loader lends: the site's storage, the panel, and the line to it. */
type Kept = (what: 'p', line?: string) => string | null | undefined;
type Say = (m: ToPanel) => void;

/**
 * Offers messages by the rules of the inbox: each at most once to a visitor, and after a time on a page. They are judged
 * here, on the site's page, so that the panel is loaded for a visitor whom a rule means, and for nobody else; they come as
 * a module, which a site's content policy allows as it allows the loader. Nothing is kept before a message is offered, but
 * where a rule is for those who come back.
 */
export async function offers(panel: string, kept: Kept, load: () => void, say: Say): Promise<void> {
	const answer = (await import(panel.replace('?', '/rules.js?')).catch(() => undefined)) as { default: Rules } | undefined;
	if (!answer) return; // the site's page is none the worse for it
	const { items, hidden } = answer.default;
	const { Heard, navigation } = window as unknown as { Heard?: { isOpen(): boolean; hide(): void }; navigation?: EventTarget };
	if (hidden && !Heard?.isOpen()) Heard?.hide();
	const memory = recall(kept('p'));
	const line = () => [memory.first, ...memory.had].join();
	if (items.some((r) => r.returning)) kept('p', line());
	let timers: ReturnType<typeof setTimeout>[] = [];

	function due(rule: Rule): void {
		memory.had.push(rule.id);
		load();
		say({ t: 'offer', rule, kept: line() });
	}

	function wait(): void {
		timers.forEach(clearTimeout);
		timers = items.filter((r) => applies(r, location.href, memory)).map((r) => setTimeout(due, r.seconds * 1000, r));
	}

	wait();
	navigation?.addEventListener('navigatesuccess', wait);
	document.addEventListener('heard:page', wait);
}

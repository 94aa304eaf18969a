import type { Rule } from '@heard/shared/widget-wire.ts';
import type { Ui } from '../panel/ui.ts';
import { applies, recall, type Memory } from './rules.ts';

/**
 * Offers messages by the rules of the inbox: each at most once to a visitor, after a time on a page, and never to
 * somebody who is talking with us already. `kept` is what the site keeps for this. Returns what is to be called when the
 * visitor comes to another page.
 */
export async function propose(ui: Ui, kept: string): Promise<() => void> {
	const memory = recall(kept);
	const { items } = await ui.chat.api.call<{ items: Rule[] }>('GET', '/api/widget/rules/' + ui.inbox);
	let timers: ReturnType<typeof setTimeout>[] = [];
	if (items[0]) remember(ui, memory);

	function offer(rule: Rule): void {
		const talking = ui.open || ui.offer || ui.chat.threads.list.some((c) => !c.over && c.status !== 'resolved');
		if (talking || ui.chat.phase === 'starting' || memory.had.includes(rule.id)) return;
		ui.offer = rule;
		memory.had.push(rule.id);
		remember(ui, memory);
		ui.tease(document.title, rule.text);
	}

	function wait(): void {
		timers.forEach(clearTimeout);
		timers = items.filter((r) => applies(r, ui.page, memory)).map((r) => setTimeout(() => offer(r), r.seconds * 1000));
	}

	wait();
	return wait;
}

function remember(ui: Ui, { first, had }: Memory): void {
	ui.say({ t: 'keep', k: 'p', v: [first, ...had].join() });
}

import type { Rule } from '@heard/shared/widget-wire.ts';

const returnsAfter = 30 * 60_000;

/** What is remembered of a visitor for this, in one line: when they were first here, and which messages they had. */
export interface Memory {
	first: number;
	had: string[];
}

export function recall(kept: string | null | undefined, now = Date.now()): Memory {
	const [first, ...had] = (kept ?? '').split(',');
	return { first: Number(first) || now, had };
}

/** Whether a rule is for this visitor on this page, if they stay. Each message is offered once. */
export function applies(rule: Rule, href: string, memory: Memory, now = Date.now()): boolean {
	const parts = rule.url.split('*').map((part) => part.replace(/[^\w/-]/g, '\\$&'));
	const fits = new RegExp(`^${parts.join('.*')}$`).test(new URL(href).pathname);
	return fits && !memory.had.includes(rule.id) && (!rule.returning || now - memory.first > returnsAfter);
}

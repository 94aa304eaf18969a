import type { Queue } from '@heard/shared/conversation.ts';
import type { Settings } from '@heard/shared/widget-wire.ts';
import { t } from './words.ts';

/** From so many minutes on, nobody wants to read minutes. */
const hoursFrom = 90;

/** 10:04, as the language writes it. */
export function clock(at: string | Date): string {
	return format(at, { hour: 'numeric', minute: '2-digit' });
}

function format(at: string | Date, how: Intl.DateTimeFormatOptions): string {
	return new Date(at).toLocaleString(t.locale, how);
}

/** "Today", "Yesterday", or the date. */
export function day(at: string, now = new Date()): string {
	const then = new Date(at);
	const days = Math.round((dayOf(then) - dayOf(now)) / 86_400_000);
	if (days === 0 || days === -1) {
		const word = new Intl.RelativeTimeFormat(t.locale, { numeric: 'auto' }).format(days, 'day');
		return word.charAt(0).toLocaleUpperCase(t.locale) + word.slice(1);
	}
	const year = then.getFullYear() === now.getFullYear() ? undefined : 'numeric';
	return format(then, { weekday: 'long', day: 'numeric', month: 'long', year });
}

/** The same number for all times of one day here. */
export function dayOf(at: string | Date): number {
	return new Date(at).setHours(12, 0, 0, 0);
}

/**
 * One line on whether somebody is there and when to expect an answer, in the visitor's own time zone. Whoever is being
 * served needs no promise of a first answer.
 */
export function availability(s: Settings, served = false, now = new Date()): string {
	if (s.availability === 'offline') {
		if (!s.opens_at) return t('offline');
		const opens = new Date(s.opens_at);
		const days = (dayOf(opens) - dayOf(now)) / 86_400_000;
		const date: Intl.DateTimeFormatOptions = days > 6 ? { day: 'numeric', month: 'long' } : {}; // "Monday" is the next one
		return t('opens', { when: (days ? format(opens, { weekday: 'long', ...date }) + ', ' : '') + clock(opens) });
	}
	if (s.availability === 'away') return t('away');
	return s.expected_reply_s && !served ? t('reply', { wait: wait(s.expected_reply_s) }) : t('online');
}

/** Whose turn it is when, as far as is known: "3rd in line · about 2–5 min". */
export function place({ position, wait: range }: Queue): string {
	const turn = position > 1 ? t('queue', { n: position }) : t('queue.next');
	return [turn, wait(range)].filter(Boolean).join(' · ');
}

/** How long it takes until it is one's turn. */
export function wait(range: [number, number] | undefined): string {
	const [low, high] = range ?? [0, 0];
	const a = Math.floor(low / 60);
	const n = Math.ceil(high / 60);
	if (!(n > 0)) return '';
	if (n >= hoursFrom) return t('wait.hours', { n: Math.ceil(n / 60) });
	return a < 1 || a === n ? t('wait.about', { n }) : t('wait.range', { a, n });
}

import type { Settings } from '@heard/shared/widget-wire.ts';
import type { Translator } from '@heard/shared/i18n.ts';
import type { Key } from './ui.ts';

type T = Translator<Key>;

/** From so many minutes on, nobody wants to read minutes. */
const hoursFrom = 90;

/** 10:04, as the language writes it. */
export function clock(t: T, at: string | Date): string {
	return format(t, at, { hour: 'numeric', minute: '2-digit' });
}

function format(t: T, at: string | Date, how: Intl.DateTimeFormatOptions): string {
	return new Date(at).toLocaleString(t.locale, how);
}

/** "Today", "Yesterday", or the date. */
export function day(t: T, at: string, now = new Date()): string {
	const then = new Date(at);
	const days = Math.round((dayOf(then) - dayOf(now)) / 86_400_000);
	if (days === 0 || days === -1) {
		const word = new Intl.RelativeTimeFormat(t.locale, { numeric: 'auto' }).format(days, 'day');
		return word.charAt(0).toLocaleUpperCase(t.locale) + word.slice(1);
	}
	const year = then.getFullYear() === now.getFullYear() ? undefined : 'numeric';
	return format(t, then, { weekday: 'long', day: 'numeric', month: 'long', year });
}

/** The same number for all times of one day here. */
export function dayOf(at: string | Date): number {
	return new Date(at).setHours(12, 0, 0, 0);
}

/**
 * One line on whether somebody is there and when to expect an answer, in the visitor's own time zone. Whoever is being
 * served needs no promise of a first answer.
 */
export function availability(t: T, s: Settings, served = false, now = new Date()): string {
	if (s.availability === 'offline') {
		if (!s.opens_at) return t('offline');
		const opens = new Date(s.opens_at);
		const soon = dayOf(opens) === dayOf(now);
		return t('opens', { when: (soon ? '' : format(t, opens, { weekday: 'long' }) + ', ') + clock(t, opens) });
	}
	if (s.availability === 'away') return t('away');
	const reply = s.expected_reply_s;
	if (!reply || served) return t('online');
	const n = Math.ceil(reply[1] / 60);
	return n < hoursFrom ? t('reply.minutes', { n }) : t('reply.hours', { n: Math.ceil(n / 60) });
}

/** How long it takes until it is one's turn. */
export function wait(t: T, [low, high]: [number, number]): string {
	const [a, n] = [Math.floor(low / 60), Math.ceil(high / 60)];
	if (!(high > 0)) return '';
	if (n >= hoursFrom) return t('wait.hours', { n: Math.ceil(n / 60) });
	return a < 1 || a === n ? t('wait.about', { n }) : t('wait.range', { a, n });
}

import { expect, test } from 'vitest';
import { translator } from '@heard/shared/i18n.ts';
import type { Settings } from '@heard/shared/widget-wire.ts';
import en from '../locales/en.json';
import { availability, day, wait } from '../src/panel/when.ts';
import type { Key } from '../src/panel/ui.ts';

const t = translator<Key>('en', en);
const now = new Date(2026, 10, 21, 15, 0);
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString();

function settings(more: Partial<Settings>): Settings {
	return { availability: 'online', expected_reply_s: null, opens_at: null, prechat: [], ...more } as Settings;
}

test.each([
	[settings({}), 'Online'],
	[settings({ expected_reply_s: [10, 50] }), 'Replies in about 1 min'],
	[settings({ expected_reply_s: [60, 130] }), 'Replies in about 3 min'],
	[settings({ expected_reply_s: [3600, 7000] }), 'Replies in about 2 h'],
	[settings({ availability: 'away' }), 'Away right now. Write to us, we will answer.'],
	[settings({ availability: 'offline' }), 'Closed at the moment'],
	[settings({ availability: 'offline', opens_at: at(2026, 10, 21, 17, 0) }), 'Back: 5:00 PM'],
	[settings({ availability: 'offline', opens_at: at(2026, 10, 23, 9, 0) }), 'Back: Monday, 9:00 AM'],
])('availability %#: %s', (s, want) => {
	expect(availability(t, s, false, now).replace(/\s/g, ' ')).toBe(want);
});

test('who is being served is told no time of an answer', () => {
	expect(availability(t, settings({ expected_reply_s: [60, 130] }), true, now)).toBe('Online');
	expect(availability(t, settings({ availability: 'away', expected_reply_s: [60, 130] }), true, now)).toBe(t('away'));
});

test.each([
	[[20, 40], 'About 1 min to go.'],
	[[120, 240], 'About 2 to 4 min to go.'],
	[[240, 240], 'About 4 min to go.'],
	[[600, 9900], 'About 3 h to go.'],
	[[0, 0], ''],
] as const)('wait %j', ([low, high], want) => {
	expect(wait(t, [low, high])).toBe(want);
});

test.each([
	[at(2026, 10, 21, 0, 1), 'Today'],
	[at(2026, 10, 20, 23, 59), 'Yesterday'],
	[at(2026, 10, 19, 12, 0), 'Thursday, November 19'],
	[at(2025, 10, 19, 12, 0), 'Wednesday, November 19, 2025'],
])('day %s', (when, want) => {
	expect(day(t, when, now)).toBe(want);
});

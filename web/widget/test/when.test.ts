import { expect, test } from 'vitest';
import type { Settings } from '@heard/shared/widget-wire.ts';
import en from '../locales/en.json';
import { availability, day, place, wait } from '../src/panel/when.ts';
import { speak, t } from '../src/panel/words.ts';

speak('en', en);
const now = new Date(2026, 10, 21, 15, 0);
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString();

function settings(more: Partial<Settings>): Settings {
	return { availability: 'online', expected_reply_s: null, opens_at: null, prechat: [], ...more } as Settings;
}

test.each([
	[settings({}), 'Online'],
	[settings({ expected_reply_s: [10, 50] }), 'Replies in about 1 min'],
	[settings({ expected_reply_s: [60, 130] }), 'Replies in about 1–3 min'],
	[settings({ expected_reply_s: [3600, 7000] }), 'Replies in about 2 h'],
	[settings({ availability: 'away' }), 'Away right now. Write to us, we will answer.'],
	[settings({ availability: 'offline' }), 'Closed at the moment'],
	[settings({ availability: 'offline', opens_at: at(2026, 10, 21, 17, 0) }), 'Back 5:00 PM'],
	[settings({ availability: 'offline', opens_at: at(2026, 10, 23, 9, 0) }), 'Back Monday, 9:00 AM'],
	[settings({ availability: 'offline', opens_at: at(2027, 0, 4, 9, 0) }), 'Back Monday, January 4, 9:00 AM'],
])('availability %#: %s', (s, want) => {
	expect(availability(s, false, now).replace(/\s/g, ' ')).toBe(want);
});

test('who is being served is told no time of an answer', () => {
	expect(availability(settings({ expected_reply_s: [60, 130] }), true, now)).toBe('Online');
	expect(availability(settings({ availability: 'away', expected_reply_s: [60, 130] }), true, now)).toBe(t('away'));
});

test.each([
	[[20, 40], 'about 1 min'],
	[[120, 240], 'about 2–4 min'],
	[[240, 240], 'about 4 min'],
	[[600, 9900], 'about 3 h'],
	[[0, 0], ''],
] as const)('wait %j', ([low, high], want) => {
	expect(wait([low, high])).toBe(want);
});

test.each([
	[at(2026, 10, 21, 0, 1), 'Today'],
	[at(2026, 10, 20, 23, 59), 'Yesterday'],
	[at(2026, 10, 19, 12, 0), 'Thursday, November 19'],
	[at(2025, 10, 19, 12, 0), 'Wednesday, November 19, 2025'],
])('day %s', (when, want) => {
	expect(day(when, now)).toBe(want);
});

test.each([
	[1, [0, 0], 'You are next'],
	[2, [60, 240], '2nd in line · about 1–4 min'],
	[3, [120, 300], '3rd in line · about 2–5 min'],
	[11, [0, 0], '11th in line'],
	[21, [7000, 7300], '21st in line · about 3 h'],
] as const)('place %i', (position, [low, high], want) => {
	expect(place({ position, wait: [low, high] })).toBe(want);
});

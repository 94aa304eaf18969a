import { expect, test } from 'vitest';
import { machineSays, percentile, table } from '../looks/figures.ts';

test('a figure is the median of its samples, or the share that it names', () => {
	expect(percentile([5, 1, 9], 0.5)).toBe(5);
	expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)).toBe(10);
	expect(percentile([], 0.5)).toBeNaN();
});

test.each([
	[{ what: 'switch', samples: [34, 30, 80], unit: 'ms', most: 50 }, ['switch', '34 ms', '3', '30 to 80', '≤ 50', 'good']],
	[{ what: 'letters', samples: [34, 30, 80], share: 0.95, unit: 'ms', most: 50 }, ['letters', '80 ms', '3', '30 to 80', '≤ 50', 'OVER']],
	[{ what: 'points', samples: [97, 94, 96], unit: '', least: 95 }, ['points', '96', '3', '94 to 97', '≥ 95', 'good']],
	[{ what: 'shift', samples: [0.012], unit: '', most: 0 }, ['shift', '0.012', '1', '0.012 to 0.012', '≤ 0', 'OVER']],
	[{ what: 'lost', samples: [NaN], unit: '', most: 1 }, ['lost', 'NaN', '1', 'NaN to NaN', '≤ 1', 'OVER']],
])('the table tells how many samples there were and how far apart: $what', (figure, cells) => {
	const [, row] = table([figure]).split('\n');
	expect(row!.trim().split(/ {2,}/u)).toEqual(cells);
});

test.each([
	['at rest', 0.3, [10, 10, 11], 'The machine was at rest.'],
	['busy before the start', 3.1, [10, 10, 11], 'BUSY'],
	['busy meanwhile', 0.3, [10, 19, 25], 'BUSY'],
])('the machine tells whether it was ours: %s', (_, load, took, says) => {
	expect(machineSays(2, load, took)).toContain(says);
	expect(machineSays(2, load, took)).toContain(`2 processors, load ${load.toFixed(1)}`);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Typist } from '../src/typist.ts';

let said: (string | undefined)[];
let typist: Typist;

beforeEach(() => {
	vi.useFakeTimers();
	said = [];
	typist = new Typist((on, text) => said.push(on ? (text ?? 'on') : 'off'));
});
afterEach(() => vi.useRealTimers());

test('without a text: at most so often, and taken back after a pause', () => {
	for (let i = 0; i < 4; i++) {
		typist.key();
		vi.advanceTimersByTime(1000);
	}
	expect(said).toEqual(['on', 'on']);
	vi.advanceTimersByTime(5000);
	expect(said).toEqual(['on', 'on', 'off']);
});

test('with a text: at most once a second, and the last of it is not left out', () => {
	for (const text of ['W', 'Wh', 'Whe', 'Wher', 'Where']) {
		typist.key(text);
		vi.advanceTimersByTime(100);
	}
	expect(said).toEqual(['W']);
	vi.advanceTimersByTime(1000);
	expect(said).toEqual(['W', 'Where']);
	vi.advanceTimersByTime(10_000);
	expect(said).toEqual(['W', 'Where', 'off']);
});

test('sending takes it back at once, and only once', () => {
	typist.key('Hi');
	typist.stop();
	typist.stop();
	vi.advanceTimersByTime(10_000);
	expect(said).toEqual(['Hi', 'off']);
});

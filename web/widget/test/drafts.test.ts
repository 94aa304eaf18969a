import { Conversation } from '@heard/shared/conversation.ts';
import { memoryStore } from '@heard/shared/store.ts';
import { expect, test } from 'vitest';
import { Drafts } from '../src/panel/drafts.ts';

type Chat = Parameters<Drafts['follow']>[0];

const ana = { id: 'c1', name: '', email: '', verified: false };
const at = (active?: string, more: Partial<Chat> = {}): Chat => ({ phase: 'ready', customer: ana, active, current: active ? new Conversation(active) : undefined, ...more });

function page(storage: Storage) {
	return new Drafts(memoryStore(storage), 'd:');
}

test('each conversation has its draft, and the next page has them all', () => {
	const storage = {} as Storage;
	const before = page(storage);
	before.follow(at('7'), 'to seven');
	expect(before.follow(at('8'), '')).toBe('');
	before.follow(at('8'), 'to eight');
	const after = page(storage);
	expect(after.follow(at(undefined, { phase: 'starting' }), '')).toBe('');
	expect(after.follow(at('8'), '')).toBe('to eight');
	expect(after.follow(at('7'), '')).toBe('to seven');
});

test('what was sent is not kept, and what is typed on goes along to the conversation that the first message opens', () => {
	const storage = {} as Storage;
	const drafts = page(storage);
	drafts.follow(at(), 'Hello');
	drafts.follow(at(), '');
	expect(storage).toEqual({});
	drafts.follow(at(), 'and one more');
	expect(drafts.follow(at('7'), 'and one more')).toBe('and one more');
	expect(storage).toEqual({ 'd:c1:7': 'and one more' });
});

test('a chat that has ended keeps none, and a long one is cut', () => {
	const storage = {} as Storage;
	const drafts = page(storage);
	drafts.follow(at('7'), 'x'.repeat(20_000));
	expect((storage as Record<string, string>)['d:c1:7']).toHaveLength(16_000);
	const ended = new Conversation('7');
	ended.status = 'closed';
	drafts.follow(at('7', { current: ended }), 'x');
	expect(storage).toEqual({});
});

test.each([
	['somebody who was proven', true, ''],
	['nobody in particular', false, 'half a secret'],
])('another customer after %s', (_, verified, want) => {
	const storage = {} as Storage;
	const drafts = page(storage);
	drafts.follow(at('7', { customer: { ...ana, verified } }), 'half a secret');
	expect(drafts.follow(at('9', { customer: { ...ana, id: 'c2' } }), 'half a secret')).toBe(want);
	expect(storage).toEqual(want ? { 'd:c2:9': want } : {});
	drafts.clear();
	expect(storage).toEqual({});
});

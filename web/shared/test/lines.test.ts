import { expect, test } from 'vitest';
import { Conversation } from '../src/conversation.ts';
import { Outbox } from '../src/outbox.ts';
import { memoryStore } from '../src/store.ts';
import type { Event } from '../src/widget-wire.ts';

const at = '2026-11-21T10:00:00.000Z';
const file = { id: '7', name: 'lamp.png', type: 'image/png', size: 9, url: '/files/7/lamp.png' };

/** A conversation whose log is these events, one after the other. */
function talk(...events: Partial<Event>[]): Conversation {
	const c = new Conversation('1');
	const whole = events.map((e, i) => ({ seq: i + 1, prev: i, kind: 'message.posted', at, by: { kind: 'agent' as const, name: 'Mia' }, ...e }));
	for (const e of c.timeline.fill(whole)) c.apply(e);
	return c;
}

const shown = (c: Conversation) => c.lines().map((l) => [l.kind, l.body, l.edited, l.gone, l.files.length]);

test('an edit and a redaction that happen while one looks', () => {
	const c = talk(
		{ body: 'Today.' },
		{ body: 'See this.', data: { attachments: [file] } },
		{ kind: 'message.edited', body: 'Tomorrow.', data: { target_seq: 1 } },
		{ kind: 'message.redacted', data: { target_seq: 2 } },
	);
	expect(shown(c)).toEqual([
		['message', 'Tomorrow.', true, false, 0],
		['message', '', false, true, 0],
	]);
});

test('an edit and a redaction that happened before', () => {
	const c = talk({ body: 'Tomorrow.', data: { edited_at: at } }, { data: { redacted: true } });
	expect(shown(c)).toEqual([
		['message', 'Tomorrow.', true, false, 0],
		['message', '', false, true, 0],
	]);
});

test('an edit of what was taken back brings nothing back', () => {
	const c = talk({ body: 'Secret.' }, { kind: 'message.redacted', data: { target_seq: 1 } }, { kind: 'message.edited', data: { target_seq: 1 } });
	expect(c.lines()[0]).toMatchObject({ gone: true, body: '' });
});

test('automation opens with a message and goes on with notices', () => {
	const automation = { kind: 'automation' as const };
	const c = talk({ kind: 'ticket.opened' }, { body: 'May we help?', by: automation }, { body: 'Yes.', by: { kind: 'customer' } }, { body: 'Are you still there?', by: automation });
	expect(c.lines().map((l) => l.kind)).toEqual(['message', 'message', 'notice']);
});

test('files and what they answer stay with an unsent message over a reload', () => {
	const store = memoryStore();
	const options = { store: () => store };
	new Outbox(options, 'o:').add({ body: 'lamp.png', files: [file], proactive: 'help', customer: 'c1' });
	const again = new Outbox(options, 'o:');
	again.restore('c1');
	expect(again.items).toMatchObject([{ body: 'lamp.png', files: [file], proactive: 'help' }]);
});

test('a resolve that was taken back, or came to nothing, is not told, and asks nothing', () => {
	const moved = (from: string, to: string) => ({ kind: 'ticket.status_changed', data: { from, to } }) as Partial<Event>;
	const c = talk({ body: 'Hello.' }, moved('open', 'resolved'));
	c.hear({ type: 'survey', conversation: '1', token: 't', kind: 'csat', question: 'Well?', scale: [1, 5] });
	expect([c.lines().at(-1)?.kind, c.survey?.token]).toEqual(['resolved', 't']);
	const reopened = { seq: 3, prev: 2, at, by: { kind: 'agent' as const, name: 'Mia' }, ...moved('resolved', 'open') } as Event;
	for (const e of c.timeline.add(reopened)) c.apply(e);
	expect([c.lines().map((l) => l.kind), c.survey]).toEqual([['message'], undefined]);
	const kinds = (...events: Partial<Event>[]) => talk(...events).lines().map((l) => l.kind);
	expect(kinds({}, moved('open', 'resolved'), moved('resolved', 'closed'))).toEqual(['message', 'resolved']);
	expect(kinds({}, moved('open', 'resolved'), { by: { kind: 'customer' } }, moved('resolved', 'open'))).toEqual(['message', 'resolved', 'message']);
});

test('who took a conversation only to resolve it has not joined it once that is taken back', () => {
	const moved = (from: string, to: string, at = '2026-11-21T10:05:00.000Z') => ({ kind: 'ticket.status_changed', at, data: { from, to } }) as Partial<Event>;
	const takes = (name: string, at = '2026-11-21T10:05:00.000Z') => ({ kind: 'ticket.assigned', at, data: { agent: '3', agent_name: name } }) as Partial<Event>;
	const mine = { by: { kind: 'customer' as const } };
	const kinds = (c: Conversation) => c.lines().map((l) => l.kind);

	const undone = talk(mine, takes('Mia'), moved('open', 'resolved'), moved('resolved', 'open'));
	expect([kinds(undone), undone.agent]).toEqual([['message'], '']);
	const later = talk(mine, takes('Mia'), moved('open', 'resolved'), moved('resolved', 'open'), takes('Mia', at));
	expect([kinds(later), later.agent]).toEqual([['message', 'joined'], 'Mia']);
	const hers = talk(mine, takes('Mia', at), moved('open', 'resolved'), moved('resolved', 'open'), takes('Mia', at));
	expect([kinds(hers), hers.agent]).toEqual([['message', 'joined'], 'Mia']);
	const woken = talk(mine, takes('Mia', at), moved('snoozed', 'open'));
	expect([kinds(woken), woken.agent]).toEqual([['message', 'joined'], 'Mia']);
});

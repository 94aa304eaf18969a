import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { memoryStore } from '../src/store.ts';
import { Server, settle } from './server.ts';

let server: Server;

beforeEach(() => {
	vi.useFakeTimers();
	server = new Server();
});

afterEach(() => {
	server.close();
	vi.useRealTimers();
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

test('hello comes first, with the token and the subprotocol', async () => {
	await server.page().open();
	expect(server.socket.protocol).toBe('heard.v1');
	expect(server.socket.url).toBe('wss://help.example/ws/widget');
	expect(server.socket.sent[0]).toEqual({ type: 'hello', visitor: 'v1', epoch: 'e1', resume: [] });
	expect(Object.keys(server.socket.sent[0]!)[0]).toBe('type');
});

test('a message goes out once, is acked, and stands in the thread once', async () => {
	const page = await server.page().open();
	page.chat.send('hello', [], { fields: { email: 'ana@example.com' } });
	await settle();
	const sent = server.socket.sent.filter((f) => f['type'] === 'send');
	expect(sent).toHaveLength(1);
	expect(sent[0]!['fields']).toEqual({ email: 'ana@example.com' });
	expect(page.thread).toEqual(['hello']);
	expect(page.waiting).toEqual([]);
	expect(page.names()).toContain('conversation:start');
	expect(page.names()).toContain('message:out');
});

test('a lost ack: the message goes again with the same id and is there once', async () => {
	const page = await server.page().open();
	server.loseAnswers = true;
	page.chat.send('once');
	await settle();
	expect(page.waiting).toEqual(['once']);
	server.loseAnswers = false;
	server.socket.closeFrom(1006);
	await settle(2000);
	const ids = server.sockets.flatMap((s) => s.sent.filter((f) => f['type'] === 'send').map((f) => f['client_id']));
	expect(ids).toHaveLength(2);
	expect(new Set(ids).size).toBe(1);
	await settle(3000);
	expect(server.stored('101')).toEqual(['once']);
	expect(page.thread).toEqual(['once']);
	expect(page.waiting).toEqual([]);
});

test('no answer on a living connection: it takes a new one and sends again', async () => {
	const page = await server.page().open();
	server.loseAnswers = true;
	page.chat.send('stuck');
	await settle();
	server.loseAnswers = false;
	await settle(16_000);
	expect(server.sockets).toHaveLength(2);
	expect(page.thread).toEqual(['stuck']);
	expect(server.stored('101')).toEqual(['stuck']);
});

test('the outbox survives a reload', async () => {
	const store = memoryStore();
	const first = await server.page(store).open();
	server.loseAnswers = true;
	first.chat.send('before the reload');
	first.chat.send('and another');
	await settle();
	first.chat.stop();

	server.loseAnswers = false;
	const second = await server.page(store, first.kept).open();
	await settle(3000);
	expect(second.waiting).toEqual([]);
	expect(server.stored('101')).toEqual(['before the reload', 'and another']);
	expect([...server.logs.keys()]).toEqual(['101']);
	expect(store.keys('heard:')).toEqual([]);
});

test('what another person left behind is neither sent nor kept', async () => {
	const store = memoryStore();
	const first = await server.page(store).open();
	server.silent = true;
	first.chat.send('private');
	first.chat.stop();
	server.silent = false;
	server.customer = 'c2';
	const second = await server.page(store).open();
	await settle(3000);
	expect(second.chat.outbox.items).toEqual([]);
	expect(server.logs.size).toBe(0);
	expect(store.keys('heard:')).toEqual([]);
});

test('messages leave in order, the second after the first has opened the conversation', async () => {
	const page = await server.page().open();
	for (const body of ['one', 'two', 'three']) page.chat.send(body);
	await settle();
	expect(server.stored('101')).toEqual(['one', 'two', 'three']);
	expect(page.thread).toEqual(['one', 'two', 'three']);
	const sent = server.socket.sent.filter((f) => f['type'] === 'send');
	expect(sent.map((f) => f['conversation'])).toEqual([undefined, '101', '101']);
});

test('written offline, sent when the connection is back', async () => {
	const page = await server.page().open();
	server.blocked = server.down = true;
	server.socket.closeFrom(1006);
	page.chat.send('from the tunnel');
	await settle(8000);
	expect(page.waiting).toEqual(['from the tunnel']);
	server.blocked = server.down = false;
	window.dispatchEvent(new Event('online'));
	await settle(3000);
	expect(page.thread).toEqual(['from the tunnel']);
});

test('a gap is read from the log, and order holds', async () => {
	server.openConversation = '7';
	server.append('7', { body: 'hi', by: { kind: 'customer' } });
	const page = await server.page().open();
	server.append('7', { body: 'lost on the way' });
	server.calls = [];
	server.say('7', 'arrived');
	expect(page.thread).toEqual(['hi']);
	await settle();
	expect(server.calls).toEqual(['GET /api/widget/conversations/7/events?after=1']);
	expect(page.thread).toEqual(['hi', 'lost on the way', 'arrived']);
});

test('internal events leave holes in seq that are no gaps', async () => {
	server.openConversation = '7';
	server.append('7', { body: 'hi', by: { kind: 'customer' } });
	const page = await server.page().open();
	server.calls = [];
	const event = server.append('7', { body: 'answer' }, 5);
	server.socket.push({ type: 'event', conversation: '7', event });
	await settle();
	expect(page.thread).toEqual(['hi', 'answer']);
	expect(server.calls).toEqual([]);
});

test('out of order and twice: shown in order and once', async () => {
	server.openConversation = '7';
	server.append('7', { body: 'one', by: { kind: 'customer' } });
	const page = await server.page().open();
	const two = server.append('7', { body: 'two' });
	const three = server.append('7', { body: 'three' });
	server.down = true; // the order must come from the frames alone
	for (const event of [three, two, three, two]) server.socket.push({ type: 'event', conversation: '7', event });
	await settle();
	expect(page.thread).toEqual(['one', 'two', 'three']);
	expect(page.events.filter(([name]) => name === 'message:in')).toHaveLength(2);
});

test('after a drop it resumes after the newest that it has', async () => {
	server.openConversation = '7';
	server.append('7', { body: 'one', by: { kind: 'customer' } });
	const page = await server.page().open();
	server.socket.closeFrom(4008);
	server.append('7', { body: 'meanwhile' });
	await settle(1500);
	expect(server.socket.sent[0]!['resume']).toEqual([{ conversation: '7', after: 1 }]);
	expect(page.thread).toEqual(['one', 'meanwhile']);
});

test('an ack for another conversation moves the client to the follow-up', async () => {
	server.openConversation = '7';
	server.append('7', { body: 'old matter', by: { kind: 'customer' } });
	const page = await server.page().open();
	server.followUps.set('7', '8');
	page.chat.send('it is broken again');
	page.chat.send('really');
	await settle(3000);
	expect(page.chat.active).toBe('8');
	expect(page.thread).toEqual(['it is broken again', 'really']);
	expect(server.stored('8')).toEqual(['it is broken again', 'really']);
});

test('an ack whose event never comes is read back', async () => {
	const page = await server.page().open();
	page.chat.send('first');
	await settle();
	const received = server.received.bind(server);
	server.received = (ws, f) => {
		if (f['type'] !== 'send') return received(ws, f);
		ws.push({ type: 'ack', ...server.commit(f).ack });
	};
	page.chat.send('second');
	await settle();
	expect(page.thread).toEqual(['first', 'second']);
	await settle(2500);
	expect(page.chat.current!.timeline.newest).toBe(3);
	expect(page.thread).toEqual(['first', 'second']);
});

test('rate limited: waits as long as it was told, then the same message goes', async () => {
	const page = await server.page().open();
	server.refuse = { code: 'rate_limited', detail: 'slow down', retry_after_s: 7 };
	page.chat.send('patience');
	await settle();
	server.refuse = undefined;
	await settle(6500);
	expect(server.stored('101')).toEqual([]);
	await settle(1000);
	expect(server.stored('101')).toEqual(['patience']);
	expect(page.waiting).toEqual([]);
});

test('refused: failed with the reason, the next message still goes, and a retry keeps the id', async () => {
	const page = await server.page().open();
	server.refuse = { code: 'invalid', detail: 'body is too long' };
	page.chat.send('too long');
	await settle();
	const draft = page.chat.waiting[0]!;
	expect(draft.failed).toBe('body is too long');
	server.refuse = undefined;
	page.chat.send('short');
	await settle();
	expect(page.thread).toEqual(['short']);
	const id = draft.client_id;
	page.chat.retry(page.chat.outbox.items[0]!);
	await settle();
	expect(server.socket.sent.at(-1)!['client_id']).toBe(id);
});

test('an id that the server knows with other content is replaced only when the person retries', async () => {
	const page = await server.page().open();
	server.refuse = { code: 'client_id_reused', detail: 'this id has other content' };
	page.chat.send('hm');
	await settle(60_000);
	const [draft] = page.chat.waiting;
	expect(draft!.code).toBe('client_id_reused');
	const id = draft!.client_id;
	server.refuse = undefined;
	page.chat.retry(draft!);
	await settle();
	expect(server.socket.sent.at(-1)!['client_id']).not.toBe(id);
	expect(page.thread).toEqual(['hm']);
});

test('while the database is away nothing is lost, and it is said', async () => {
	const page = await server.page().open();
	server.socket.push({ type: 'state', degraded: true });
	expect(page.chat.link).toBe('connecting');
	server.refuse = { code: 'unavailable', detail: 'the database is away', retry_after_s: 2 };
	page.chat.send('still here');
	await settle(5000);
	expect(page.waiting).toEqual(['still here']);
	server.refuse = undefined;
	server.socket.push({ type: 'state', degraded: false });
	await settle(3000);
	expect(page.thread).toEqual(['still here']);
	expect(page.chat.link).toBe('live');
});

test('another epoch: all is read anew, the outbox stays', async () => {
	server.openConversation = '7';
	server.append('7', { body: 'kept in the backup', by: { kind: 'customer' } });
	server.append('7', { body: 'lost by the restore' });
	const page = await server.page().open();
	expect(page.thread).toHaveLength(2);
	server.epoch = 'e2';
	server.logs.get('7')!.pop();
	server.silent = true;
	page.chat.send('on its way');
	server.silent = false;
	server.socket.closeFrom(1006);
	await settle(4000);
	expect(page.thread).toEqual(['kept in the backup', 'on its way']);
	expect(server.socket.sent[0]!['epoch']).toBe('e2');
});

test('a session that is told to reload comes without the old epoch', async () => {
	const page = await server.page().open();
	server.epoch = 'e2';
	server.sessionProblem = (b) => (b['epoch'] ? { status: 409, code: 'reload' } : undefined);
	await page.chat.identify();
	expect(server.sessions.map((s) => s['epoch'])).toEqual([undefined, 'e1', undefined]);
	expect(page.chat.phase).toBe('ready');
});

test('a conversation that is not there leads to a new one', async () => {
	const page = await server.page().open();
	page.chat.show('999');
	await settle();
	expect(page.chat.active).toBeUndefined();
	page.chat.send('hello');
	await settle();
	expect(page.thread).toEqual(['hello']);
});

test('seen is told once, by the socket or by HTTP', async () => {
	server.openConversation = '7';
	server.append('7', { body: 'hi', by: { kind: 'customer' } });
	const page = await server.page().open();
	server.say('7', 'answer');
	expect(page.chat.unread).toBe(1);
	page.chat.see(page.chat.current!);
	page.chat.see(page.chat.current!);
	expect(server.socket.sent.filter((f) => f['type'] === 'seen')).toEqual([{ type: 'seen', conversation: '7', seq: 2 }]);
	expect(page.chat.unread).toBe(0);
});

test('typing is told at most every three seconds and taken back', async () => {
	server.openConversation = '7';
	server.append('7', { body: 'hi', by: { kind: 'customer' } });
	const page = await server.page().open();
	for (let i = 0; i < 10; i++) {
		page.chat.typing('');
		await settle(500);
	}
	await settle(5000);
	const told = server.socket.sent.filter((f) => f['type'] === 'typing').map((f) => f['on']);
	expect(told).toEqual([true, true, false]);
});

test('edits, redactions, joins and handoffs fold into the thread', async () => {
	server.openConversation = '7';
	server.append('7', { kind: 'ticket.opened', by: { kind: 'customer' } });
	server.append('7', { body: 'my card is 4111', by: { kind: 'customer' } });
	server.append('7', { kind: 'ticket.assigned', by: { kind: 'automation' }, data: { agent: 'a1', agent_name: 'Mia' } });
	server.append('7', { body: 'helo' });
	server.append('7', { kind: 'message.edited', body: 'hello', data: { target_seq: 4 } });
	server.append('7', { kind: 'message.redacted', data: { target_seq: 2 } });
	server.append('7', { kind: 'ticket.handed_off', data: {} });
	server.append('7', { kind: 'ticket.assigned', data: { agent: 'a2', agent_name: 'Bo' } });
	const page = await server.page().open();
	const lines = page.chat.current!.lines().map((l) => [l.kind, l.gone ? '(removed)' : l.body || l.name]);
	expect(lines).toEqual([
		['message', '(removed)'],
		['joined', 'Mia'],
		['message', 'hello'],
		['queued', 'Mia'],
		['joined', 'Bo'],
	]);
	expect(page.chat.current!.agent).toBe('Bo');
});

test('logout forgets the person and never uses their token again', async () => {
	const store = memoryStore();
	const page = await server.page(store).open();
	page.chat.send('hello');
	await settle();
	const token = page.kept;
	page.chat.logout();
	expect(page.kept).toBeUndefined();
	expect(page.chat.threads.all.size).toBe(0);
	expect(store.keys('')).toEqual([]);
	expect(server.sockets.at(-1)!.closed).toBe(1000);
	expect(server.calls).toContain('POST /api/widget/logout');
	page.kept = token; // another tab wrote it back
	await page.chat.start();
	expect(server.sessions.at(-1)!['visitor']).toBeUndefined();
});

test('identify keeps what was on its way and says hello anew', async () => {
	const page = await server.page().open();
	server.silent = true;
	page.chat.send('who am I');
	server.silent = false;
	server.customer = 'ana';
	page.identity = 'jwt';
	await page.chat.identify();
	await settle(3000);
	expect(server.sessions.at(-1)).toMatchObject({ visitor: 'v1', identity: 'jwt' });
	expect(server.socket.sent[0]!['visitor']).toBe('v2');
	expect(page.thread).toEqual(['who am I']);
});

test('a refused identity is an error and never a fallback', async () => {
	const page = server.page(memoryStore(), 'old');
	page.identity = 'expired';
	server.sessionProblem = (b) => (b['identity'] ? { status: 401, code: 'unauthenticated' } : undefined);
	await page.open();
	expect(page.chat.phase).toBe('failed');
	expect(page.names()).toContain('error');
	expect(server.sessions.every((s) => s['identity'] === 'expired')).toBe(true);
	expect(page.kept).toBe('old');
});

test('a conversation that was solved last is come back to, and the desk\'s read mark with it; an open one comes first', async () => {
	server.append('101', { kind: 'message.posted', body: 'Help', by: { kind: 'customer' } });
	const item = (id: string, status: string, updated_at: string) => ({ id, status, last_seq: 1, seen_seq: 1, agent_seen_seq: 1, unread: 0, updated_at });
	server.list = [item('102', 'closed', '2026-01-03T00:00:00.000Z'), item('101', 'resolved', '2026-01-02T00:00:00.000Z'), item('100', 'resolved', '2026-01-01T00:00:00.000Z')];
	const page = await server.page(memoryStore(), 'v1').open();
	expect(page.chat.active).toBe('101');
	expect(page.chat.current!.read).toBe(1);
	page.chat.current!.hear({ type: 'seen', seq: 3, by: { kind: 'agent' } });
	await page.chat.threads.refresh();
	expect(page.chat.current!.read, 'never back').toBe(3);
});

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

test('4001: stops with this token and comes back with a new session', async () => {
	const page = await server.page().open();
	server.socket.closeFrom(4001);
	await settle(1000);
	expect(server.sessions).toHaveLength(2);
	expect(server.sessions[1]!['visitor']).toBeUndefined();
	expect(server.socket.sent[0]!['visitor']).toBe('v2');
	expect(page.chat.link).toBe('live');
});

test('4001 while another tab has a newer token: uses that', async () => {
	const page = await server.page().open();
	page.kept = 'newer';
	server.socket.closeFrom(4001);
	await settle(1000);
	expect(server.sessions[1]!['visitor']).toBe('newer');
});

test('4001 again and again does not hammer the server', async () => {
	await server.page().open();
	server.silent = true;
	for (let i = 0; i < 4; i++) {
		server.socket.closeFrom(4001);
		await settle(20);
	}
	expect(server.sessions.length).toBeLessThanOrEqual(3);
});

test('leaving while it waits for a new session means leaving', async () => {
	const page = await server.page().open();
	server.silent = true;
	for (let i = 0; i < 3; i++) {
		server.socket.closeFrom(4001);
		await settle(20);
	}
	const before = server.sessions.length;
	page.chat.logout();
	await settle(60_000);
	expect(server.sessions).toHaveLength(before);
	expect(page.chat.phase).toBe('idle');
});

test('4003: stops for good', async () => {
	const page = await server.page().open();
	server.socket.closeFrom(4003);
	window.dispatchEvent(new Event('online'));
	await settle(120_000);
	expect(server.sockets).toHaveLength(1);
	expect(page.chat.phase).toBe('failed');
});

test.each([
	[1006, 100, 1500],
	[1000, 100, 1500],
	[4008, 0, 1000],
	[4009, 100, 1500],
	[4029, 29_000, 61_000],
	[4503, 0, 5500],
])('after %i it comes back between %i and %i ms', async (code, soonest, latest) => {
	await server.page().open();
	server.socket.closeFrom(code);
	await settle(soonest);
	expect(server.sockets).toHaveLength(1);
	await settle(latest - soonest);
	expect(server.sockets).toHaveLength(2);
});

test('4029: not even the network coming back shortens the wait', async () => {
	await server.page().open();
	server.socket.closeFrom(4029);
	window.dispatchEvent(new Event('online'));
	await settle(20_000);
	expect(server.sockets).toHaveLength(1);
});

test('refused again and again by the server itself: it waits, and does not poll instead', async () => {
	await server.page().open();
	server.silent = true;
	for (let i = 0; i < 4; i++) {
		server.socket.closeFrom(4029);
		await settle(46_000);
	}
	expect(server.calls.filter((c) => c === 'GET /api/widget/conversations')).toEqual([]);
});

test('drain: leaves within the given time, while the old connection still serves', async () => {
	const page = await server.page().open();
	server.socket.push({ type: 'drain', within_s: 10 });
	await settle(4900);
	expect(server.sockets).toHaveLength(1);
	page.chat.send('in the middle');
	await settle();
	expect(page.thread).toEqual(['in the middle']);
	await settle(200);
	expect(server.sockets).toHaveLength(2);
	expect(server.sockets[0]!.closed).toBe(1000);
});

test('a silent server is found out by the heartbeat', async () => {
	await server.page().open();
	await settle(16_500);
	expect(server.socket.sent.at(-1)).toEqual({ type: 'ping' });
	server.silent = true;
	await settle(16_000);
	expect(server.sockets).toHaveLength(1);
	await settle(12_000);
	expect(server.sockets.length).toBeGreaterThan(1);
});

test('the page coming back checks the connection soon', async () => {
	await server.page().open();
	server.silent = true;
	document.dispatchEvent(new Event('visibilitychange'));
	expect(server.socket.sent.at(-1)).toEqual({ type: 'ping' });
	await settle(6500);
	expect(server.sockets.length).toBeGreaterThan(1);
});

test('the wait between tries grows to at most thirty seconds', async () => {
	await server.page().open();
	server.blocked = server.down = true;
	server.socket.closeFrom(1006);
	const before = server.sockets.length;
	await settle(10 * 60_000);
	const tries = server.sockets.length - before;
	expect(tries).toBeGreaterThan(20);
	expect(tries).toBeLessThan(60);
});

test('sockets blocked twice: it polls, sends by HTTP, and goes back when sockets work', async () => {
	server.blocked = true;
	const page = await server.page().open();
	await settle(3000);
	expect(page.chat.link).toBe('polling');
	page.chat.send('by post', [], { fields: { email: 'a@b.example' } });
	await settle(100);
	expect(server.stored('101')).toEqual(['by post']);
	expect(page.thread).toEqual(['by post']);
	server.append('101', { body: 'an answer' });
	await settle(4000);
	expect(page.thread).toEqual(['by post', 'an answer']);

	server.blocked = false;
	await settle(31_000);
	expect(page.chat.link).toBe('live');
	server.calls = [];
	await settle(30_000);
	expect(server.calls).toEqual([]);
	page.chat.send('by socket');
	await settle();
	expect(server.stored('101')).toEqual(['by post', 'an answer', 'by socket']);
});

test('polling reads events only where something is new', async () => {
	server.blocked = true;
	server.openConversation = '7';
	server.append('7', { body: 'hi', by: { kind: 'customer' } });
	const page = await server.page().open();
	await settle(5000);
	server.calls = [];
	await settle(9000);
	expect(new Set(server.calls)).toEqual(new Set(['GET /api/widget/conversations']));
	expect(page.thread).toEqual(['hi']);
});

test('polling without a server says so, and keeps the message', async () => {
	server.blocked = true;
	const page = await server.page().open();
	await settle(3000);
	server.down = true;
	page.chat.send('later');
	await settle(10_000);
	expect(page.chat.link).toBe('connecting');
	expect(page.waiting).toEqual(['later']);
	server.down = false;
	await settle(60_000);
	expect(page.thread).toEqual(['later']);
	expect(server.stored('101')).toEqual(['later']);
});

test('a page that forbids the address ends in polling, not in an exception', async () => {
	const page = server.page();
	vi.stubGlobal('WebSocket', undefined);
	await page.open();
	await settle(3000);
	expect(page.chat.link).toBe('polling');
});

test('the server is away at the start: it tries again by itself', async () => {
	server.down = true;
	const page = server.page();
	void page.chat.start();
	await settle(5000);
	expect(page.chat.phase).toBe('starting');
	server.down = false;
	await settle(31_000);
	expect(page.chat.phase).toBe('ready');
});

test('Retry-After is kept', async () => {
	let busy = true;
	server.sessionProblem = () => (busy ? { status: 429, code: 'rate_limited', retryAfter: 40 } : undefined);
	const page = server.page();
	void page.chat.start();
	await settle(39_000);
	expect(server.sessions).toHaveLength(1);
	busy = false;
	await settle(2000);
	expect(page.chat.phase).toBe('ready');
});

test('a token that is no longer good leads to a new visitor', async () => {
	server.sessionProblem = (b) => (b['visitor'] === 'stale' ? { status: 401, code: 'unauthenticated' } : undefined);
	const page = await server.page(memoryStore(), 'stale').open();
	expect(server.sessions.map((s) => s['visitor'])).toEqual(['stale', undefined]);
	expect(page.kept).toBe('v2');
});

test('a site that is not allowed is told at once', async () => {
	server.sessionProblem = () => ({ status: 403, code: 'forbidden' });
	const page = await server.page().open();
	expect(page.chat.phase).toBe('failed');
	expect(page.chat.problem!.code).toBe('forbidden');
	expect(server.sockets).toHaveLength(0);
});

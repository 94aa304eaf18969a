import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './expect.ts';
import { patience } from './stage.ts';

const run = promisify(execFile);

/** How long a server may take until it says where it is: a demo writes weeks of history first, and the disk may be slow. */
const starting = 300_000;

/** The program under test. It is built by whoever runs us. */
export function binary(): string {
	const path = process.env['HEARD_BIN'];
	if (!path) throw new Error('HEARD_BIN must name the program to test; `go run ./cmd/dev e2e` sets it');
	return path;
}

export type Database = 'sqlite' | 'postgres';

/** With this, tests that name no database run on PostgreSQL as well: `go run ./cmd/dev e2e --db postgres`. */
const usual: Database = process.env['HEARD_E2E_DB'] === 'postgres' ? 'postgres' : 'sqlite';

/** The databases of tests that run on each. */
export const databases: Database[] = process.env['TEST_POSTGRES'] && usual === 'sqlite' ? ['sqlite', 'postgres'] : [usual];

export interface Options {
	database?: Database;
	/** The first word of the command line: `serve`, or `demo`. */
	command?: string;
	/** More of the command line. */
	args?: string[];
	/** The address that browsers use, when it is not the server's own. */
	base?: string;
	/** More of the command line of `heard seed`, which fills the desk before it opens. */
	seed?: string[];
}

/** A running server with a data folder of its own. */
export class Heard {
	/** The address that people use. */
	url = '';
	/** Where it listens. */
	door = '';
	/** All it has said so far. */
	log = '';
	#process: ChildProcess;
	#store: string[];
	#temp: string;
	#schema: string | undefined;

	private constructor(process: ChildProcess, store: string[], temp: string, schema?: string) {
		this.#process = process;
		this.#store = store;
		this.#temp = temp;
		this.#schema = schema;
	}

	/** Starts on a free port and waits until the server says where it is. */
	static async start(o: Options = {}): Promise<Heard> {
		const temp = await mkdtemp(join(tmpdir(), 'heard-e2e-'));
		const schema = (o.database ?? usual) === 'postgres' ? await newSchema() : undefined;
		const store = ['--data', temp, ...(schema ? ['--database', withSchema(schema)] : [])];
		if (o.seed) await run(binary(), ['seed', ...store, ...o.seed]);
		// Behind another address the server does not tell its port, so we choose one.
		const listen = o.base ? `127.0.0.1:${await freePort()}` : '127.0.0.1:0';
		const base = o.base ? ['--base-url', o.base] : [];
		const child = spawn(binary(), [o.command ?? 'serve', ...store, '--listen', listen, ...base, ...(o.args ?? [])], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const heard = new Heard(child, store, temp, schema);
		await heard.#started();
		heard.door = o.base ? `http://${listen}` : heard.url;
		return heard;
	}

	/** The one-time links that it prints when it has started: the first administrator's, or those of the demo. */
	async links(n: number): Promise<string[]> {
		const links = () => [...this.log.matchAll(/(\S+\/join#\S+)\s/g)].map((m) => m[1]!);
		await until(() => links().length, n);
		return links();
	}

	/** Runs another command on the same data and returns the last word it says: what it made. */
	async cli(...args: string[]): Promise<string> {
		const words = args.findIndex((a) => a.startsWith('--'));
		const at = words < 0 ? args.length : words;
		const { stdout } = await run(binary(), [...args.slice(0, at), ...this.#store, ...args.slice(at)]);
		return stdout.trim().split(/\s+/).at(-1) ?? '';
	}

	/** A person of the desk: the link to take the invitation up, and a token that acts as them. */
	async agent(name: string, role: string): Promise<{ link: string; token: string; email: string }> {
		const email = `${name.split(' ')[0]!.toLowerCase()}@shop.example`;
		const link = await this.cli('agent', 'add', '--email', email, '--name', name, '--role', role);
		const token = await this.cli('token', 'add', '--agent', email);
		// The server notices what others commit a moment later.
		await until(async () => (await fetch(`${this.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status, 200);
		return { link, email, token };
	}

	/** An inbox, open at any hour of any day: the tests must not know what time it is. Returns its public key. */
	async inbox(token: string): Promise<string> {
		const key = await this.cli('inbox', 'add', '--name', 'Shop', '--kind', 'website');
		const teams = await this.api<{ items: { id: string }[] }>(token, 'GET', '/teams');
		await Promise.all(teams.items.map((t) => this.api(token, 'PATCH', `/teams/${t.id}`, { schedule: null })));
		return key;
	}

	/** A ticket that a program opened for a customer. */
	async ticket(token: string, customer: { name: string; email: string }, body: string, subject = ''): Promise<string> {
		const { items } = await this.api<{ items: { id: string }[] }>(token, 'GET', '/inboxes');
		const ticket = await this.api<{ id: string }>(token, 'POST', '/tickets', {
			inbox: items[0]!.id,
			customer,
			...(subject && { subject }),
			message: { client_id: crypto.randomUUID(), body },
		});
		return ticket.id;
	}

	/** The bodies of a ticket's public messages in the order of the log. */
	async said(token: string, ticket: string): Promise<string[]> {
		const { items } = await this.api<{ items: { kind: string; body?: string }[] }>(token, 'GET', `/tickets/${ticket}/events?after=0`);
		return items.filter((e) => e.kind === 'message.posted').map((e) => e.body ?? '');
	}

	/** Calls the programs' API and returns its answer. */
	async api<T = any>(token: string, method: string, path: string, body?: unknown): Promise<T> {
		return call<T>(`${this.url}/api/v1${path}`, token, method, body);
	}

	async stop(): Promise<void> {
		if (this.#process.exitCode === null && this.#process.signalCode === null) {
			const gone = new Promise((resolve) => this.#process.once('exit', resolve));
			this.#process.kill('SIGKILL'); // leaving in order has its own tests, and takes its time
			await gone;
		}
		await rm(this.#temp, { recursive: true, force: true });
		if (this.#schema) await sql(`DROP SCHEMA "${this.#schema}" CASCADE`);
	}

	#started(): Promise<void> {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error(`the server did not start:\n${this.log}`)), starting);
			this.#process.once('error', (e) => {
				clearTimeout(timer);
				reject(e);
			});
			const hear = (chunk: Buffer) => {
				this.log += chunk;
				const url = /^Heard is at (\S+)\n/m.exec(this.log)?.[1];
				if (!url) return;
				this.url = url;
				clearTimeout(timer);
				resolve();
			};
			this.#process.stdout!.on('data', hear);
			this.#process.stderr!.on('data', hear);
			this.#process.once('exit', (code) => {
				clearTimeout(timer);
				reject(new Error(`the server ended with ${code}:\n${this.log}`));
			});
		});
	}
}

/** Calls an API as a program should: who is told that the database is busy asks again, when the answer says so. */
export async function call<T>(url: string, token: string, method: string, body?: unknown): Promise<T> {
	for (const end = Date.now() + patience; ; ) {
		const res = await fetch(url, {
			method,
			headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		const text = await res.text();
		if (res.ok) return (text ? JSON.parse(text) : undefined) as T;
		const after = Number(res.headers.get('retry-after'));
		if (res.status !== 503 || !after || Date.now() > end) throw new Error(`${method} ${new URL(url).pathname}: ${res.status} ${text}`);
		await new Promise((again) => setTimeout(again, after * 1000));
	}
}

async function freePort(): Promise<number> {
	const probe = createServer();
	await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
	const { port } = probe.address() as AddressInfo;
	await new Promise((resolve) => probe.close(resolve));
	return port;
}

async function newSchema(): Promise<string> {
	const schema = `e2e_${randomBytes(6).toString('hex')}`;
	await sql(`CREATE SCHEMA "${schema}"`);
	return schema;
}

function withSchema(schema: string): string {
	const dsn = new URL(process.env['TEST_POSTGRES']!);
	dsn.searchParams.set('search_path', schema);
	return dsn.href;
}

async function sql(statement: string): Promise<void> {
	await run('psql', ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--dbname', process.env['TEST_POSTGRES']!, '--command', statement]);
}

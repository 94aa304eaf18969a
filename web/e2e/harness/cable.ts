import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A stretch of network between browsers and the server that a test can cut, and mend again. */
export class Cable {
	readonly url: string;
	#server: Server;
	#sockets = new Set<Socket>();
	#target: URL | undefined;
	#state: 'whole' | 'silent' | 'cut' = 'whole';

	private constructor(server: Server) {
		this.#server = server;
		const { address, port } = server.address() as AddressInfo;
		this.url = `http://${address}:${port}`;
		server.on('connection', (near) => this.#join(near));
	}

	/** The server answers to every loopback address, but to one port only: cables to it share theirs. */
	static async pair(first: string, second: string): Promise<[Cable, Cable]> {
		for (let tries = 0; ; tries++) {
			const one = await Cable.#lay(first, 0);
			try {
				return [one, await Cable.#lay(second, Number(new URL(one.url).port))];
			} catch (e) {
				one.close(); // somebody has that port at the second address
				if (tries === 20) throw e;
			}
		}
	}

	static async #lay(address: string, port: number): Promise<Cable> {
		const server = createServer();
		await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve));
		return new Cable(server);
	}

	leadTo(url: string): void {
		this.#target = new URL(url);
	}

	/** Breaks every connection, and every new one until it is mended. */
	cut(): void {
		this.#state = 'cut';
		for (const s of this.#sockets) s.destroy();
	}

	/** What browsers say still reaches the server; its answers are lost. */
	silence(): void {
		this.#state = 'silent';
	}

	mend(): void {
		this.#state = 'whole';
	}

	close(): void {
		this.cut();
		this.#server.close();
	}

	#join(near: Socket): void {
		if (this.#state === 'cut' || !this.#target) {
			near.destroy();
			return;
		}
		const far = connect(Number(this.#target.port), this.#target.hostname);
		near.on('data', (b) => far.write(b));
		far.on('data', (b) => this.#state === 'whole' && near.write(b));
		for (const [a, b] of [
			[near, far],
			[far, near],
		] as const) {
			this.#sockets.add(a);
			a.on('error', () => {}); // the other end learns it by the close
			a.on('close', () => {
				this.#sockets.delete(a);
				b.destroy();
			});
		}
	}
}

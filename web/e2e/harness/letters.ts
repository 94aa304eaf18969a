import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A mail server that takes every letter and keeps it (RFC 5321, as much as a sender needs). */
export class Letters {
	/** All that came, as it was sent. */
	readonly got: string[] = [];
	readonly url: string;
	/** While true, nobody is known here: letters are refused for good. */
	refuses = false;
	#server: Server;
	#sockets = new Set<Socket>();

	private constructor(server: Server) {
		this.#server = server;
		this.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?tls=off`;
		server.on('connection', (socket) => this.#talk(socket));
	}

	static async open(): Promise<Letters> {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return new Letters(server);
	}

	/** A header of a letter to somebody, its folded lines made one; undefined until the letter is there. */
	header(to: string, name: string): string | undefined {
		const letter = this.got.find((l) => l.split('\r\n\r\n')[0]!.includes(to));
		return new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(letter ?? '')?.[1]!.replace(/\r\n[ \t]/g, ' ').trim();
	}

	close(): void {
		for (const s of this.#sockets) s.destroy();
		this.#server.close();
	}

	#talk(socket: Socket): void {
		this.#sockets.add(socket);
		socket.on('error', () => {}); // the sender learns it by the close
		socket.on('close', () => this.#sockets.delete(socket));
		let waiting = '';
		let inLetter = false;
		socket.setEncoding('utf8').on('data', (chunk: string) => {
			waiting += chunk;
			for (;;) {
				const end = inLetter ? '\r\n.\r\n' : '\r\n';
				const at = waiting.indexOf(end);
				if (at < 0) return;
				const said = waiting.slice(0, at);
				waiting = waiting.slice(at + end.length);
				if (inLetter) this.got.push(said);
				const word = inLetter ? '' : said.slice(0, 4).toUpperCase();
				inLetter = word === 'DATA';
				if (word === 'RCPT' && this.refuses) socket.write('550 5.1.1 nobody of that name\r\n');
				else socket.write(inLetter ? '354 go on\r\n' : word === 'QUIT' ? '221 bye\r\n' : '250 fine\r\n');
			}
		});
		socket.write('220 letters\r\n');
	}
}

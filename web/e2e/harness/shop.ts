import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site that embeds the widget: another origin, and a content policy that allows Heard and nothing inline. */
export class Shop {
	readonly url: string;
	#server: Server;

	private constructor(server: Server) {
		this.#server = server;
		const { address, port } = server.address() as AddressInfo;
		this.url = `http://${address}:${port}`;
	}

	/** `heard` is where the widget comes from. `?dir=rtl&lang=ar` turn the page; `proactive`, `consent` and `color` go onto the tag. */
	static async open(heard: string, inbox: string, address = '127.0.0.1'): Promise<Shop> {
		const policy = ["default-src 'none'", `script-src ${heard}`, `frame-src ${heard}`, "style-src 'self'", "base-uri 'none'"];
		const server = createServer((req, res) => {
			const url = new URL(req.url ?? '/', 'http://shop');
			if (url.pathname !== '/') {
				res.writeHead(404).end();
				return;
			}
			res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy.join('; ') });
			res.end(page(heard, inbox, url.searchParams));
		});
		await new Promise<void>((resolve) => server.listen(0, address, resolve));
		return new Shop(server);
	}

	close(): void {
		this.#server.closeAllConnections();
		this.#server.close();
	}
}

function page(heard: string, inbox: string, query: URLSearchParams): string {
	const lang = /^[a-z]{2}$/.exec(query.get('lang') ?? '')?.[0] ?? 'en';
	const dir = query.get('dir') === 'rtl' ? 'rtl' : 'ltr';
	const data = ['proactive', 'consent', 'color'].flatMap((name) => (query.has(name) ? ` data-${name}="${query.get(name)!.replace(/[^\w#-]/g, '')}"` : []));
	return `<!doctype html>
<html lang="${lang}" dir="${dir}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>A small shop</title></head>
<body>
<main><h1>A small shop</h1><p>Tea, cups and spoons.</p><p><a href="#cups">Cups</a></p></main>
<script async src="${heard}/widget.js" data-inbox="${inbox}"${data.join('')}></script>
</body>
</html>`;
}

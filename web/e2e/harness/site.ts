import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Page {
	/** What stands in the body. The tag of the widget is written by whoever needs it. */
	body: string;
	/** Its style sheet, which the page asks for at /site.css. */
	css?: string;
	/** Its script, which the page asks for at /site.js. */
	js?: string;
	/** The content policy; none unless given. */
	policy?: string;
	attrs?: string;
}

/** A site of whatever kind, of another site than Heard's, to see how the widget fares on it. */
export class Site {
	readonly url: string;
	#server: Server;

	private constructor(server: Server) {
		this.#server = server;
		const { address, port } = server.address() as AddressInfo;
		this.url = `http://${address}:${port}`;
	}

	static async open(page: Page, address = '127.0.0.2'): Promise<Site> {
		const server = createServer((req, res) => {
			const { pathname } = new URL(req.url ?? '/', 'http://site');
			if (pathname === '/site.css') res.writeHead(200, { 'content-type': 'text/css' }).end(page.css ?? '');
			else if (pathname === '/site.js') res.writeHead(200, { 'content-type': 'text/javascript' }).end(page.js ?? '');
			else if (pathname === '/favicon.ico') res.writeHead(404).end();
			else res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...(page.policy && { 'content-security-policy': page.policy }) }).end(html(page));
		});
		await new Promise<void>((resolve) => server.listen(0, address, resolve));
		return new Site(server);
	}

	close(): void {
		this.#server.closeAllConnections();
		this.#server.close();
	}
}

function html({ body, css, js, attrs }: Page): string {
	return `<!doctype html>
<html lang="en" ${attrs ?? ''}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>A site</title>
${css === undefined ? '' : '<link rel="stylesheet" href="/site.css">'}${js === undefined ? '' : '<script type="module" src="/site.js"></script>'}</head>
<body>${body}</body>
</html>`;
}

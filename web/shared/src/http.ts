/** Anything that kept a call from its answer. `status` 0 means that no answer came at all. */
export class Problem extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		detail: string,
		/** Seconds that the server asked us to wait, when it did. */
		readonly retryAfter?: number,
	) {
		super(detail);
	}

	/** The same call may succeed later, unchanged. */
	get passing(): boolean {
		return this.status === 0 || this.status === 429 || this.status >= 500;
	}
}

export interface Api {
	/** The visitor's token, once there is one. */
	token: string | undefined;
	call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>;
}

const giveUpAfter = 20_000;

export function newApi(base: string): Api {
	const api: Api = {
		token: undefined,
		async call<T>(method: string, path: string, body?: unknown): Promise<T> {
			const headers: Record<string, string> = {};
			if (api.token && !path.endsWith('/session')) headers['Authorization'] = 'Bearer ' + api.token;
			if (body) headers['Content-Type'] = 'application/json';
			try {
				const answer = await fetch(base + path, { method, headers, body: JSON.stringify(body), credentials: 'omit', signal: AbortSignal.timeout(giveUpAfter) });
				const text = await answer.text();
				if (!answer.ok) throw problemOf(answer, text);
				return (text ? JSON.parse(text) : undefined) as T;
			} catch (e) {
				throw e instanceof Problem ? e : new Problem(0, 'unavailable', String(e));
			}
		},
	};
	return api;
}

function problemOf(answer: Response, text: string): Problem {
	let p: { code?: string; detail?: string; errors?: { detail?: string }[] } = {};
	try {
		p = JSON.parse(text) ?? {};
	} catch {
		// a proxy between us and the server answers in HTML
	}
	const wait = Number(answer.headers.get('Retry-After')) || undefined;
	const detail = p.errors?.[0]?.detail ?? p.detail ?? '';
	return new Problem(answer.status, p.code ?? (answer.status >= 500 ? 'unavailable' : 'invalid'), detail, wait);
}

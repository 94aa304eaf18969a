import { call, type Heard } from './heard.ts';

/** A visitor without a browser, for what has to have happened before a test begins. */
export class Visitor {
	#heard: Heard;
	#token: string;

	private constructor(heard: Heard, token: string) {
		this.#heard = heard;
		this.#token = token;
	}

	/** `more` is what else the visitor's page tells when it comes. */
	static async come(heard: Heard, inbox: string, more: object = {}): Promise<Visitor> {
		const res = await fetch(`${heard.url}/api/widget/session`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ inbox, ...more }),
		});
		if (!res.ok) throw new Error(`begin a session: ${res.status} ${await res.text()}`);
		return new Visitor(heard, ((await res.json()) as { visitor: string }).visitor);
	}

	/** Opens a conversation and returns its id. */
	async write(body: string): Promise<string> {
		const answer = await this.#call<{ conversation: string }>('POST', '/conversations', { message: { client_id: crypto.randomUUID(), body } });
		return answer.conversation;
	}

	/** The token of the survey that waits, if one does. */
	async survey(): Promise<string | undefined> {
		const { items } = await this.#call<{ items: { survey?: { token: string } }[] }>('GET', '/conversations');
		return items[0]?.survey?.token;
	}

	async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
		return call<T>(`${this.#heard.url}/api/widget${path}`, this.#token, method, body);
	}
}

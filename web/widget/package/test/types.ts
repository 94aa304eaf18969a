// Compiled, not run: what a site may write, and what it may not.
import { load, type Events, type Heard } from '../src/index.ts';

export async function site(): Promise<void> {
	const heard: Heard = await load({ url: 'https://help.example', inbox: 'KEY', color: '#2f5947', side: 'start', consent: 'wait', proactive: true, user_jwt: async () => 'jwt' });
	const off: () => void = heard.on('unread', (n) => n.toFixed());
	heard.on('queue', ({ position, wait_s: [low, high] }) => position + low + high);
	heard.on('agent:join', ({ name }) => name.trim());
	heard.on('status', (s) => s === 'online');
	document.addEventListener('heard:csat', (e) => e.detail.score.toFixed());
	heard.identify({ user_jwt: 'jwt' });
	heard.track('checkout', { step: 2 });
	heard.newMessage();
	heard.showConversation('12');
	heard.tag('vip');
	heard.popout();
	heard.update({ consent: true });
	const open: boolean = heard.isOpen();
	window.Heard?.('open');
	off();

	// @ts-expect-error: an inbox has to be named
	await load({ url: 'https://help.example' });
	// @ts-expect-error: there is no such side
	await load({ url: 'https://help.example', inbox: 'KEY', side: 'left' });
	// @ts-expect-error: no such event
	heard.on('message', () => {});
	// @ts-expect-error: the number is no text
	heard.on('unread', (n: string) => n);
	// @ts-expect-error: what was written is not told
	heard.on('message:in', (m) => m.body);
	// @ts-expect-error: a token is needed
	heard.identify({});
	void open;
}

export const every: Record<keyof Events, true> = {
	ready: true, open: true, close: true, unread: true, 'message:in': true, 'message:out': true, 'conversation:start': true, 'conversation:end': true,
	prechat: true, 'offline:submit': true, csat: true, queue: true, 'agent:join': true, status: true, error: true,
};

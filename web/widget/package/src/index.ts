import type { Heard, LoadSettings } from './types.ts';

export type { DomEvents, Events, Heard, LoadSettings, Settings } from './types.ts';

/** Every method of the widget. */
export const methods = ['boot', 'open', 'close', 'toggle', 'isOpen', 'show', 'hide', 'identify', 'update', 'logout', 'track', 'page', 'tag', 'popout', 'newMessage', 'showConversation', 'on', 'destroy'] as const;

/** The widget that this page has, or is getting, from here. */
let mine: { key: string; heard: Promise<Heard>; here?: boolean } | undefined;

const running = () => (window.Heard && 'boot' in window.Heard ? window.Heard : undefined); // a stub has no methods

/**
 * Loads the widget of an inbox, once, and resolves to it. On a server it resolves to one that does nothing, so that
 * rendering there needs no question first. After a failure, or `destroy()`, it can be called again.
 */
export function load({ url, ...settings }: LoadSettings): Promise<Heard> {
	if (typeof document === 'undefined') return Promise.resolve(nothing());
	const { origin } = new URL(url);
	const key = origin + ' ' + settings.inbox;
	const given = Object.fromEntries(Object.entries(settings).filter(([, v]) => v !== undefined && v !== false));
	if (mine?.here && !running()) mine = undefined; // destroyed
	if (mine && mine.key !== key) return Promise.reject(new Error('heard: this page has the widget of another inbox; destroy() it first'));
	const heard = mine?.heard ?? (running() && Promise.resolve(running()!)); // a tag of the page may have brought it
	if (heard) return heard.then((h) => (h.update(given), h));
	window.HeardSettings = given;
	const own: typeof mine = { key, heard: insert(origin + '/widget.js') };
	mine = own;
	own.heard.then(
		() => (own.here = true),
		() => (mine = undefined),
	);
	return own.heard;
}

function insert(src: string): Promise<Heard> {
	return new Promise((resolve, reject) => {
		const script = document.createElement('script');
		script.async = true;
		script.src = trusted(src);
		script.onload = () => resolve(window.Heard!);
		script.onerror = () => {
			script.remove();
			reject(new Error(`heard: ${src} could not be loaded`));
		};
		document.head.append(script);
	});
}

interface Policy {
	createScriptURL(src: string): string;
}

let policy: Policy | undefined; // a page gives its name away once

/** Pages that demand trusted types have to allow the policy `heard`: it makes addresses of this one script only. */
function trusted(src: string): string {
	const { trustedTypes } = window as unknown as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } };
	try {
		policy ??= trustedTypes?.createPolicy('heard', { createScriptURL: (s) => (/^https?:\/\/[^/]+\/widget\.js$/.test(s) ? s : '') });
	} catch {
		// the page has no place for the policy: its browser decides
	}
	return policy?.createScriptURL(src) ?? src;
}

/** The widget where there is no page. */
function nothing(): Heard {
	const silent = () => undefined;
	const api = Object.fromEntries(methods.map((name) => [name, silent as () => unknown]));
	return Object.assign(silent, api, { isOpen: () => false, on: () => silent }) as unknown as Heard;
}

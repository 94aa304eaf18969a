import type { Rule } from '@heard/shared/widget-wire.ts';

/**
 * What loader and panel say to each other, over a MessagePort that the loader hands to the panel's exact
 * origin. No message carries an address or markup: neither side can make the other load or render anything.
 */

/** How the site wants the panel; what is absent comes from the inbox's settings. */
export interface Look {
	color?: string | undefined;
	side?: string | undefined;
	theme?: string | undefined;
	/** Known about the visitor, to spare them typing. Unverified. */
	name?: string | undefined;
	email?: string | undefined;
}

/** Where the visitor is; beyond the address only with the site's consent. */
export interface Page {
	page: string;
	title?: string | undefined;
	referrer?: string | undefined;
	consent?: boolean | undefined;
}

export type ToPanel =
	/** `open` is a string where it was open on the page before. `quiet`: the visitor wants no sound. */
	| ({ t: 'init'; look: Look; open: boolean | string; resume: boolean; keep: boolean; quiet: string | null | undefined } & Page)
	/** By the inbox's rules a message is due; `kept` is what to keep of it, if it is offered. */
	| { t: 'offer'; rule: Rule; kept: string }
	| { t: 'open' }
	| { t: 'close' }
	| { t: 'look'; look: Look }
	| { t: 'identify' }
	| { t: 'logout' }
	| { t: 'new'; text?: string | undefined }
	| { t: 'show'; id: string }
	/** A name of nothing says where the visitor is now, and nothing for the desk to count. */
	| ({ t: 'track'; name: string; at: number; props?: unknown } & Page)
	| ({ t: 'who'; visitor?: string | null | undefined; identity?: string | undefined } & Page);

export type ToLoader =
	| { t: 'close' }
	| { t: 'who' }
	| { t: 'popout' }
	| { t: 'keep'; k: 'v' | 'p' | 's'; v: string | null }
	| { t: 'unread'; n: number }
	| { t: 'teaser'; name: string; text: string; dismiss: string }
	| { t: 'look'; color: string; side: string; label: string; hidden: boolean }
	| { t: 'event'; name: string; detail: unknown };

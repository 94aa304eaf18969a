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

export type ToPanel =
	| { t: 'init'; look: Look; open: boolean; resume: boolean; keep: boolean }
	| { t: 'open' }
	| { t: 'close' }
	| { t: 'look'; look: Look }
	| { t: 'identify' }
	| { t: 'logout' }
	| { t: 'new'; text: string }
	| { t: 'show'; id: string }
	| { t: 'track'; name: string; at: number; page: string; props?: unknown }
	| { t: 'who'; visitor?: string | null | undefined; identity?: string | undefined; page: string };

export type ToLoader =
	| { t: 'close' }
	| { t: 'who' }
	| { t: 'token'; v: string | null }
	| { t: 'unread'; n: number }
	| { t: 'teaser'; name: string; text: string; dismiss: string }
	| { t: 'look'; color: string; side: string; label: string }
	| { t: 'event'; name: string; detail: unknown };

/** The widget's side of the wire contract. Ids are opaque strings, times RFC 3339, durations seconds. */

export interface Actor {
	kind: 'customer' | 'agent' | 'bot' | 'automation' | 'system';
	id?: string | null;
	name?: string;
}

export interface Attachment {
	id: string;
	name: string;
	type: string;
	size: number;
	url: string;
	/** Where a small one of a picture is. */
	thumb?: string;
	width?: number;
	height?: number;
}

export interface Event {
	seq: number;
	/** The event before this one that a customer may see; 0 for the first. */
	prev: number;
	kind: string;
	at: string;
	by: Actor;
	body?: string;
	data?: Record<string, unknown>;
}

export type Availability = 'online' | 'away' | 'offline';
export type ConversationStatus = 'open' | 'pending' | 'snoozed' | 'resolved' | 'closed';

export interface PrechatField {
	key: string;
	label: string;
	type: 'text' | 'email' | 'select' | 'checkbox';
	required: boolean;
	options?: string[] | null;
}

/** A message that a page offers by itself. `url` is a pattern of the page's path, in which * is any run of characters. */
export interface Rule {
	id: string;
	url: string;
	seconds: number;
	returning?: boolean;
	text: string;
}

export interface Settings {
	title: string;
	greeting: string;
	color: string;
	side: 'start' | 'end';
	locale: string;
	availability: Availability;
	expected_reply_s: [number, number] | null;
	opens_at: string | null;
	prechat: PrechatField[];
	offline: boolean;
	csat: boolean;
	attachments?: { enabled: boolean; max_bytes: number; max_files: number; types?: string[] | null } | null;
	/** The desk sees what is being written. */
	typing_preview?: boolean;
	/** The desk wants to know which pages were visited. */
	consent?: boolean;
	/** What has to be said before a chat; where it is required, the chat begins with a field `agreed`. */
	notice?: { text: string; required: boolean } | null;
	offline_form?: { mode: 'form' | 'messages' | 'hidden'; text?: string } | null;
}

export interface Survey {
	token: string;
	kind: string;
	question: string;
	scale: [number, number];
	/** What the worst and the best score mean. */
	ends?: [string, string] | null;
	/** The question before the reasons. */
	reason?: string;
	reasons?: { key: string; text: string }[];
	/** The survey's own questions. */
	questions?: { key: string; type: string; text: string; choices?: { key: string; text: string }[]; high?: number }[];
}

/** What a customer says beside the score. */
export interface Said {
	reasons?: string[];
	answers?: Record<string, string>;
}

export interface SessionAnswer {
	visitor: string;
	customer: { id: string; name?: string; email?: string; verified: boolean };
	settings: Settings;
	open_conversation?: string | null;
	unread: number;
	/** The desk will not have it. */
	blocked?: boolean;
	epoch: string;
}

export interface ConversationItem {
	id: string;
	status: ConversationStatus;
	last_seq: number;
	seen_seq: number;
	/** How far the desk has seen it. */
	agent_seen_seq?: number;
	unread: number;
	agent?: { id: string; name: string } | null;
	updated_at: string;
	survey?: Survey | null;
}

export interface Ack {
	client_id: string;
	conversation: string;
	seq: number;
	at: string;
}

export type Fields = Record<string, string>;

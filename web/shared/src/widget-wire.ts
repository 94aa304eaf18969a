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
	type: 'text' | 'email' | 'select';
	required: boolean;
	options?: string[] | null;
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
}

export interface Survey {
	token: string;
	kind: string;
	question: string;
	scale: [number, number];
}

export interface SessionAnswer {
	visitor: string;
	customer: { id: string; name?: string; email?: string; verified: boolean };
	settings: Settings;
	open_conversation?: string | null;
	unread: number;
	epoch: string;
}

export interface ConversationItem {
	id: string;
	status: ConversationStatus;
	last_seq: number;
	seen_seq: number;
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

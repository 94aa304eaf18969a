// Written by go run ./web/gen from the Go types of the API. Do not edit.

/** A decimal string; opaque. */
export type Id = string;
/** RFC 3339, UTC, three decimals. */
export type Time = string;

export type Action =
	| "public.read"
	| "session.begin"
	| "widget.start"
	| "survey.answer"
	| "report.by_link"
	| "file.by_link"
	| "widget.connect"
	| "conversation.list"
	| "conversation.open"
	| "conversation.read"
	| "conversation.write"
	| "conversation.seen"
	| "conversation.end"
	| "conversation.contact"
	| "conversation.transcript"
	| "widget.upload"
	| "signal.send"
	| "widget.logout"
	| "notification.read"
	| "notification.write"
	| "me.read"
	| "me.availability"
	| "me.password"
	| "me.preferences"
	| "session.list"
	| "session.end"
	| "console.connect"
	| "attachment.write"
	| "view.list"
	| "view.write"
	| "view.share"
	| "bulk.run"
	| "bulk.read"
	| "ticket.list"
	| "ticket.read"
	| "ticket.create"
	| "ticket.update"
	| "ticket.message"
	| "ticket.note"
	| "ticket.edit"
	| "ticket.edit_any"
	| "ticket.assign"
	| "ticket.handoff"
	| "ticket.resolve"
	| "ticket.reopen"
	| "ticket.undo"
	| "ticket.snooze"
	| "ticket.tag"
	| "ticket.seen"
	| "ticket.draft"
	| "ticket.ownership"
	| "ticket.accept"
	| "ticket.decline"
	| "queue.next"
	| "customer.list"
	| "customer.read"
	| "customer.write"
	| "customer.block"
	| "customer.merge"
	| "organization.list"
	| "organization.write"
	| "agent.list"
	| "agent.write"
	| "agent.invite"
	| "agent.availability"
	| "token.list"
	| "token.write"
	| "team.list"
	| "team.write"
	| "inbox.list"
	| "inbox.write"
	| "inbox.secret"
	| "schedule.list"
	| "schedule.write"
	| "setting.read"
	| "setting.write"
	| "audit.read"
	| "job.list"
	| "job.retry"
	| "webhook.list"
	| "webhook.write"
	| "figure.read"
	| "figure.agents"
	| "report.read"
	| "report.share"
	| "report.act"
	| "report.subscribe"
	| "survey.decisions"
	| "survey.read"
	| "survey.write"
	| "follow_up.read"
	| "follow_up.write"
	| "issue.list"
	| "issue.read"
	| "issue.write"
	| "issue.merge"
	| "issue.split"
	| "topic.correct"
	| "marker.list"
	| "marker.write"
	| "macro.list"
	| "macro.write"
	| "macro.share";
export type ActorKind =
	| "customer"
	| "agent"
	| "bot"
	| "automation"
	| "system";
export type Availability =
	| "online"
	| "away"
	| "offline";
export type Channel =
	| "chat"
	| "api"
	| "email";
export type InboxKind =
	| "website"
	| "api";
export type NotificationKind =
	| "customer_replied"
	| "assigned"
	| "offered"
	| "handed_off"
	| "mentioned"
	| "reopened"
	| "unassigned_waiting"
	| "outgoing_refused"
	| "low_score"
	| "issue_flagged"
	| "report_ready";
export type Priority =
	| "low"
	| "normal"
	| "high"
	| "urgent";
export type Role =
	| "agent"
	| "lead"
	| "manager"
	| "admin";
export type Status =
	| "open"
	| "pending"
	| "snoozed"
	| "resolved"
	| "closed";
export type EventKind =
	| "agent.availability_changed"
	| "conversation.ended"
	| "customer.contact_given"
	| "customer.identified"
	| "customer.left"
	| "customer.merged"
	| "customer.returned"
	| "inactivity.warned"
	| "incident.changed"
	| "incident.deleted"
	| "incident.marked"
	| "issue.changed"
	| "issue.flagged"
	| "issue.merged"
	| "issue.split"
	| "issue.status_changed"
	| "job.retried"
	| "message.edited"
	| "message.posted"
	| "message.redacted"
	| "note.posted"
	| "release.changed"
	| "release.deleted"
	| "release.marked"
	| "setting.changed"
	| "survey.answered"
	| "survey.asked"
	| "survey.decided"
	| "survey.follow_up_done"
	| "survey.follow_up_opened"
	| "survey.withdrawn"
	| "tag.dismissed"
	| "ticket.act_undone"
	| "ticket.assigned"
	| "ticket.field_changed"
	| "ticket.handed_off"
	| "ticket.linked"
	| "ticket.offer_ended"
	| "ticket.offered"
	| "ticket.opened"
	| "ticket.priority_changed"
	| "ticket.queued"
	| "ticket.routed"
	| "ticket.snoozed"
	| "ticket.spam_marked"
	| "ticket.status_changed"
	| "ticket.tagged"
	| "ticket.team_changed"
	| "ticket.unassigned"
	| "ticket.untagged"
	| "topic.assigned"
	| "topic.corrected"
	| "wait.promised";

export interface Page<T> {
	items: T[];
	next?: string;
}

export interface Actor {
	kind: ActorKind;
	id?: Id;
	name?: string;
}

export interface Agent {
	id: Id;
	name: string;
	email: string;
	role: Role;
	availability: Availability;
	capacity: number;
	load: number;
	teams: Id[];
	all_teams: boolean;
	disabled: boolean;
	created_at: Time;
	skills: string[];
}

export interface Attachment {
	id: string;
	name: string;
	type: string;
	size: number;
	url: string;
	thumb?: string;
	width?: number;
	height?: number;
}

export interface AttachmentSettings {
	enabled?: boolean;
	max_bytes?: number;
	types?: string[];
	refused?: string[];
}

export interface Bulk {
	id: Id;
	total: number;
	done: number;
	failed: BulkFailed[];
	state: string;
	undoable: boolean;
	stopped?: boolean;
	left_out?: number;
	left?: BulkFailed[];
}

export interface BulkFailed {
	ticket: Id;
	number: number;
	subject: string;
	code: string;
	detail: string;
}

export interface CSATPolicy {
	enabled: boolean;
	cooldown_days: number;
}

export interface Conversation {
	id: Id;
	status: Status;
	last_seq: number;
	seen_seq: number;
	agent_seen_seq: number;
	unread: number;
	agent: ServingAgent | null;
	updated_at: Time;
	survey?: Survey;
}

export interface ConversationOpened {
	conversation: Id;
	seq?: number;
	at: Time;
}

export interface Customer {
	id: Id;
	name: string;
	email: string;
	phone: string;
	external_id: string;
	verified: boolean;
	blocked: boolean;
	blocked_at: Time | null;
	block_reason: string;
	organization: Id | null;
	attrs: Record<string, string>;
	created_at: Time;
}

export interface Desk {
	name: string;
	time_zone: string;
	handoff_reasons: string[];
}

export interface Draft {
	ticket: Id;
	kind: string;
	body: string;
	attachments: Attachment[];
	macro?: Id;
	macro_name?: string;
	actions?: MacroActionText[];
	rev: number;
	updated_at: Time;
}

export interface Event {
	seq: number;
	prev: number;
	kind: EventKind;
	at: Time;
	by: Actor;
	body?: string;
	data?: Record<string, unknown>;
}

export interface FollowUp {
	id: Id;
	ticket: Id;
	customer: Id | null;
	customer_name: string;
	team: Id | null;
	team_name: string;
	assignee: Id | null;
	assignee_name: string;
	kind: string;
	score: number;
	scale: number;
	comment: string;
	status: string;
	outcome: string;
	note: string;
	opened_at: Time | null;
	done_at: Time | null;
}

export interface Found {
	seq: number;
	note: boolean;
	text: string;
}

export interface HeldMessage {
	id: Id;
	ticket: Id;
	client_id: string;
	kind: string;
	body: string;
	attachments: Attachment[];
	state: string;
	code?: string;
	restored?: boolean;
	macro?: Id;
	actions?: MacroActionText[];
	release_at: Time | null;
	created_at: Time;
	seq?: number;
	then?: HeldThen;
	draft?: Draft;
}

export interface HeldThen {
	kind: string;
	until?: Time;
}

export interface Inactivity {
	warn_after_min: number;
	close_after_min: number;
	text: string;
}

export interface Inbox {
	id: Id;
	name: string;
	kind: InboxKind;
	key: string;
	team: Id | null;
	schedule: Id | null;
	touchpoint: string;
	origins: string[];
	reopen_days: number;
	require_identity: boolean;
	csat: CSATPolicy;
	brand: string;
	settings: InboxSettings;
	disabled: boolean;
	snippet: string;
	secrets: number;
}

export interface InboxSecret {
	id: Id;
	created_at: Time;
}

export interface InboxSettings {
	title: string;
	greeting: string;
	color: string;
	side: string;
	locale: string;
	prechat: PrechatField[];
	offline: boolean;
	typing_preview: boolean;
	consent: boolean;
	offline_form: OfflineForm;
	inactivity: Inactivity;
	proactive: ProactiveRule[];
	attachments: AttachmentSettings;
	notice: Notice;
}

export interface Incident {
	id: Id;
	name: string;
	from: Time;
	to: Time | null;
	url: string;
}

export interface Interval {
	day: number;
	from: string;
	to: string;
}

export interface Issue {
	id: Id;
	name: string;
	title: string;
	terms: string[];
	status: string;
	kind: string;
	owner: Id | null;
	test: IssueTest;
	period_days: number;
	tickets: number;
	customers: number;
	share: IssueShare;
	expected: number;
	excess: number;
	hours: number;
	hours_estimated: number;
	handoffs: number;
	handoff_share: IssueShare;
	reopens: number;
	reopen_share: IssueShare;
	csat: IssueScore | null;
	impact: IssueImpact;
	first_seen: Time | null;
	last_seen: Time | null;
	trend: IssueTrendDay[];
	true_size: IssueTrueSize | null;
	relapse?: IssueRelapse;
	unsure_share: number;
	fixed_at: Time | null;
	fixed_in: string;
	verdict: IssueVerdict | null;
	tracker: IssueTracker | null;
	cost: IssueCost | null;
}

export interface IssueCandidate {
	id: Id;
	name: string;
	similarity: number;
}

export interface IssueCost {
	amount: number;
	avoidable: number;
	yearly: number;
	currency: string;
}

export interface IssueDetail {
	id: Id;
	name: string;
	title: string;
	terms: string[];
	status: string;
	kind: string;
	owner: Id | null;
	test: IssueTest;
	period_days: number;
	tickets: number;
	customers: number;
	share: IssueShare;
	expected: number;
	excess: number;
	hours: number;
	hours_estimated: number;
	handoffs: number;
	handoff_share: IssueShare;
	reopens: number;
	reopen_share: IssueShare;
	csat: IssueScore | null;
	impact: IssueImpact;
	first_seen: Time | null;
	last_seen: Time | null;
	trend: IssueTrendDay[];
	true_size: IssueTrueSize | null;
	relapse?: IssueRelapse;
	unsure_share: number;
	fixed_at: Time | null;
	fixed_in: string;
	verdict: IssueVerdict | null;
	tracker: IssueTracker | null;
	cost: IssueCost | null;
	quotes: IssueQuote[];
	tickets_sample: Ticket[];
	history: IssueStep[];
	merge_candidates: IssueCandidate[];
	split_candidates: Ticket[];
	said: Record<string, string>;
	markers: Marker[];
}

export interface IssueImpact {
	hours_per_week: number;
	terms: IssueTerms;
	trend: number;
	rank: number;
	parts: IssuePart[];
}

export interface IssueList {
	items: Issue[];
	as_of: Time | null;
	topics: TopicBrief[];
	checked: IssueShare | null;
}

export interface IssueOfTopic {
	id: Id;
	name: string;
	state: string;
	tickets_week: number;
	customers_week: number;
}

export interface IssuePart {
	term: string;
	count: number;
	weight: number;
	hours: number;
}

export interface IssueQuote {
	ticket: Id;
	number: number;
	seq: number;
	at: Time;
	text: string;
}

export interface IssueRelapse {
	at: Time;
	between: number;
	since: number;
	sentence: string;
}

export interface IssueScore {
	diff: number;
	low: number;
	high: number;
	n: number;
	n_rest: number;
}

export interface IssueShare {
	value: number;
	low: number;
	high: number;
	n: number;
}

export interface IssueStep {
	at: Time;
	by: Actor;
	what: string;
	from: string;
	to: string;
	verdict?: IssueVerdict;
}

export interface IssueTerms {
	handling: number;
	reopens: number;
	handoffs: number;
	csat: number;
}

export interface IssueTest {
	sentence: string;
	window_days: number;
	window_hours?: number;
	observed: number;
	expected: number;
	p: number;
	q: number;
	day?: string;
}

export interface IssueTracker {
	url: string;
	key?: string;
}

export interface IssueTrendDay {
	day: string;
	count: number;
	expected: number;
}

export interface IssueTrueSize {
	of: number;
	value: number;
	low: number;
	high: number;
	kept: number;
	moved: number;
	definition: string;
}

export interface IssueVerdict {
	state: string;
	ratio: number;
	low: number;
	high: number | null;
	sentence: string;
	projected: string | null;
	change?: string;
}

export interface Job {
	id: Id;
	kind: string;
	state: string;
	tries: number;
	error: string;
	created_at: Time;
	first_try_at: Time | null;
	due_at: Time | null;
	ended_at: Time | null;
}

export interface KnownCustomer {
	id: Id;
	name: string;
	email: string;
	phone: string;
	external_id: string;
	verified: boolean;
	blocked: boolean;
	blocked_at: Time | null;
	block_reason: string;
	organization: Id | null;
	attrs: Record<string, string>;
	created_at: Time;
	tickets: number;
	open_tickets: number;
	last_contact_at: Time | null;
	csat: MyDayScore | null;
}

export interface LookedAt {
	ticket: Id;
	agents: Id[];
	composing: Id[];
}

export interface Looking {
	type: string;
	tickets: LookedAt[];
}

export interface Macro {
	id: Id;
	name: string;
	body: string;
	actions: MacroAction[];
	visibility: string;
	team: Id | null;
	team_name: string;
	owner: Id | null;
	owner_name: string;
	when: string;
	uses: number;
	used_at: Time | null;
	updated_at: Time;
	editable: boolean;
}

export interface MacroAction {
	kind: string;
	status?: Status;
	agent?: string;
	team?: Id;
	priority?: Priority;
	add?: string[];
	remove?: string[];
	for_s?: number;
}

export interface MacroActionFailed {
	kind: string;
	status?: Status;
	agent?: string;
	team?: Id;
	priority?: Priority;
	add?: string[];
	remove?: string[];
	for_s?: number;
	text: string;
	code: string;
	detail: string;
}

export interface MacroActionText {
	kind: string;
	status?: Status;
	agent?: string;
	team?: Id;
	priority?: Priority;
	add?: string[];
	remove?: string[];
	for_s?: number;
	text: string;
}

export interface MacroRendered {
	body: string;
	unresolved: string[];
	actions: MacroActionText[];
}

export interface MacroRun {
	done: MacroActionText[];
	failed: MacroActionFailed[];
}

export interface Marker {
	kind: string;
	name: string;
	at: Time;
	to: Time | null;
	url: string;
}

export interface Me {
	agent: Agent;
	permissions: Action[];
	desk: Desk;
	epoch: string;
	base_url: string;
}

export interface MessageAck {
	client_id: string;
	conversation: Id;
	seq: number;
	at: Time;
}

export interface MessageEdited {
	ticket: Id;
	seq: number;
	target_seq: number;
	at: Time;
}

export interface MessagePosted {
	client_id: string;
	ticket: Id;
	seq: number;
	at: Time;
}

export interface MessageVersion {
	n: number;
	body: string;
	by: Actor;
	at: Time;
}

export interface MyDay {
	resolved: number;
	replies: number;
	csat: MyDayScore;
	open: number;
	snoozed: number;
	waiting: number;
	load: number;
	capacity: number;
	queues: MyDayQueue[];
	first_response_p50_s: number | null;
}

export interface MyDayQueue {
	team: Id | null;
	name: string;
	waiting: number;
	longest_wait_s: number;
}

export interface MyDayScore {
	n: number;
	satisfied: number;
}

export interface Notice {
	text: string;
	required: boolean;
}

export interface Notification {
	id: Id;
	kind: NotificationKind;
	ticket?: Id;
	issue?: Id;
	team?: Id;
	seq: number;
	title: string;
	subject: string;
	text: string;
	by: Actor;
	at: Time;
	count: number;
	read: boolean;
}

export interface NotificationSettings {
	matrix: Record<string, NotificationWays>;
	quiet: QuietHours;
	sound: NotificationSound;
	preview: boolean;
}

export interface NotificationSound {
	name: string;
	volume: number;
	repeat_unassigned: boolean;
}

export interface NotificationWays {
	bell: boolean;
	desktop: boolean;
	sound: boolean;
	push: boolean;
}

export interface OfflineForm {
	mode: string;
	text: string;
}

export interface OpenHours {
	open: boolean;
	back_at?: Time;
}

export interface Organization {
	id: Id;
	name: string;
	domain: string;
	attrs: Record<string, string>;
}

export interface Overflow {
	team: Id | null;
	after_s: number;
}

export interface PrechatField {
	key: string;
	label: string;
	type: string;
	required: boolean;
	options?: string[];
}

export interface Preferences {
	theme: string;
	density: string;
	after: string;
	undo_s: number;
	undo_chat: boolean;
	keys_on: boolean;
	keys: Record<string, string>;
	list_width: number;
	views_collapsed: boolean;
	context_collapsed: boolean;
	setup_dismissed: boolean;
	locale: string;
}

export interface ProactiveRule {
	id: string;
	url: string;
	seconds: number;
	returning: boolean;
	hours_only: boolean;
	text: string;
}

export interface PushDevice {
	id: Id;
	device: string;
	endpoint_hash: string;
	created_at: Time;
	sent_at: Time | null;
	error: string;
}

export interface QuietHours {
	on: boolean;
	from: string;
	to: string;
	days: number[];
	zone: string;
}

export interface Related {
	previous: Ticket[];
	similar: Ticket[];
	issue: IssueOfTopic | null;
}

export interface Release {
	id: Id;
	version: string;
	at: Time;
	url: string;
	notes: string;
}

export interface ReportAction {
	id: Id;
	text: string;
	owner: Id | null;
	owner_name: string;
	due: string;
	issue: Id | null;
	state: string;
	week_made: string;
	done_week: string;
	done_at: Time | null;
	created_at: Time;
}

export interface ReportShare {
	id: Id;
	week: string;
	quotes: boolean;
	tickets: boolean;
	created_by: Id | null;
	created_by_name: string;
	created_at: Time;
	expires_at: Time;
}

export interface ReportSubscriber {
	id: Id;
	agent: Id | null;
	agent_name: string;
	address: string;
	language: string;
	weekday: number;
	hour: number;
	quotes: boolean;
	tickets: boolean;
	created_at: Time;
	next_at: Time | null;
}

export interface ReportSubscribers {
	items: ReportSubscriber[];
	mail: boolean;
}

export interface SavedView {
	id: Id;
	name: string;
	query: string;
	visibility: string;
	team?: Id;
	owner: Id | null;
	owner_name: string;
	position: number;
	editable: boolean;
}

export interface Schedule {
	id: Id;
	name: string;
	time_zone: string;
	intervals: Interval[];
	holidays: string[];
}

export interface Segment {
	from: Time;
	to: Time | null;
	agent: Id | null;
	team: Id | null;
	agent_name: string;
	team_name: string;
	entered_by: string;
	left_by?: string;
	reason?: string;
}

export interface ServingAgent {
	id: Id;
	name: string;
}

export interface Session {
	user_agent: string;
	created_at: Time;
	last_seen_at: Time;
	expires_at: Time;
}

export interface Settings {
	desk_name: string;
	time_zone: string;
	handoff_reasons: string[];
	survey_cooldown_days: number;
	survey_most_90_days: number;
	survey_quiet_from: string;
	survey_quiet_to: string;
	hourly_rate: number;
	currency: string;
	impact_reopen: number;
	impact_handoff: number;
	impact_csat: number;
}

export interface SharedLink {
	id: Id;
	url: string;
	expires_at: Time;
}

export interface SkillRule {
	source: string;
	key?: string;
	value: string;
	skill: string;
	required: boolean;
}

export interface SuggestionQuality {
	trained_at: Time | null;
	tickets: number;
	tags_offered: number;
	days: number;
	taken: number;
	dismissed: number;
	waiting: number;
	precision: IssueShare | null;
	held_out: IssueShare | null;
	tags: TagQuality[];
}

export interface Survey {
	token: string;
	kind: string;
	question: string;
	scale: [number, number];
	ends?: [string, string];
	reason?: string;
	reasons?: SurveyOption[];
	questions?: SurveyAsking[];
}

export interface SurveyAsk {
	key: string;
	type: string;
	text: Record<string, string>;
	choices?: SurveyChoice[];
	high?: number;
}

export interface SurveyAsking {
	key: string;
	type: string;
	text: string;
	choices?: SurveyOption[];
	high?: number;
}

export interface SurveyChoice {
	key: string;
	text: Record<string, string>;
}

export interface SurveyDecision {
	seq: number;
	survey: Id | null;
	kind: string;
	asked: boolean;
	reason: string;
	invitation: Id | null;
	at: Time;
	withdrawn_at: Time | null;
	withdrawn_reason: string;
}

export interface SurveyDecisions {
	from: string;
	to: string;
	decided: number;
	asked: number;
	reasons: SurveyTally[];
	items: SurveyTold[];
	next: string;
}

export interface SurveyDefinition {
	id: Id;
	name: string;
	kind: string;
	high: number;
	trigger: string;
	inbox: Id | null;
	brand: string;
	touchpoint: string;
	language: string;
	channel: Channel;
	position: number;
	share: number;
	mail_delay_s: number;
	remind_days: number;
	low_score: number;
	every_days: number;
	segment: SurveySegment;
	texts: SurveyTexts;
	link: string;
	disabled: boolean;
	created_at: Time;
	updated_at: Time;
}

export interface SurveyOption {
	key: string;
	text: string;
}

export interface SurveyResponse {
	invitation: Id | null;
	survey: Id | null;
	kind: string;
	asked_at: Time | null;
	answered_at: Time | null;
	score: number;
	scale: number;
	reasons: string[];
	comment: string;
	via: string;
}

export interface SurveySegment {
	organization?: Id;
	tag?: string;
	attribute?: string;
	value?: string;
	contact_within_days?: number;
}

export interface SurveyTally {
	reason: string;
	n: number;
	withdrawn: number;
}

export interface SurveyTexts {
	question?: Record<string, string>;
	low?: Record<string, string>;
	high?: Record<string, string>;
	reason?: Record<string, string>;
	reasons?: SurveyChoice[];
	questions?: SurveyAsk[];
}

export interface SurveyTold {
	at: Time;
	ticket: Id;
	round: number;
	customer: Id | null;
	customer_name: string;
	survey: Id | null;
	kind: string;
	asked: boolean;
	reason: string;
	answered_at: Time | null;
	withdrawn_at: Time | null;
	withdrawn_reason: string;
}

export interface SurveyTurnout {
	from: string;
	to: string;
	asked: number;
	answered: number;
	interval: [number, number];
	groups: SurveyTurnoutGroup[];
}

export interface SurveyTurnoutGroup {
	by: string;
	group: string;
	asked: number;
	answered: number;
	interval: [number, number];
	verdict: string;
}

export interface Tag {
	name: string;
}

export interface TagQuality {
	tag: string;
	examples: number;
	offered: boolean;
	from?: number;
	held_out: IssueShare | null;
	taken: number;
	dismissed: number;
	precision: IssueShare | null;
}

export interface TagSuggestion {
	tag: string;
	confidence: number;
}

export interface Team {
	id: Id;
	name: string;
	schedule: Id | null;
	is_default: boolean;
	agents: Id[];
	auto_assign: boolean;
	strategy: string;
	sticky_days: number;
	relax_after_s: number;
	offer_s: number;
	max_new_per_minute: number;
	age_every_s: number;
	overflow: Overflow[];
	weights: Weights;
	skill_rules: SkillRule[];
}

export interface Ticket {
	id: Id;
	number: number;
	subject: string;
	status: Status;
	priority: Priority;
	channel: Channel;
	inbox: Id | null;
	customer: Id | null;
	organization: Id | null;
	assignee: Id | null;
	team: Id | null;
	tags: string[];
	last_seq: number;
	created_at: Time;
	updated_at: Time;
	waiting_since: Time | null;
	first_response_at: Time | null;
	resolved_at: Time | null;
	snoozed_until: Time | null;
	handoffs: number;
	reopens: number;
	touchpoint: string;
	topic: Id | null;
	topic_name: string;
	customer_name: string;
	assignee_name: string;
	team_name: string;
	preview: string;
	preview_by: ActorKind;
	preview_agent: Id | null;
	preview_name: string;
	said_at: Time | null;
	unread: number;
	title: string;
	offered_to?: Id;
	offered_until?: Time;
	draft?: boolean;
	found?: Found;
}

export interface TicketAct {
	from: number;
	through: number;
}

export interface TicketDetail {
	id: Id;
	number: number;
	subject: string;
	status: Status;
	priority: Priority;
	channel: Channel;
	inbox: Id | null;
	customer: Id | null;
	organization: Id | null;
	assignee: Id | null;
	team: Id | null;
	tags: string[];
	last_seq: number;
	created_at: Time;
	updated_at: Time;
	waiting_since: Time | null;
	first_response_at: Time | null;
	resolved_at: Time | null;
	snoozed_until: Time | null;
	handoffs: number;
	reopens: number;
	touchpoint: string;
	topic: Id | null;
	topic_name: string;
	customer_name: string;
	assignee_name: string;
	team_name: string;
	preview: string;
	preview_by: ActorKind;
	preview_agent: Id | null;
	preview_name: string;
	said_at: Time | null;
	unread: number;
	title: string;
	offered_to?: Id;
	offered_until?: Time;
	draft?: boolean;
	found?: Found;
	fields: Record<string, string>;
	customer_seen_seq: number;
	last_owner: Id | null;
	visit: Visit | null;
	spam: boolean;
	offline: boolean;
	customer_detail: Customer | null;
	follow_up_of: Id | null;
	followed_by: Id[];
	permissions: Action[];
	passed?: Id[];
	suggested_tags: TagSuggestion[];
	warnings?: string[];
	act?: TicketAct;
}

export interface TicketSurveys {
	decisions: SurveyDecision[];
	responses: SurveyResponse[];
}

export interface Token {
	id: Id;
	name: string;
	agent: Id | null;
	bot: boolean;
	created_at: Time;
	last_used_at: Time | null;
}

export interface TopicBrief {
	id: Id;
	name: string;
	tickets: number;
	issue: Id | null;
}

export interface Transcript {
	text: string;
	html: string;
}

export interface ViewCount {
	view: string;
	count: number;
	more: boolean;
}

export interface Visit {
	page: string;
	referrer: string;
	language: string;
	pages: VisitedPage[];
}

export interface VisitedPage {
	url: string;
	title: string;
	at: Time;
}

export interface VisitorCustomer {
	id: Id;
	name?: string;
	email?: string;
	verified: boolean;
}

export interface Webhook {
	id: Id;
	url: string;
	kinds: string[];
	disabled_at: Time | null;
	failures: number;
	paused_until: Time | null;
	created_at: Time;
}

export interface WebhookDelivery {
	id: Id;
	kind: string;
	pos: number;
	at: Time;
	state: string;
	tries: number;
	tried_at: Time | null;
	next_at: Time | null;
	status: number;
	ms: number;
	answer: string;
	error: string;
	created_at: Time;
}

export interface Weights {
	chat: number;
	letter: number;
}

export interface WidgetAttachments {
	enabled: boolean;
	max_bytes: number;
	max_files: number;
	types: string[];
}

export interface WidgetSession {
	visitor: string;
	customer: VisitorCustomer;
	settings: WidgetSessionSettings;
	open_conversation: Id | null;
	agent_seen_seq?: number;
	unread: number;
	epoch: string;
	blocked: boolean;
}

export interface WidgetSessionSettings {
	title: string;
	greeting: string;
	color: string;
	side: string;
	locale: string;
	availability: Availability;
	expected_reply_s: [number, number] | null;
	opens_at: Time | null;
	prechat: PrechatField[];
	offline: boolean;
	csat: boolean;
	typing_preview: boolean;
	consent: boolean;
	hours: OpenHours;
	offline_form: OfflineForm;
	notice?: Notice;
	proactive: ProactiveRule[];
	attachments: WidgetAttachments;
}

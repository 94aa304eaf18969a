// The wire types that the console reads, named and spelled as the server sends them.

export type Id = string;
export type Time = string;

export type Status = "open" | "pending" | "snoozed" | "resolved" | "closed";
export type Priority = "low" | "normal" | "high" | "urgent";
export type Availability = "online" | "away" | "offline";
export type Role = "agent" | "lead" | "manager" | "admin";

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export interface Ticket {
  id: Id;
  number: number | string;
  subject: string;
  status: Status;
  priority: Priority;
  channel: string;
  inbox: Id | null;
  customer: Id | null;
  organization?: Id | null;
  assignee: Id | null;
  team: Id | null;
  topic?: Id | null;
  tags: string[];
  last_seq: number;
  created_at: Time;
  updated_at: Time;
  waiting_since?: Time | null;
  first_response_at?: Time | null;
  resolved_at?: Time | null;
  snoozed_until?: Time | null;
  handoffs: number;
  reopens: number;
  touchpoint?: string | null;
  customer_name?: string | null;
  assignee_name?: string | null;
  team_name?: string | null;
  topic_name?: string | null;
  preview?: string | null;
  preview_by?: string | null;
  unread?: number;
}

export interface TicketDetail extends Ticket {
  customer_seen_seq?: number;
  last_owner?: Id | null;
  customer_detail?: Customer | null;
  follow_up_of?: Id | null;
  followed_by?: Id[] | null;
  permissions?: string[] | null;
}

export interface Actor {
  kind: "customer" | "agent" | "bot" | "automation" | "system";
  id?: Id | null;
  name?: string | null;
}

export interface Attachment {
  id: Id;
  name: string;
  type: string;
  size: number;
  url: string;
}

export type EventData = Record<string, unknown>;

export interface Event {
  seq: number;
  prev: number;
  kind: string;
  at: Time;
  by: Actor;
  body?: string | null;
  data?: EventData | null;
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
  all_teams?: boolean;
  disabled?: boolean;
  created_at?: Time;
}

export interface Team {
  id: Id;
  name: string;
  schedule: Id | null;
  is_default: boolean;
  agents: Id[];
  auto_assign: boolean;
}

export interface PrechatField {
  key: string;
  label: string;
  type: "text" | "email" | "select";
  required: boolean;
  options?: string[];
}

export interface InboxSettings {
  title: string;
  greeting: string;
  color: string;
  side: "start" | "end";
  locale: string;
  prechat: PrechatField[];
  offline: boolean;
}

export interface Inbox {
  id: Id;
  name: string;
  kind: "website" | "api";
  key: string;
  team: Id | null;
  schedule: Id | null;
  origins: string[];
  reopen_days: number;
  require_identity: boolean;
  csat: { enabled: boolean; cooldown_days: number };
  settings: InboxSettings;
  snippet?: string;
  secrets?: number;
}

export interface Interval {
  day: number;
  from: string;
  to: string;
}

export interface Schedule {
  id: Id;
  name: string;
  time_zone: string;
  intervals: Interval[];
  holidays: string[];
}

export interface Customer {
  id: Id;
  name?: string | null;
  email?: string | null;
  phone?: string | null;
  external_id?: string | null;
  verified?: boolean;
  organization?: Id | null;
  attrs?: Record<string, unknown> | null;
  created_at?: Time;
}

export interface Organization {
  id: Id;
  name: string;
  domain?: string | null;
}

export interface Token {
  id: Id;
  name: string;
  agent: Id;
  created_at: Time;
  last_used_at?: Time | null;
}

export interface Desk {
  name: string;
  time_zone: string;
  handoff_reasons: string[];
}

export interface Me {
  agent: Agent;
  permissions: string[];
  desk: Desk;
  epoch: string;
  base_url: string;
}

export interface Segment {
  from: Time;
  to?: Time | null;
  agent?: Id | null;
  team?: Id | null;
  agent_name?: string | null;
  team_name?: string | null;
  entered_by: string;
  left_by?: string | null;
  reason?: string | null;
}

export interface Interval95 {
  value: number;
  low: number;
  high: number;
  n: number;
}

export type IssueStatus =
  | "flagged"
  | "acknowledged"
  | "in_progress"
  | "fixed"
  | "verified"
  | "no_effect"
  | "regressed"
  | "wont_fix";

export interface TrendDay {
  day: string;
  count: number;
  expected: number;
}

export interface Verdict {
  state: "fixed" | "no_effect" | "too_early";
  ratio: number;
  low: number;
  high: number;
  sentence: string;
  projected?: string | null;
}

export interface Issue {
  id: Id;
  name: string;
  terms: string[];
  status: IssueStatus;
  kind: "new" | "rising" | "burst" | "recurring" | "regressed";
  owner?: Id | null;
  test: { sentence: string; window_days: number; observed: number; expected: number; p: number; q: number };
  tickets: number;
  customers: number;
  share: Interval95;
  hours: number;
  handoffs: number;
  handoff_share: Interval95;
  reopen_share: Interval95;
  csat: { diff: number; low: number; high: number; n: number; n_rest: number } | null;
  impact: { hours_per_week: number; terms: Record<string, number>; trend: number };
  first_seen: Time;
  last_seen: Time;
  trend: TrendDay[];
  fixed_at?: Time | null;
  verdict?: Verdict | null;
  unsure_share?: number;
}

export interface Quote {
  ticket: Id;
  number: number | string;
  seq: number;
  at: Time;
  text: string;
}

export interface IssueDetail extends Issue {
  quotes: Quote[];
  tickets_sample: Ticket[];
  history: { at: Time; by: Actor | string | null; from: string; to: string }[];
  merge_candidates: { id: Id; name: string; similarity: number }[];
}

export interface TopicBrief {
  id: Id;
  name: string;
  tickets?: number;
  issue?: Id | null;
}

export interface IssueList {
  items: Issue[];
  as_of: Time;
  topics: TopicBrief[];
}

export interface WeekBrief {
  week: string;
  from: string;
  to: string;
  provisional: boolean;
  headline: string;
}

// The wire types of the console: generated from Go where the API has them, by hand what the generator does not know yet.

import type * as wire from "../../../shared/src/wire.gen";

export type {
  Action,
  Agent,
  Attachment,
  Availability,
  Customer,
  Id,
  Inbox,
  InboxSecret,
  InboxSettings,
  Interval,
  Me,
  MessageVersion,
  Overflow,
  PrechatField,
  ProactiveRule,
  Priority,
  Role,
  Schedule,
  Segment,
  Settings,
  SkillRule,
  Status,
  Team,
  Ticket,
  TicketAct,
  TicketDetail,
  Time,
  Token,
  Webhook,
  WebhookDelivery,
} from "../../../shared/src/wire.gen";

type Id = wire.Id;
type Time = wire.Time;
type Ticket = wire.Ticket;

export interface Page<T> {
  items: T[];
  next?: string | null;
}

/** How many tickets are behind a figure; one ticket may count more than once, and not all are everybody's to see. */
export interface Behind {
  counted: number;
  tickets: number;
  hidden: number;
  truncated: boolean;
  /** Of a share: how many make it, of how many, and which of them are listed. */
  share?: { hits: number; all: number; shown: "0" | "1" | "all" };
  /** Answers to survey rounds, which no ticket led to. */
  answers?: { score: number; scale: number; at: string }[];
}

export type Actor = wire.Actor;

/** An event may be of a kind that this console does not know yet: kinds are only ever added. */
export type Event = Omit<wire.Event, "kind"> & { kind: string };

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
  /** No upper bound when null. */
  high: number | null;
  sentence: string;
  projected?: string | null;
  /** Of what is too early to judge although it was watched for two weeks. */
  change?: "fewer" | "no_clear";
}

/** How many tickets of an issue belong there, by people's checks. */
export interface TrueSize {
  of: number;
  value: number;
  low: number;
  high: number;
  kept: number;
  moved: number;
  definition: string;
}

/** How one term of an impact comes about: count × weight ÷ weeks. */
export interface ImpactPart {
  term: "handling" | "reopens" | "handoffs" | "csat";
  count: number;
  weight: number;
  hours: number;
}

/** A release or an incident, to be drawn beside figures. */
export interface Marker {
  kind: "release" | "incident";
  name: string;
  at: Time;
  to: Time | null;
  url: string;
}

export interface Release {
  id: Id;
  version: string;
  at: Time;
  url: string;
}

export interface Issue {
  id: Id;
  name: string;
  /** A customer's sentence that says it best. */
  title?: string;
  terms: string[];
  status: IssueStatus;
  kind: "new" | "rising" | "burst" | "recurring" | "regressed";
  owner?: Id | null;
  test: { sentence: string; window_days: number; observed: number; expected: number; p: number; q: number };
  tickets: number;
  customers: number;
  true_size?: TrueSize | null;
  share: Interval95;
  hours: number;
  handoffs: number;
  handoff_share: Interval95;
  reopen_share: Interval95;
  csat: { diff: number; low: number; high: number; n: number; n_rest: number } | null;
  reopens: number;
  period_days: number;
  expected: number;
  excess: number;
  hours_share?: number;
  hours_estimated?: number;
  impact: { hours_per_week: number; terms: Record<string, number>; trend: number; parts: ImpactPart[] };
  cost?: { amount: number; avoidable: number; yearly: number; currency: string } | null;
  tracker?: { url: string; key?: string } | null;
  fixed_in?: string;
  first_seen: Time | null;
  last_seen: Time | null;
  trend: TrendDay[];
  fixed_at?: Time | null;
  verdict?: Verdict | null;
  unsure_share?: number;
  /** Of what came back after a fix. */
  relapse?: { at: Time; between: number; since: number; sentence: string } | null;
}

export interface Quote {
  ticket: Id;
  number: number;
  seq: number;
  at: Time;
  text: string;
}

/** One thing that happened to an issue; `what` is status, kind, name, owner, tracker, merged or split. */
export interface Step {
  at: Time;
  by: Actor | null;
  what?: string;
  from: string;
  to: string;
}

export interface IssueDetail extends Issue {
  quotes: Quote[];
  tickets_sample: Ticket[];
  history: Step[];
  merge_candidates: { id: Id; name: string; similarity: number }[];
  split_candidates: Ticket[];
  /** By ticket of both lists: the sentence that says what the matter is. */
  said?: Record<Id, string>;
  markers: Marker[];
}

export interface TopicBrief {
  id: Id;
  name: string;
  tickets: number;
  issue?: Id | null;
}

export interface IssueList {
  items: Issue[];
  as_of: Time | null;
  topics: TopicBrief[];
  /** How many of the tickets that people checked belonged to their issue. */
  checked?: Interval95 | null;
}

export interface WeekBrief {
  week: string;
  from: string;
  to: string;
  provisional: boolean;
  headline: string;
}

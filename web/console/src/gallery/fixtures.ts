import type { Agent, Event, Ticket } from "../api/types";
import type { Known } from "../customers/data";
import type { RowProps } from "../inbox/Row";
import type { Outgoing } from "../live/outbox";
import { itemsOf, type Talk } from "../ticket/items";

/** One moment for the whole gallery, so that two screenshots of it are the same. */
export const now = Date.parse("2026-11-20T14:30:00Z");
const at = (min: number) => new Date(now - min * 60_000).toISOString();

let n = 0;

export function ticket(part: Partial<Ticket>): Ticket {
  n++;
  const usual: Ticket = {
    id: `g${n}`,
    number: 1040 + n,
    subject: "Where is my parcel?",
    title: part.subject ?? "Where is my parcel?",
    status: "open",
    priority: "normal",
    channel: "chat",
    inbox: "1",
    customer: "1",
    organization: null,
    assignee: null,
    team: "1",
    tags: [],
    last_seq: 3,
    created_at: at(300),
    updated_at: at(2),
    waiting_since: null,
    first_response_at: null,
    resolved_at: null,
    snoozed_until: null,
    handoffs: 0,
    reopens: 0,
    touchpoint: "",
    topic: null,
    topic_name: "",
    customer_name: "Ana Diaz",
    assignee_name: "",
    team_name: "Support",
    preview: "I ordered on Monday and have heard nothing since.",
    preview_by: "customer",
    preview_agent: null,
    preview_name: "",
    said_at: at(2),
    unread: 0,
  };
  return { ...usual, ...part } as Ticket;
}

export const rows: (Partial<RowProps> & { ticket: Ticket })[] = [
  { ticket: ticket({ unread: 2, waiting_since: at(2) }) },
  { ticket: ticket({ customer_name: "Bo Li", subject: "Refund question", channel: "email", assignee: "2", assignee_name: "Mia Larsen", waiting_since: at(45), priority: "high" }), open: true },
  { ticket: ticket({ customer_name: "Cleo Park", subject: "Card declined", priority: "urgent", waiting_since: at(400), unread: 120 }), checked: true },
  { ticket: ticket({ customer_name: "Dan", subject: "Later", status: "snoozed", snoozed_until: at(-180) }), cursor: true },
  { ticket: ticket({ customer_name: "Eva", subject: "Thank you", status: "resolved" }), left: true },
  { ticket: ticket({ customer_name: "Finn Roth", subject: "Thanks again", status: "resolved", unread: 1, said_at: at(1500) }) },
  { ticket: ticket({ customer_name: "Gia", subject: "We asked for the order number", status: "pending", preview_by: "agent", preview_agent: "2", preview_name: "Mia Larsen", said_at: at(90) }) },
  { ticket: ticket({ customer_name: "Hugo", subject: "Wholesale", status: "closed", channel: "api", said_at: at(90_000) }) },
  { ticket: ticket({ customer_name: "Ida Holm", subject: "The cup has a chip on its rim", draft: true, tags: ["damaged", "cup", "refund"], waiting_since: at(12) } as Partial<Ticket>) },
  { ticket: ticket({ customer_name: "Jon Berg", subject: "Somebody looks at this one", assignee: "2", assignee_name: "Mia Larsen" }), looked: { ticket: "", agents: ["3"], composing: [] } },
  { ticket: ticket({ customer_name: "Kim Aas", subject: "Two look, and one of them answers", unread: 1, waiting_since: at(30) }), looked: { ticket: "", agents: ["2", "3"], composing: ["2"] } },
  { ticket: ticket({ customer_name: "A customer with a name that is much longer than any row of this list could ever hold", subject: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", unread: 1 }) },
  { ticket: ticket({ customer_name: "محمد علي", subject: "أين طلبي؟", preview: "لم يصلني أي شيء حتى الآن." }) },
];

/** Who looks at the rows. */
export const colleagues = [
  { id: "2", name: "Mia Larsen" },
  { id: "3", name: "Tomas Weber" },
] as unknown as Agent[];

const said = (seq: number, kind: string, by: Event["by"], body: string, data: Record<string, unknown> = {}): Event => ({ seq, prev: seq - 1, kind, at: at(40 - seq * 3), by, body, data, attachments: [] }) as unknown as Event;
const ana = { kind: "customer", id: "1", name: "Ana Diaz" } as Event["by"];
const mia = { kind: "agent", id: "2", name: "Mia Larsen" } as Event["by"];

export const events: Event[] = [
  said(1, "message.posted", ana, "Hello, where is my parcel? I ordered **on Monday**.\n\n- a blue cup\n- two plates"),
  said(2, "message.posted", mia, "I am looking it up. The tracking page is https://parcels.example/1042"),
  said(3, "note.posted", mia, "The carrier lost three of these this week."),
  said(4, "message.posted", ana, "Thank you", { edited_at: at(20) }),
  said(5, "message.posted", mia, "", { redacted: true }),
  said(6, "message.posted", { kind: "bot", id: "", name: "Autopilot" } as unknown as Event["by"], "You are number 2 in the queue."),
  said(7, "message.posted", mia, "It arrives tomorrow."),
];

export const talk = itemsOf(events, [], 7, () => false).filter((i): i is Talk => i.type === "message" || i.type === "note");

export const pending = [
  { client_id: "a", kind: "reply", state: "sending", body: "On its way to you.", attachments: [] },
  { client_id: "b", kind: "reply", state: "failed", reason: "", body: "This one did not get through.", attachments: [] },
  { client_id: "c", kind: "note", state: "sending", body: "A note on its way.", attachments: [] },
] as unknown as Outgoing[];

const customer = (id: string, name: string, email: string, part: Partial<Known> = {}) => ({ id, name, email, phone: "", verified: false, blocked: false, ...part }) as unknown as Known;

export const customers: Known[] = [
  customer("1", "Ana Diaz", "ana@shop.example", { verified: true, tickets: 4, open_tickets: 1, last_contact_at: at(12), csat: { n: 3, satisfied: 3 } } as Partial<Known>),
  customer("2", "Bo Li", "bo@shop.example", { tickets: 1, open_tickets: 0, last_contact_at: at(4000), csat: { n: 1, satisfied: 0 } } as Partial<Known>),
  customer("3", "", "", { tickets: 1, open_tickets: 1, last_contact_at: at(2) } as Partial<Known>),
  customer("4", "A customer with a name that is much longer than any row of this list could ever hold", "somebody.with.a.very.long.address.indeed@subdomain.of.a.shop.example"),
  customer("5", "محمد علي", "m@shop.example", { tickets: 12, last_contact_at: at(90_000) } as Partial<Known>),
];

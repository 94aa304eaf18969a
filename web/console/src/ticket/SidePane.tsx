import { useQuery } from "@tanstack/react-query";
import { BadgeCheck, Ban, ShieldQuestion } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { Link } from "wouter";
import { api } from "../api/http";
import type { Customer, Page, Priority, Ticket, TicketDetail } from "../api/types";
import { nameOf, useInboxes, useMay, useTeams } from "../app/desk";
import { t, type Key } from "../i18n/t";
import { date, since } from "../i18n/time";
import { keyProps } from "../keys/useKeys";
import { useMinute } from "../live/clock";
import { Avatar, cx, Skeleton } from "../ui/basics";
import { Menu } from "../ui/layer";
import type { TicketActions } from "./actions";
import { Ownership } from "./Ownership";
import { Tags } from "./Tags";
import { VisitCard } from "./VisitCard";

const SurveyCard = lazy(() => import("./SurveyCard"));

interface Props {
  ticket: TicketDetail;
  actions: TicketActions;
}

export default function SidePane({ ticket, actions }: Props) {
  const may = useMay();
  return (
    <>
      <CustomerCard ticket={ticket} />
      <VisitCard ticket={ticket} />
      <Properties ticket={ticket} actions={actions} />
      <TopicCard ticket={ticket} />
      {may.decisions && (
        <Suspense fallback={null}>
          <SurveyCard ticket={ticket} />
        </Suspense>
      )}
      <Ownership ticket={ticket} />
      <Earlier ticket={ticket} />
    </>
  );
}

export function Section({ title, children }: { title: Key; children: ReactNode }) {
  return (
    <section className="side-section">
      <h2 className="side-title">{t(title)}</h2>
      {children}
    </section>
  );
}

function CustomerCard({ ticket }: { ticket: TicketDetail }) {
  const c = ticket.customer_detail;
  const name = ticket.customer_name || c?.name || t("customer.visitor");
  return (
    <section className="side-section" aria-label={t("side.customer")}>
      <div className="flex items-center gap-3">
        <Avatar name={name} seed={ticket.customer ?? name} size={40} />
        <div className="min-w-0">
          <h2 className="truncate text-body font-semibold">{name}</h2>
          {c && (
            <span className="flex flex-wrap gap-1">
              <Verified customer={c} />
              {c.blocked && (
                <span className="chip chip-danger">
                  <Ban aria-hidden="true" />
                  {t("customer.blocked")}
                </span>
              )}
            </span>
          )}
        </div>
      </div>
      {c?.blocked && <p className="mt-3 text-dense text-fg-2">{blockedWhy(c)}</p>}
      {c ? <CustomerFacts customer={c} /> : <Skeleton className="mt-3 h-16" />}
    </section>
  );
}

function blockedWhy(c: Customer): string {
  const day = c.blocked_at ? date(c.blocked_at) : "";
  return c.block_reason ? t("customer.blockedBecause", { day, reason: c.block_reason }) : t("customer.blockedSince", { day });
}

/** Verified says whether the site vouches for who this is; an address that was only typed in is not proof. */
function Verified({ customer }: { customer: Customer }) {
  return customer.verified ? (
    <span className="chip chip-ok" data-verified="true">
      <BadgeCheck aria-hidden="true" />
      {t("customer.verified")}
    </span>
  ) : (
    <span className="chip" data-verified="false" data-tip={t("customer.unverifiedHint")}>
      <ShieldQuestion aria-hidden="true" />
      {t("customer.unverified")}
      <span className="sr-only">. {t("customer.unverifiedHint")}</span>
    </span>
  );
}

function CustomerFacts({ customer }: { customer: Customer }) {
  const facts: [string, string | null | undefined][] = [
    [t("field.email"), customer.email],
    [t("field.phone"), customer.phone],
    [t("field.externalId"), customer.external_id],
    ...Object.entries(customer.attrs ?? {}).slice(0, 12).map(([k, v]): [string, string] => [k.replaceAll("_", " "), typeof v === "object" ? JSON.stringify(v) : String(v)]),
    [t("customer.since"), customer.created_at ? date(customer.created_at) : null],
  ];
  return (
    <dl className="facts mt-3">
      {facts
        .filter(([, v]) => v)
        .map(([k, v]) => (
          <div key={k}>
            <dt>{k}</dt>
            <dd>{v}</dd>
          </div>
        ))}
    </dl>
  );
}

const priorities = ["urgent", "high", "normal", "low"] as const satisfies readonly Priority[];

function Properties({ ticket, actions }: Props) {
  const teams = useTeams().data;
  const inboxes = useInboxes().data;
  return (
    <Section title="side.ticket">
      <dl className="facts">
        <div>
          <dt>{t("field.priority")}</dt>
          <dd>
            <Menu
              label={t("priority.label", { priority: t(`priority.${ticket.priority}`) })}
              className="btn btn-ghost btn-dense -ms-2"
              shortcut="ticket.priority"
              tip={keyProps("ticket.priority", t("field.priority"))}
              button={t(`priority.${ticket.priority}`)}
              items={priorities.map((p) => ({ key: p, label: t(`priority.${p}`), checked: p === ticket.priority, onSelect: () => void actions.priority(p) }))}
            />
          </dd>
        </div>
        <div>
          <dt>{t("field.team")}</dt>
          <dd>{ticket.team_name || nameOf(teams, ticket.team) || t("field.none")}</dd>
        </div>
        <div>
          <dt>{t("field.inbox")}</dt>
          <dd>{nameOf(inboxes, ticket.inbox) || t("field.none")}</dd>
        </div>
        <div>
          <dt>{t("field.opened")}</dt>
          <dd>{date(ticket.created_at)}</dd>
        </div>
        {ticket.follow_up_of && (
          <div>
            <dt>{t("field.followUpOf")}</dt>
            <dd>
              <Link className="link" href={`/tickets/${ticket.follow_up_of}`}>
                {t("side.earlierTicket")}
              </Link>
            </dd>
          </div>
        )}
        {(ticket.followed_by ?? []).map((id) => (
          <div key={id}>
            <dt>{t("field.followedBy")}</dt>
            <dd>
              <Link className="link" href={`/tickets/${id}`}>
                {t("side.laterTicket")}
              </Link>
            </dd>
          </div>
        ))}
      </dl>
      <Tags ticket={ticket} actions={actions} />
    </Section>
  );
}

function TopicCard({ ticket }: { ticket: TicketDetail }) {
  if (!ticket.topic) return null;
  return (
    <Section title="side.topic">
      <Link href={`/tickets?topic=${ticket.topic}`} className="link text-dense">
        {ticket.topic_name || t("side.topicTickets")}
      </Link>
    </Section>
  );
}

const SHOWN = 5;

function Earlier({ ticket }: { ticket: TicketDetail }) {
  const now = useMinute();
  const [all, setAll] = useState(false);
  const q = useQuery({
    queryKey: ["customer-tickets", ticket.customer],
    queryFn: ({ signal }) => api.get<Page<Ticket>>(`/customers/${ticket.customer}/tickets`, signal),
    enabled: Boolean(ticket.customer),
  });
  const others = (q.data?.items ?? []).filter((x) => x.id !== ticket.id);
  return (
    <Section title="side.earlier">
      {q.isPending && <Skeleton className="h-10" />}
      {q.isSuccess && others.length === 0 && <p className="text-dense text-fg-3">{t("side.firstTicket")}</p>}
      <ul className="-mx-2">
        {others.slice(0, all ? undefined : SHOWN).map((x) => (
          <li key={x.id}>
            <Link href={`/tickets/${x.id}`} className="earlier">
              <span className="min-w-0 flex-1 truncate">{x.subject || x.preview || `#${x.number}`}</span>
              <span className={cx("text-meta", x.status === "open" ? "text-accent-fg" : "text-fg-3")}>{t(`status.${x.status}`)}</span>
              <span className="text-meta text-fg-3">{since(x.created_at, now)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {!all && others.length > SHOWN && (
        <button type="button" className="link text-dense" onClick={() => setAll(true)}>
          {t("side.showAll", { n: others.length })}
        </button>
      )}
    </Section>
  );
}

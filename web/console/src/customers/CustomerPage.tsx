import { useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, BadgeCheck, Ban, MoreHorizontal, Pencil, ShieldQuestion, UserCheck } from "lucide-react";
import { lazy, Suspense, useEffect, type ReactNode } from "react";
import { part } from "../app/soon";
import { api, Problem } from "../api/http";
import { useDesk } from "../app/desk";
import { percent, t } from "../i18n/t";
import { date, dateTime } from "../i18n/time";
import { keyProps } from "../keys/useKeys";
import { Avatar, EmptyState, ErrorState, Loading, Skeleton, why } from "../ui/basics";
import { Menu, useToggle, type Item } from "../ui/layer";
import { useToast } from "../ui/toast";
import { CustomerTickets } from "./CustomerTickets";
import { readAgain, useCustomer, type Known } from "./data";
import { c } from "./words";

const EditCustomer = lazy(part(() => import("../ticket/side/EditCustomer")));
const BlockDialog = lazy(part(() => import("../ticket/BlockDialog")));

/** CustomerPage is one customer: who they are and whether that is certain, their tickets, how happy they were. */
export function CustomerPage({ id, known, onBack }: { id: string; known: Known | undefined; onBack(): void }) {
  const q = useCustomer(id, known);
  const name = q.data ? nameOf(q.data) : c("title");
  useEffect(() => {
    document.title = `${name} · Heard`;
  }, [name]);
  const back = (
    <button type="button" className="btn btn-ghost btn-icon customer-back" aria-label={c("back")} onClick={onBack} {...keyProps("list.back", c("back"))}>
      <ArrowLeft className="rtl:-scale-x-100" aria-hidden="true" />
    </button>
  );
  if (q.data) return <Page customer={q.data} back={back} />;
  const gone = q.error instanceof Problem && q.error.status === 404;
  return (
    <section className="customer-page" aria-label={c("loading")}>
      <header className="customer-top">{back}</header>
      {q.isPending && (
        <Loading label={c("loading")}>
          <Skeleton className="mx-6 mt-6 h-10 w-60" />
          <Skeleton className="mx-6 mt-6 h-40" />
        </Loading>
      )}
      {gone ? <EmptyState title={c("gone")} /> : q.isError && <ErrorState error={q.error} retry={() => void q.refetch()} />}
    </section>
  );
}

function nameOf(customer: Known): string {
  return customer.name || customer.email || t("customer.visitor");
}

function Page({ customer, back }: { customer: Known; back: ReactNode }) {
  const name = nameOf(customer);
  return (
    <section className="customer-page scroll" aria-label={name} data-customer-page={customer.id}>
      <header className="customer-top">
        {back}
        <Avatar name={name} seed={customer.id} size={40} />
        <div className="min-w-0 flex-1">
          <h1 className="customer-heading" dir="auto">
            {name}
          </h1>
          {customer.name && customer.email && (
            <p className="truncate text-dense text-fg-2" dir="auto">
              {customer.email}
            </p>
          )}
        </div>
        <Acts customer={customer} name={name} />
      </header>
      <div className="customer-body">
        <div className="customer-main">
          <CustomerTickets customer={customer} />
        </div>
        <aside className="customer-side" aria-label={c("who")}>
          <Certainty customer={customer} />
          <Facts customer={customer} />
          <Satisfaction customer={customer} />
        </aside>
      </div>
    </section>
  );
}

function Acts({ customer, name }: { customer: Known; name: string }) {
  const cache = useQueryClient();
  const say = useToast();
  const { me } = useDesk();
  const edit = useToggle();
  const block = useToggle();
  const fresh = () => readAgain(cache, customer.id);
  const unblock = () =>
    void api.post(`/customers/${customer.id}/unblock`).then(
      () => {
        fresh();
        say(t("done.unblocked"));
      },
      (err: unknown) => say(why(err)),
    );
  const items: Item[] = [
    customer.blocked
      ? { key: "unblock", label: t("more.unblock"), icon: <UserCheck aria-hidden="true" />, onSelect: unblock }
      : { key: "block", label: t("more.block"), icon: <Ban aria-hidden="true" />, danger: true, onSelect: block.open },
  ];
  return (
    <>
      {me.permissions.includes("customer.write") && (
        <button type="button" className="btn customer-edit" onClick={edit.open}>
          <Pencil aria-hidden="true" />
          <span>{c("edit")}</span>
        </button>
      )}
      {me.permissions.includes("customer.block") && <Menu label={c("more")} className="btn btn-ghost btn-icon" tip={{ "data-tip": c("more") }} items={items} button={<MoreHorizontal aria-hidden="true" />} />}
      <Suspense>
        {edit.on && (
          <EditCustomer
            customer={customer}
            onClose={() => {
              edit.close();
              fresh();
            }}
          />
        )}
        {block.on && <BlockDialog customer={customer} name={name} onDone={fresh} onClose={block.close} />}
      </Suspense>
    </>
  );
}

/** Certainty says whether this is who they say: an address that was only typed in is no proof. */
function Certainty({ customer }: { customer: Known }) {
  const Icon = customer.verified ? BadgeCheck : ShieldQuestion;
  return (
    <div className="grid gap-2">
      <div className={customer.verified ? "certainty certainty-ok" : "certainty certainty-open"} data-verified={customer.verified}>
        <Icon size={16} aria-hidden="true" />
        <p>
          <span className="font-medium">{t(customer.verified ? "customer.verified" : "customer.unverified")}. </span>
          {c(customer.verified ? "verifiedWhy" : "unverifiedWhy")}
        </p>
      </div>
      {customer.blocked && (
        <div className="certainty certainty-blocked">
          <Ban size={16} aria-hidden="true" />
          <p>{blockedWhy(customer)}</p>
        </div>
      )}
    </div>
  );
}

function blockedWhy(customer: Known): string {
  const day = customer.blocked_at ? date(customer.blocked_at) : "";
  return customer.block_reason ? t("customer.blockedBecause", { day, reason: customer.block_reason }) : t("customer.blockedSince", { day });
}

function Facts({ customer }: { customer: Known }) {
  const facts: [string, string | null | undefined][] = [
    [t("field.email"), customer.email],
    [t("field.phone"), customer.phone],
    [t("field.externalId"), customer.external_id],
    [t("customer.since"), date(customer.created_at)],
    [c("lastContact"), customer.last_contact_at && dateTime(customer.last_contact_at)],
  ];
  const attrs = Object.entries(customer.attrs ?? {});
  return (
    <>
      <Table rows={facts} />
      {attrs.length > 0 && (
        <section>
          <h2 className="customer-label">{c("attributes")}</h2>
          <Table rows={attrs.map(([k, v]) => [k.replaceAll("_", " "), v])} />
        </section>
      )}
    </>
  );
}

function Table({ rows }: { rows: [string, string | null | undefined][] }) {
  return (
    <dl className="customer-facts">
      {rows
        .filter(([, v]) => v)
        .map(([k, v]) => (
          <div key={k}>
            <dt>{k}</dt>
            <dd>
              <bdi>{v}</bdi>
            </dd>
          </div>
        ))}
    </dl>
  );
}

function Satisfaction({ customer: { csat } }: { customer: Known }) {
  // Who may not read surveys is told nothing of them.
  if (!csat) return null;
  return (
    <section>
      <h2 className="customer-label">{c("satisfaction")}</h2>
      {csat.n > 0 ? (
        <p className="flex items-baseline gap-2">
          <span className="text-title font-semibold">{c("satisfied", { share: percent(csat.satisfied / csat.n) })}</span>
          <span className="text-dense text-fg-2">{c("satisfiedOf", csat)}</span>
        </p>
      ) : (
        <p className="text-dense text-fg-2">{c("unasked")}</p>
      )}
    </section>
  );
}

import { BadgeCheck, Ban, Check, Copy, Pencil, ShieldQuestion } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { part } from "../../app/soon";
import type { Customer, TicketDetail } from "../../api/types";
import { useDesk } from "../../app/desk";
import { t } from "../words";
import { date } from "../../i18n/time";
import { Avatar, Skeleton } from "../../ui/basics";
import { useToggle } from "../../ui/layer";
import { s } from "./words";

const EditCustomer = lazy(part(() => import("./EditCustomer")));

/** CustomerCard is who wrote, and what the desk knows of them. */
export function CustomerCard({ ticket }: { ticket: TicketDetail }) {
  const c = ticket.customer_detail;
  const { me } = useDesk();
  const edit = useToggle();
  const name = ticket.customer_name || c?.name || t("customer.visitor");
  return (
    <section className="side-section" aria-label={t("side.customer")}>
      <div className="flex items-center gap-3">
        <Avatar name={name} seed={ticket.customer ?? name} size={40} />
        <div className="min-w-0 flex-1">
          <h2 className="customer-name" dir="auto">
            {name}
          </h2>
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
        {c && me.permissions.includes("customer.write") && (
          <button type="button" className="btn btn-ghost btn-icon btn-dense" aria-label={s("editTitle")} data-tip={s("editTitle")} onClick={edit.open}>
            <Pencil aria-hidden="true" />
          </button>
        )}
      </div>
      {edit.on && c && (
        <Suspense>
          <EditCustomer customer={c} ticket={ticket.id} onClose={edit.close} />
        </Suspense>
      )}
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
            <dd dir={v === customer.email ? undefined : "auto" /* beside its button it stands where the page begins */}>
              <bdi>{v}</bdi>
              {v === customer.email && <CopyButton text={v} />}
            </dd>
          </div>
        ))}
    </dl>
  );
}

/** CopyButton takes an address along; it says so where it stands. */
function CopyButton({ text }: { text: string }) {
  const [done, setDone] = useState(false);
  const copy = () =>
    void navigator.clipboard?.writeText(text).then(
      () => setDone(true),
      () => {},
    );
  return (
    <button type="button" className="copy-button" aria-label={done ? s("copied") : s("copy")} data-tip={done ? s("copied") : s("copy")} onClick={copy} onBlur={() => setDone(false)}>
      {done ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
    </button>
  );
}

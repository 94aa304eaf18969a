import { useQueryClient } from "@tanstack/react-query";
import { Ban, FileDown, Mail, MoreHorizontal, ShieldAlert, UserCheck } from "lucide-react";
import { lazy, Suspense, useContext, useState } from "react";
import { part } from "../app/soon";
import { api } from "../api/http";
import type { TicketDetail } from "../api/types";
import { useDesk } from "../app/desk";
import { t } from "./words";
import { keyOf } from "../keys/registry";
import { Kbd } from "../ui/basics";
import { KeyboardContext } from "../keys/useKeys";
import { Menu, type Item } from "../ui/layer";
import { useToast } from "../ui/toast";

const BlockDialog = lazy(part(() => import("./BlockDialog")));

/** MoreMenu is what one seldom does with a ticket: spam, a transcript, blocking its customer. */
export function MoreMenu({ ticket }: { ticket: TicketDetail }) {
  const cache = useQueryClient();
  const say = useToast();
  const [blocking, setBlocking] = useState(false);
  const { me } = useDesk();
  const customer = ticket.customer_detail;
  const refresh = () => void cache.invalidateQueries({ queryKey: ["ticket", ticket.id] });
  const change = (send: () => Promise<unknown>, done: string) =>
    send().then(
      (answer) => {
        refresh();
        const act = (answer as Partial<TicketDetail> | undefined)?.act;
        say(done, act && (() => void api.post(`/tickets/${ticket.id}/undo`, act).then(refresh, say.wrong)));
      },
      (err: unknown) => say.wrong(err),
    );
  const spam = (on: boolean) => void change(() => api.patch(`/tickets/${ticket.id}`, { spam: on }), t(on ? "done.spam" : "done.notSpam"));
  const keyboard = useContext(KeyboardContext);
  const items: Item[] = [
    { key: "unread", label: t("key.unread"), hint: <Kbd keys={keyOf("ticket.unread")} />, icon: <Mail aria-hidden="true" />, onSelect: () => keyboard.run("ticket.unread") },
    { key: "text", label: t("more.transcriptText"), icon: <FileDown aria-hidden="true" />, onSelect: () => save(ticket, "text") },
    { key: "html", label: t("more.transcriptHtml"), icon: <FileDown aria-hidden="true" />, onSelect: () => save(ticket, "html") },
  ];
  if (ticket.permissions?.includes("ticket.update")) items.push({ key: "spam", label: t(ticket.spam ? "more.notSpam" : "more.spam"), icon: <ShieldAlert aria-hidden="true" />, onSelect: () => spam(!ticket.spam) });
  if (customer && me.permissions.includes("customer.block")) {
    items.push(
      customer.blocked
        ? { key: "unblock", label: t("more.unblock"), icon: <UserCheck aria-hidden="true" />, onSelect: () => void change(() => api.post(`/customers/${customer.id}/unblock`), t("done.unblocked")) }
        : { key: "block", label: t("more.block"), icon: <Ban aria-hidden="true" />, danger: true, onSelect: () => setBlocking(true) },
    );
  }
  return (
    <>
      <Menu label={t("more.label")} className="btn btn-ghost btn-icon" tip={{ "data-tip": t("more.label") }} items={items} button={<MoreHorizontal aria-hidden="true" />} />
      {blocking && customer && (
        <Suspense>
          <BlockDialog customer={customer} name={ticket.customer_name || t("customer.visitor")} onDone={refresh} onClose={() => setBlocking(false)} />
        </Suspense>
      )}
    </>
  );
}

/** save lets the browser fetch a transcript as a file, in the reader's time zone. */
function save(ticket: TicketDetail, format: "text" | "html") {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const a = document.createElement("a");
  a.href = `/api/v1/tickets/${ticket.id}/transcript?format=${format}${zone ? `&time_zone=${encodeURIComponent(zone)}` : ""}`;
  a.download = `ticket-${ticket.number}.${format === "html" ? "html" : "txt"}`;
  a.click();
}

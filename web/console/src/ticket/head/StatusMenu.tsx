import { Check, CircleDot, Hourglass, Moon } from "lucide-react";
import type { TicketDetail } from "../../api/types";
import { t } from "../../i18n/t";
import { cx } from "../../ui/basics";
import { Menu, type Item } from "../../ui/layer";
import type { TicketActions } from "../actions";
import { h } from "./words";

const tones: Record<string, string> = { open: "chip-accent", pending: "chip-info", snoozed: "", resolved: "chip-ok", closed: "" };

interface Props {
  ticket: TicketDetail;
  actions: TicketActions;
  onSnooze(): void;
}

/** StatusMenu says where a ticket stands, and moves it on. A closed one stays closed. */
export function StatusMenu({ ticket, actions, onSnooze }: Props) {
  const { status } = ticket;
  const chip = (
    <span className={cx("chip", tones[status])} data-ticket-status={status}>
      {t(`status.${status}`)}
    </span>
  );
  if (status === "closed" || !ticket.permissions?.includes("ticket.update")) return chip;
  const items: Item[] = [
    { key: "open", label: t("status.open"), icon: <CircleDot aria-hidden="true" />, checked: status === "open", onSelect: () => void (status === "resolved" ? actions.reopen() : actions.status("open")) },
    { key: "pending", label: t("status.pending"), icon: <Hourglass aria-hidden="true" />, checked: status === "pending", disabled: status === "resolved", onSelect: () => void actions.status("pending") },
    { key: "snoozed", label: h("status.snoozed"), icon: <Moon aria-hidden="true" />, checked: status === "snoozed", disabled: status === "resolved", onSelect: onSnooze },
    { key: "resolved", label: t("status.resolved"), icon: <Check aria-hidden="true" />, checked: status === "resolved", onSelect: () => void (status === "resolved" || actions.resolve()) },
  ];
  return <Menu label={h("statusOf", { status: t(`status.${status}`) })} className="status-button" shortcut="ticket.status" items={items} button={chip} />;
}

import { Check, Hourglass, Undo2 } from "lucide-react";
import type { TicketDetail } from "../api/types";
import { nameOf, useAgents, useDesk } from "../app/desk";
import { t } from "../i18n/t";
import { timeOfDay } from "../i18n/time";
import { useStore } from "../live/store";
import { Countdown } from "./OfferCards";
import { useAnswer, useSeconds } from "./useOffer";

/** OfferBar says on the ticket itself to whom it is offered, and lets that person answer. */
export function OfferBar({ ticket }: { ticket: TicketDetail }) {
  const { live, me } = useDesk();
  const agents = useAgents().data;
  const offer = useStore(live.offers).find((o) => o.ticket === ticket.id);
  const now = useSeconds(offer !== undefined);
  const { busy, answer } = useAnswer();
  if (offer) {
    return (
      <div className="offer-strip" data-offer-bar="">
        <p className="flex-1 font-medium">{t("offers.toYou")}</p>
        <div className="w-40">
          <Countdown offer={offer} now={now} />
        </div>
        <button type="button" className="btn btn-primary btn-dense" disabled={busy !== ""} onClick={() => void answer(ticket.id, "accept")}>
          <Check aria-hidden="true" />
          {t("offers.accept")}
        </button>
        <button type="button" className="btn btn-dense" disabled={busy !== ""} onClick={() => void answer(ticket.id, "decline")}>
          <Undo2 className="rtl:-scale-x-100" aria-hidden="true" />
          {t("offers.decline")}
        </button>
      </div>
    );
  }
  if (!ticket.offered_to || ticket.offered_to === me.agent.id || !ticket.offered_until || ticket.assignee) return null;
  return (
    <p className="offer-strip text-fg-2">
      <Hourglass size={14} aria-hidden="true" />
      {t("offers.toOther", { name: nameOf(agents, ticket.offered_to) || t("line.someone"), time: timeOfDay(ticket.offered_until) })}
    </p>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Check, Undo2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { api } from "../api/http";
import type { TicketDetail } from "../api/types";
import { useDesk } from "../app/desk";
import { t } from "../i18n/t";
import { since, sinceLong } from "../i18n/time";
import { ChannelIcon, PriorityMark } from "../inbox/TicketRows";
import { keyProps, useKey } from "../keys/useKeys";
import type { Offer } from "../live/offers";
import { useStore } from "../live/store";
import { Avatar, cx, Kbd, Skeleton } from "../ui/basics";
import { useToast } from "../ui/toast";
import { keyOf } from "../keys/registry";
import { useAnswer, useSeconds } from "./useOffer";
import { subjectOf } from "../inbox/subject";

const SHOWN = 3;
const SOON = 10_000;

/** OfferCards stand above every screen while something is offered to me; they take no focus and make no sound. */
export function OfferCards() {
  const { live } = useDesk();
  const offers = useStore(live.offers);
  const { busy, answer } = useAnswer();
  const now = useSeconds(offers.length > 0);
  const first = offers[0]?.ticket;
  const reply = (how: "accept" | "decline") => (first && busy === "" ? () => void answer(first, how) : null);
  useKey("offer.accept", reply("accept"));
  useKey("offer.decline", reply("decline"));
  useHiddenTitle(offers.length);
  useOutcomes();
  return (
    <section className="offers" aria-label={t("offers.label")} hidden={offers.length === 0}>
      {offers.slice(0, SHOWN).map((o, i) => (
        <OfferCard key={o.ticket} offer={o} first={i === 0} now={now} busy={busy === o.ticket} onAnswer={(how) => void answer(o.ticket, how)} />
      ))}
      {offers.length > SHOWN && <p className="offer-more">{t("offers.more", { count: offers.length - SHOWN })}</p>}
    </section>
  );
}

interface CardProps {
  offer: Offer;
  first: boolean;
  now: number;
  busy: boolean;
  onAnswer(how: "accept" | "decline"): void;
}

function OfferCard({ offer, first, now, busy, onAnswer }: CardProps) {
  const q = useQuery({ queryKey: ["ticket", offer.ticket], queryFn: ({ signal }) => api.get<TicketDetail>(`/tickets/${offer.ticket}`, signal), staleTime: 5_000 });
  const ticket = q.data;
  const name = ticket ? ticket.customer_name || t("customer.visitor") : "";
  return (
    <article className="offer" data-offer={offer.ticket} aria-busy={busy}>
      <div className="flex items-center gap-3">
        {ticket ? <Avatar name={name} seed={ticket.customer ?? name} size={40} /> : <Skeleton className="size-10" />}
        <div className="min-w-0 flex-1">
          {ticket ? (
            <>
              <h2 className="flex items-center gap-1.5 text-body font-semibold">
                <span className="truncate" dir="auto">
                  {name}
                </span>
                <ChannelIcon channel={ticket.channel} />
                <PriorityMark priority={ticket.priority} />
              </h2>
              <p className="truncate text-meta text-fg-2">{whereFrom(ticket, now)}</p>
            </>
          ) : (
            <h2 className="text-body font-semibold">{t("offers.one")}</h2>
          )}
        </div>
      </div>
      {ticket && (
        <p className="offer-words" dir="auto">
          {subjectOf(ticket)}
        </p>
      )}
      <Countdown offer={offer} now={now} />
      <div className="flex gap-2">
        <button type="button" className="btn btn-primary flex-1" disabled={busy} onClick={() => onAnswer("accept")} {...(first ? keyProps("offer.accept", t("offers.accept")) : {})}>
          <Check aria-hidden="true" />
          {t("offers.accept")}
          {first && <KeyHint id="offer.accept" />}
        </button>
        <button type="button" className="btn" disabled={busy} onClick={() => onAnswer("decline")} {...(first ? keyProps("offer.decline", t("offers.decline")) : {})}>
          <Undo2 className="rtl:-scale-x-100" aria-hidden="true" />
          {t("offers.decline")}
          {first && <KeyHint id="offer.decline" />}
        </button>
      </div>
      {ticket && <Announce text={t("offers.announce", { name, words: subjectOf(ticket), seconds: Math.max(1, Math.round((offer.until - offer.since) / 1000)) })} />}
    </article>
  );
}

function KeyHint({ id }: { id: "offer.accept" | "offer.decline" }) {
  return (
    <span className="offer-key">
      <Kbd keys={keyOf(id)} />
    </span>
  );
}

/** whereFrom is the queue, and how long somebody has waited in it. */
function whereFrom(ticket: TicketDetail, now: number): string {
  const waits = ticket.waiting_since ? (now - Date.parse(ticket.waiting_since) < 60_000 ? t("offers.justNow") : t("offers.waits", { time: sinceLong(ticket.waiting_since, now) })) : since(ticket.created_at, now);
  return [ticket.team_name, waits].filter(Boolean).join(" · ");
}

/** Countdown is the time left: a bar and a number that only the eye follows. */
export function Countdown({ offer, now }: { offer: Offer; now: number }) {
  const left = Math.max(0, offer.until - now);
  return (
    <div className="flex items-center gap-2">
      <progress className={cx("progress offer-bar", left <= SOON && "offer-soon")} max={Math.max(1, offer.until - offer.since)} value={left} aria-label={t("offers.timeLeft")} />
      <span role="timer" className={cx("offer-left", left <= SOON && "text-warn")}>
        {t("offers.left", { n: Math.ceil(left / 1000) })}
      </span>
    </div>
  );
}

/** Announce says an offer once, to those who hear the screen. */
function Announce({ text }: { text: string }) {
  const [said, setSaid] = useState("");
  const once = useRef(text);
  useEffect(() => setSaid(once.current), []);
  return (
    <p className="sr-only" role="alert">
      {said}
    </p>
  );
}

/** useHiddenTitle shows offers in the tab's title while the tab is not in front. */
function useHiddenTitle(count: number) {
  useEffect(() => {
    if (count === 0) return;
    let was: string | null = null;
    const show = () => {
      if (document.visibilityState === "hidden" && was === null) {
        was = document.title;
        document.title = t("offers.title", { count });
      } else if (document.visibilityState === "visible" && was !== null) {
        document.title = was;
        was = null;
      }
    };
    show();
    document.addEventListener("visibilitychange", show);
    return () => {
      document.removeEventListener("visibilitychange", show);
      if (was !== null) document.title = was;
    };
  }, [count]);
}

/** useOutcomes says why an offer went away that nobody here answered. */
function useOutcomes() {
  const { live } = useDesk();
  const say = useToast();
  useEffect(
    () =>
      live.onNotice((n) => {
        if (n.kind !== "offer_ended") return;
        if (n.outcome === "expired") say(t("offers.expired"));
        if (n.outcome === "withdrawn") say(t("offers.withdrawn"));
      }),
    [live, say],
  );
}

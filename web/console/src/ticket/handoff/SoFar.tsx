import { useState } from "react";
import type { TicketDetail } from "../../api/types";
import { useDesk } from "../../app/desk";
import { t } from "../words";
import { since, timeOfDay } from "../../i18n/time";
import { plain } from "../../inbox/plain";
import { useMinute } from "../../live/clock";
import { itemsOf, type Talk } from "../items";
import { Story } from "../side/Ownership";
import { s } from "../side/words";
import { author, useNames } from "../thread/names";
import { o } from "./words";
import { subjectOf } from "../../inbox/subject";

/** SoFar is what the receiver will find: what it is about, what was said last, and whose it was. Read it before passing it on. */
export function SoFar({ ticket }: { ticket: TicketDetail }) {
  const { live } = useDesk();
  const now = useMinute();
  const names = useNames(ticket);
  const [last] = useState(() => itemsOf(live.thread(ticket.id).get().thread.events, [], 0, () => false).findLast((i): i is Talk => i.type === "message" && !i.redacted));
  const words = last ? plain(last.body).replace(/\n\s*\n/g, "\n") : "";
  return (
    <section className="so-far" aria-label={o("story")}>
      <p className="so-far-subject" dir="auto">
        {subjectOf(ticket) || t("ticket.untitled", { name: names.customer })}
      </p>
      {ticket.waiting_since && (
        <p className="so-far-waits">
          <bdi>{names.customer}</bdi> {s("waitsSince", { time: since(ticket.waiting_since, now) })}
        </p>
      )}
      {last && words && (
        <figure className="so-far-last">
          <figcaption>
            <bdi>{author(last.event, names)}</bdi>, <time dateTime={last.event.at}>{timeOfDay(last.event.at)}</time>
          </figcaption>
          <blockquote dir="auto">{words}</blockquote>
        </figure>
      )}
      <Story ticket={ticket} shown={3} />
    </section>
  );
}

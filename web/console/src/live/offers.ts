import type { Ticket } from "../api/types";
import { Store } from "./store";

/** A ticket that is mine if I want it, for a while. Times are of this browser's clock. */
export interface Offer {
  ticket: string;
  since: number;
  until: number;
}

/** Clock is what a test replaces. */
export interface OfferClock {
  now(): number;
  later(ms: number, fn: () => void): () => void;
}

/** Offers are what is offered to me now, the one that ends first in front; what is over is gone by itself. */
export class Offers extends Store<readonly Offer[]> {
  private readonly me: string;
  private readonly clock: OfferClock;
  private cancel: () => void = () => {};
  /** How far the server's clock is ahead of ours. */
  private ahead = 0;
  /** What was answered here: its end is no news. */
  private readonly answered = new Set<string>();

  constructor(me: string, clock: OfferClock) {
    super([]);
    this.me = me;
    this.clock = clock;
  }

  /** greeted begins anew: the server tells what is offered whenever a console comes. */
  greeted(serverTime: unknown) {
    const time = typeof serverTime === "string" ? Date.parse(serverTime) : NaN;
    this.ahead = Number.isFinite(time) ? time - this.clock.now() : 0;
    this.put([]);
  }

  made(ticket: string, until: string) {
    const end = Date.parse(until) - this.ahead;
    const known = this.get().find((o) => o.ticket === ticket);
    if (!(end > this.clock.now()) || known?.until === end) return;
    this.answered.delete(ticket);
    this.put([...this.get().filter((o) => o.ticket !== ticket), { ticket, since: this.clock.now(), until: end }]);
  }

  /** answer takes an offer off the screen because the agent said yes or no to it. */
  answer(ticket: string) {
    this.answered.add(ticket);
    this.drop(ticket);
  }

  /** ended answers whether that is news: nobody here had answered. */
  ended(ticket: string): boolean {
    this.drop(ticket);
    return !this.answered.delete(ticket);
  }

  /** changed reads a ticket's newest summary: it may have gone to somebody else. */
  changed(t: Ticket) {
    if (t.offered_to === this.me && t.offered_until) this.made(t.id, t.offered_until);
    else this.drop(t.id);
  }

  private drop(ticket: string) {
    if (this.get().some((o) => o.ticket === ticket)) this.put(this.get().filter((o) => o.ticket !== ticket));
  }

  private put(offers: readonly Offer[]) {
    const now = this.clock.now();
    const left = offers.filter((o) => o.until > now).sort((a, b) => a.until - b.until);
    this.cancel();
    if (left[0]) this.cancel = this.clock.later(left[0].until - now, () => this.put(this.get()));
    if (left.length > 0 || this.get().length > 0) this.set(left);
  }
}

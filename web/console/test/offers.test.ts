import { expect, test } from "vitest";
import { Offers } from "../src/live/offers";
import { FakeHost, ticket } from "./fakes";

const iso = (ms: number) => new Date(ms).toISOString();

function desk(serverAhead = 0) {
  const host = new FakeHost();
  const offers = new Offers("7", host);
  offers.greeted(iso(host.now() + serverAhead));
  return { host, offers, tickets: () => offers.get().map((o) => o.ticket) };
}

test("the offer that ends first stands in front, and goes when its time is over", () => {
  const { host, offers, tickets } = desk();
  offers.made("1", iso(30_000));
  offers.made("2", iso(10_000));
  expect(tickets()).toEqual(["2", "1"]);
  host.pass(10_000);
  expect(tickets()).toEqual(["1"]);
  host.pass(20_000);
  expect(tickets()).toEqual([]);
});

test("time is the server's: a clock that is an hour behind loses no offer, one that is ahead keeps none too long", () => {
  const { host, offers, tickets } = desk(3600_000);
  offers.made("1", iso(3600_000 + 20_000));
  expect(offers.get()[0]).toMatchObject({ since: 0, until: 20_000 });
  host.pass(20_000);
  expect(tickets()).toEqual([]);
});

test("an offer that is told again keeps its beginning; one that is over is not shown", () => {
  const { host, offers, tickets } = desk();
  offers.made("1", iso(30_000));
  host.pass(5_000);
  offers.made("1", iso(30_000));
  offers.made("2", iso(4_000));
  expect(tickets()).toEqual(["1"]);
  expect(offers.get()[0]!.since).toBe(0);
});

test("a ticket that goes to somebody else takes its offer along, one that is offered brings it", () => {
  const { offers, tickets } = desk();
  offers.changed(ticket({ id: "1", offered_to: "7", offered_until: iso(30_000) }));
  expect(tickets()).toEqual(["1"]);
  offers.changed(ticket({ id: "1", offered_to: "8", offered_until: iso(60_000) }));
  expect(tickets()).toEqual([]);
});

test("the end of an offer is news only when nobody here answered it", () => {
  const { host, offers } = desk();
  offers.made("1", iso(10_000));
  offers.answer("1");
  expect(offers.ended("1")).toBe(false);
  offers.made("1", iso(10_000));
  host.pass(10_000);
  expect(offers.ended("1")).toBe(true);
});

test("a new connection begins with what the server tells", () => {
  const { offers, tickets } = desk();
  offers.made("1", iso(30_000));
  offers.greeted(iso(0));
  expect(tickets()).toEqual([]);
});

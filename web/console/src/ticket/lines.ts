import type { Event } from "../api/types";
import { number } from "../i18n/t";
import { t, word } from "./words";
import { dateTime } from "../i18n/time";
import { plain } from "../inbox/plain";
import { w } from "./thread/words";

/** Names that an event only carries as ids. */
export interface Names {
  me: string;
  agent(id: string): string;
  team(id: string): string;
}


/** lineOf says one internal event in words; an empty string means that it needs no line. */
export function lineOf(e: Event, names: Names): string {
  const d = e.data ?? {};
  const s = (key: string) => (typeof d[key] === "string" || typeof d[key] === "number" ? String(d[key]) : "");
  const who = actor(e, names);
  const agent = (id: string, name: string) => name || names.agent(id) || t("line.someone");
  switch (e.kind) {
    case "ticket.opened":
      if (s("agreed")) return w("line.agreed", { who, words: plain(s("agreed")) });
      return s("channel") === "chat" ? t("line.chatOpened", { who }) : t("line.opened", { who });
    case "ticket.queued":
      return t("line.queued", { team: names.team(s("team")) || t("line.aTeam") });
    case "ticket.routed":
      return t(s("rule") === "pulled" ? "line.pulled" : "line.routed", { name: agent(s("agent"), s("agent_name")) });
    case "ticket.assigned": {
      const name = agent(s("agent"), s("agent_name"));
      if (e.by.kind === "agent" && e.by.id === s("agent")) return t("line.took", { who });
      return e.by.kind === "agent" ? t("line.assignedBy", { who, name }) : t("line.assigned", { name });
    }
    case "ticket.handed_off":
      return handedOff(e, s, agent, names);
    case "ticket.team_changed":
      return t("line.teamChanged", { who, team: names.team(s("to")) || t("line.aTeam") });
    case "ticket.status_changed":
      return statusChanged(s("from"), s("to"), who, e);
    case "ticket.priority_changed":
      return t("line.priority", { who, priority: word(`priority.${s("to")}`, s("to")) });
    case "ticket.tagged":
      // Customers set no tags: what stands under their name came with an import.
      if (d.imported === true || e.by.kind === "customer") return w("tagImported", { tag: s("tag") });
      if (s("tag") === "") return t("line.tags", { who });
      return t("line.tagged", { who, tag: s("tag") });
    case "ticket.untagged":
      if (s("tag") === "") return t("line.tags", { who });
      return t("line.untagged", { who, tag: s("tag") });
    case "ticket.snoozed":
      return t("line.snoozed", { who, time: s("until") ? dateTime(s("until")) : "" });
    case "ticket.linked":
      return t("line.linked", { relation: word(`relation.${s("relation")}`, s("relation")) });
    case "conversation.ended":
      return t("line.ended", { who });
    case "customer.left":
      return w(d.answerable === true ? "line.customerLeftAddress" : "line.customerLeft");
    case "customer.returned":
      return w("line.customerBack");
    case "survey.asked":
      return t("line.surveyAsked");
    case "survey.answered":
      return s("score") ? t("line.surveyAnswered", { score: s("score") }) : t("line.surveyAnsweredPlain");
    case "survey.withdrawn":
      return t("line.surveyWithdrawn");
    case "wait.promised":
      return promised(d);
    case "ticket.offered":
      return t("line.offered", { name: agent(s("agent"), s("agent_name")) });
    case "ticket.offer_ended":
      return offerEnded(s, agent);
    case "ticket.spam_marked":
      return t(d.spam === true ? "line.spam" : "line.notSpam", { who });
    case "customer.contact_given":
      return t("line.contactGiven");
    case "topic.assigned":
    case "topic.corrected":
      return s("name") ? t("line.topic", { topic: s("name") }) : "";
    case "customer.identified":
      return t("line.identified");
    default:
      return "";
  }
}

export function actor(e: Event, names: Names): string {
  if (e.by.kind === "agent") return e.by.id === names.me ? t("line.you") : e.by.name || names.agent(e.by.id ?? "") || t("line.someone");
  if (e.by.kind === "customer") return e.by.name || t("customer.customer");
  if (e.by.kind === "bot") return e.by.name || t("line.bot");
  return t("line.system");
}

type Read = (key: string) => string;

/** handedOff says who passed a ticket on, whose it was, or that it was taken back from somebody who left. */
function handedOff(e: Event, s: Read, agent: (id: string, name: string) => string, names: Names): string {
  const from = agent(s("from_agent"), s("from_name"));
  const to = s("to_agent") || s("to_name") ? agent(s("to_agent"), s("to_name")) : s("to_team_name") || names.team(s("to_team")) || t("line.theQueue");
  const reason = s("reason");
  if (e.by.kind === "system" && reason === "agent_away") return t("line.wentAway", { from, to });
  if (e.by.kind === "agent" && e.by.id !== s("from_agent")) {
    const who = actor(e, names);
    const moved = s("from_agent") ? w("line.movedFrom", { who, from, to }) : w("line.moved", { who, to });
    return reason ? w("line.because", { moved, reason: reasonName(reason) }) : moved;
  }
  return reason ? t("line.handedOffBecause", { from, to, reason: reasonName(reason) }) : t("line.handedOff", { from, to });
}

/** reasonName is a reason of the desk's list in words. */
export function reasonName(reason: string): string {
  return word(`reason.${reason}`, reason.replaceAll("_", " "));
}

function statusChanged(from: string, to: string, who: string, e: Event): string {
  // A customer's answer opens what waited for it: that says itself.
  if (to === "pending" || (from === "pending" && to === "open")) return e.by.kind === "agent" ? w("line.set", { who, status: t(`status.${to as "open"}`) }) : "";
  if (to === "resolved") return t("line.resolved", { who });
  if (to === "closed") return t("line.closed");
  if (to === "snoozed") return "";
  if (from === "snoozed") return e.by.kind === "customer" ? t("line.wokenByCustomer") : t("line.woken");
  if (from === "resolved") return e.by.kind === "customer" ? t("line.reopenedByCustomer") : t("line.reopened", { who });
  return "";
}

function offerEnded(s: Read, agent: (id: string, name: string) => string): string {
  const name = agent(s("agent"), s("agent_name"));
  const reason = s("reason");
  switch (s("outcome")) {
    case "declined":
      return reason ? t("line.declinedBecause", { name, reason: reasonName(reason) }) : t("line.declined", { name });
    case "expired":
      return t("line.offerExpired", { name });
    case "withdrawn":
      return t("line.offerWithdrawn", { name });
    default:
      return ""; // accepted: the assignment that follows says it
  }
}

/** promised is what a waiting customer was told, with the wait that came of it once that is known. */
export function promised(d: Record<string, unknown>, waited?: number): string {
  const most = Number(d.high_s ?? 0);
  const { seconds, unit } = unitOf(most);
  const low = Math.floor(Number(d.low_s ?? 0) / seconds);
  const high = Math.max(1, Math.ceil(most / seconds));
  const range = low < 1 ? t("line.upTo", { high: number(high, 0), unit }) : low === high ? t("line.about", { high, unit }) : t("line.fromTo", { low, high, unit });
  const position = number(Number(d.position ?? 1), 0);
  if (waited === undefined) return t("line.promised", { range, position });
  const took = unitOf(waited);
  const real = waited < 60 ? t("line.lessThanOne") : t("line.lasted", { n: number(waited / took.seconds, took.seconds > 60 && waited < 10 * took.seconds ? 1 : 0), unit: took.unit });
  return t("line.promisedWaited", { range, waited: real });
}

/** unitOf is what a wait is told in: minutes, and hours from one and a half on. */
function unitOf(wait: number): { seconds: number; unit: string } {
  return wait < 5400 ? { seconds: 60, unit: t("line.min") } : { seconds: 3600, unit: t("line.h") };
}

/** routedLine says to whom a decision gave a ticket, outright or to be accepted. */
export function routedLine(routed: Event, offer: Event | undefined, names: Names): string {
  if (!offer) return lineOf(routed, names);
  const id = String(offer.data?.agent ?? "");
  const name = String(offer.data?.agent_name ?? "") || names.agent(id) || t("line.someone");
  const seconds = Math.max(1, Math.round((Date.parse(String(offer.data?.until)) - Date.parse(offer.at)) / 1000));
  return Number.isFinite(seconds) ? t("line.offeredFor", { name, seconds }) : t("line.offered", { name });
}

import { later } from "./later";
import { isKnown, parseTerms, quoted, searchKeys, termAt, type SearchKey } from "./terms";

/** What the desk has that a search can name. */
export interface Values {
  agents: { name: string; email: string }[];
  teams: string[];
  tags: string[];
  inboxes: string[];
  topics: string[];
  /** Days as the server writes them, newest first. */
  days: string[];
}

export interface Suggestion {
  id: string;
  /** What is written in the place of the term at the caret, or of the whole search. */
  text: string;
  whole: boolean;
  /** The condition is complete: it can be asked for at once. */
  done: boolean;
  group: "recent" | "key" | "value";
  key: string;
  label: string;
  /** More about a value, like an e-mail address. */
  hint?: string;
}

const most = 8;
const fixed: Partial<Record<SearchKey, readonly string[]>> = {
  is: ["open", "pending", "snoozed", "resolved", "closed", "unassigned", "mine", "waiting", "unread", "reopened", "handed_off", "offline", "spam"],
  channel: ["chat", "email", "api"],
  priority: ["urgent", "high", "normal", "low"],
  csat: ["<=2", ">=4", "1", "2", "3", "4", "5", "none"],
  has: ["attachment", "note", "draft", "comment"],
  waiting: [">30m", ">2h", ">1d", "<30m"],
};
const recentDays = ["1d", "3d", "1w", "2w"];

/** suggest offers what could stand at the caret: recent searches, keys, or the values of a key. */
export function suggest(q: string, caret: number, values: Values, recent: readonly string[]): Suggestion[] {
  const here = termAt(q, caret);
  if (here === undefined) return [...(q.trim() === "" ? recent.map(again) : []), ...searchKeys.map((k) => ofKey(k, false))];
  if (isKnown(here.key)) return valuesOf(here.key, here.value, here.not, values);
  if (here.key !== "") return [];
  const word = here.value.toLowerCase();
  if (word === "") return searchKeys.map((k) => ofKey(k, here.not));
  const keys = searchKeys.filter((k) => k.startsWith(word)).map((k) => ofKey(k, here.not));
  const found = (["is", "tag", "assignee", "team", "topic", "inbox"] as const).flatMap((k) => valuesOf(k, here.value, here.not, values).filter((s) => s.label.toLowerCase().includes(word)));
  return [...keys, ...found].slice(0, most);
}

function again(q: string): Suggestion {
  return { id: `again ${q}`, text: q, whole: true, done: true, group: "recent", key: "", label: q };
}

function ofKey(key: SearchKey, not: boolean): Suggestion {
  return { id: `key ${key}`, text: `${not ? "-" : ""}${key}:`, whole: false, done: false, group: "key", key, label: `${key}:` };
}

function all(key: SearchKey, v: Values): { value: string; label: string; hint?: string }[] {
  const plain = (list: readonly string[]) => list.map((value) => ({ value, label: value }));
  switch (key) {
    case "assignee":
      return [...plain(["me", "none"]), ...v.agents.map((a) => ({ value: v.agents.filter((b) => b.name === a.name).length > 1 ? a.email : a.name, label: a.name, hint: a.email }))];
    case "team":
      return plain([...v.teams, "none"]);
    case "topic":
      return plain([...v.topics, "none"]);
    case "tag":
      return plain(v.tags);
    case "inbox":
      return plain(v.inboxes);
    case "before":
    case "after":
      return plain([...recentDays, ...v.days]);
    case "created":
      return plain(v.days.map((d) => `>=${d}`));
    case "has":
      return (fixed.has ?? []).map((value) => ({ value, label: value, hint: later(`suggest.has.${value}` as "suggest.has.note") }));
    default:
      return plain(fixed[key] ?? []);
  }
}

/** valuesOf a key that fit what is written of one; behind a comma stands one more. */
function valuesOf(key: SearchKey, written: string, not: boolean, v: Values): Suggestion[] {
  const cut = written.lastIndexOf(",") + 1;
  const before = written.slice(0, cut);
  const needle = written.slice(cut).toLowerCase();
  const taken = new Set(before.split(",").filter(Boolean));
  const fits = all(key, v).filter((x) => !taken.has(x.value) && (x.label.toLowerCase().includes(needle) || (x.hint ?? "").toLowerCase().includes(needle)));
  fits.sort((a, b) => Number(b.label.toLowerCase().startsWith(needle)) - Number(a.label.toLowerCase().startsWith(needle)));
  const others = before === "" ? "" : `${before.split(",").filter(Boolean).map(quoted).join(",")},`;
  return fits.slice(0, most * 2).map((x) => ({
    id: `${key} ${x.value}`,
    text: `${not ? "-" : ""}${key}:${others}${quoted(x.value)}`,
    whole: false,
    done: true,
    group: "value",
    key,
    label: x.label,
    ...(x.hint ? { hint: x.hint } : {}),
  }));
}

/** accepted is the search, and the place of the caret, once a suggestion was taken. */
export function accepted(q: string, caret: number, s: Suggestion): { q: string; caret: number } {
  if (s.whole) return { q: s.text, caret: s.text.length };
  const here = termAt(q, caret);
  const [start, end] = here ? [here.start, here.end] : [caret, caret];
  const written = s.done ? `${s.text} ` : s.text;
  const head = q.slice(0, start);
  const text = (head === "" || head.endsWith(" ") ? head : `${head} `) + written;
  return { q: text + q.slice(end).trimStart(), caret: text.length };
}

/** remembered puts a search on top of the recent ones. */
export function remembered(recent: readonly string[], q: string): string[] {
  const same = parseTerms(q).map((x) => x.text).join(" ");
  return same === "" ? [...recent] : [same, ...recent.filter((r) => r !== same)].slice(0, most - 2);
}

import type { Macro } from "../../../../shared/src/wire.gen";
import { recall, remember } from "../../app/storage";
import { emoji } from "./emoji";

const plain = (s: string) => s.toLowerCase();
const queryWords = (q: string) => plain(q).split(/[\s_]+/).filter(Boolean);

/** fits says whether every word of a query begins a word of a text, or stands in it. */
export function fits(text: string, query: string): boolean {
  return rank(text, query) > 0;
}

/** rank is how well a text answers a query: 3 begins with it, 2 every word begins a word, 1 each stands in it, 0 not. */
function rank(text: string, query: string): number {
  const low = plain(text);
  const all = low.split(/[^\p{L}\p{N}]+/u);
  const asked = queryWords(query);
  if (low.startsWith(asked.join(" "))) return 3;
  if (asked.every((q) => all.some((w) => w.startsWith(q)))) return 2;
  return asked.every((q) => low.includes(q)) ? 1 : 0;
}

/** best keeps the order of what answers a query equally well. */
function best<T>(items: readonly T[], score: (item: T) => number): T[] {
  return items
    .map((item) => ({ item, n: score(item) }))
    .filter(({ n }) => n > 0)
    .sort((a, b) => b.n - a.n)
    .map(({ item }) => item);
}

/** ranked are the macros that answer a query: by their name before by their text, else as they came, most used first. */
export function ranked(macros: readonly Macro[], query: string): Macro[] {
  if (query.trim() === "") return [...macros];
  return best(macros, (m) => rank(m.name, query) * 2 || rank(m.body, query) / 4);
}

export type Emoji = (typeof emoji)[number];

/** found are the emoji that answer a query: those one used lately first, then those that are called so. */
export function found(query: string, lately: readonly string[]): Emoji[] {
  const late = (e: Emoji) => (lately.includes(e[0]) ? 4 - lately.indexOf(e[0]) / 100 : 0);
  return best(emoji, (e) => {
    const n = query.trim() === "" ? 1 : Math.max(rank(e[1], query), rank(e[2], query));
    return n > 0 ? n + late(e) : 0;
  });
}

/** isCalled says whether a name, as one types it between colons, is that of an emoji. */
export function isCalled(sign: string, name: string): boolean {
  const low = queryWords(name).join(" ");
  return emoji.some(([s, called, words]) => s === sign && (plain(called) === low || words.split(" ").includes(low)));
}

/** called is the emoji of a name between two colons, if there is one. */
export const called = (name: string): string | undefined => emoji.find(([sign]) => isCalled(sign, name))?.[0];

const KEY = "emoji";
const KEPT = 16;

/** recent are the emoji that one used last, the newest first. */
export function recent(): string[] {
  return (recall(KEY) ?? "").split(" ").filter(Boolean);
}

export function used(sign: string) {
  remember(KEY, [sign, ...recent().filter((s) => s !== sign)].slice(0, KEPT).join(" "));
}

/** The keys that a search understands; the server is the judge, this is what the field offers. */
export const searchKeys = ["is", "assignee", "team", "tag", "channel", "inbox", "priority", "from", "subject", "topic", "csat", "has", "waiting", "before", "after", "created"] as const;

export type SearchKey = (typeof searchKeys)[number];

/** Term is one word of a search: a condition `key:value`, or free text. */
export interface Term {
  /** As written. */
  text: string;
  start: number;
  end: number;
  not: boolean;
  /** "" for free words. */
  key: string;
  /** Without quotes. */
  value: string;
}

/** parseTerms cuts a search at spaces that are not inside quotes. */
export function parseTerms(q: string): Term[] {
  const out: Term[] = [];
  let start = -1;
  let quoted = false;
  for (let i = 0; i <= q.length; i++) {
    const c = q[i];
    if (c === '"') quoted = !quoted;
    const ends = c === undefined || (!quoted && /\s/u.test(c));
    if (!ends && start < 0) start = i;
    if (ends && start >= 0) {
      out.push(term(q.slice(start, i), start));
      start = -1;
    }
  }
  return out;
}

function term(text: string, start: number): Term {
  const m = /^(-?)(?:([a-z_]+):)?(.*)$/isu.exec(text)!;
  return { text, start, end: start + text.length, not: m[1] === "-", key: (m[2] ?? "").toLowerCase(), value: m[3]!.replaceAll('"', "") };
}

export function isKnown(key: string): key is SearchKey {
  return (searchKeys as readonly string[]).includes(key);
}

/** termAt is the term that the caret is in, or at the end of. */
export function termAt(q: string, caret: number): Term | undefined {
  return parseTerms(q).find((x) => x.start < caret && caret <= x.end);
}

/** quoted is a value as it can stand behind a key. */
export function quoted(value: string): string {
  return /[\s,:"]/u.test(value) ? `"${value.replaceAll('"', "")}"` : value;
}

/** withoutTerm is the search with one term taken out. */
export function withoutTerm(q: string, t: Term): string {
  return `${q.slice(0, t.start).trimEnd()} ${q.slice(t.end).trimStart()}`.trim();
}

/** unfinished says that a condition is still being written at the caret: it is not asked for yet. */
export function unfinished(q: string, caret: number): boolean {
  return parseTerms(q).some((x) => odd(x.text) || (x.key !== "" && (x.value === "" || (x.start < caret && caret <= x.end))));
}

function odd(text: string): boolean {
  return (text.match(/"/gu)?.length ?? 0) % 2 === 1;
}

/** blamed is the term that the server's sentence about a bad search names: by its place, or by its words. */
export function blamed(q: string, detail: string): Term | undefined {
  const terms = parseTerms(q).filter((x) => x.key !== "");
  const place = /character (\d+)/u.exec(detail);
  if (place) {
    const at = [...q].slice(0, Number(place[1]) - 1).join("").length;
    const there = terms.find((x) => x.start <= at && at < x.end);
    if (there) return there;
  }
  return terms.find((x) => detail.includes(x.text)) ?? terms.find((x) => x.value !== "" && detail.includes(x.key) && detail.includes(x.value)) ?? terms.find((x) => new RegExp(`\\b${x.key}\\b`, "u").test(detail));
}

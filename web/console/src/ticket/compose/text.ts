/** What to put into a text field in place of a stretch of it, and what is selected then. */
export interface Edit {
  from: number;
  to: number;
  text: string;
  select: [number, number];
}

export interface Field {
  value: string;
  selectionStart: number;
  selectionEnd: number;
}

/** mark puts a pair of signs around what is selected, or takes them away. */
export function mark(f: Field, sign: string, empty: string): Edit {
  const [from, to] = [f.selectionStart, f.selectionEnd];
  const n = sign.length;
  const chosen = f.value.slice(from, to);
  const outside = f.value.slice(from - n, from) === sign && f.value.slice(to, to + n) === sign;
  if (outside) return { from: from - n, to: to + n, text: chosen, select: [from - n, to - n] };
  if (chosen.length >= 2 * n && chosen.startsWith(sign) && chosen.endsWith(sign)) {
    const bare = chosen.slice(n, -n);
    return { from, to, text: bare, select: [from, from + bare.length] };
  }
  // Signs beside a space are no signs: they go around the words.
  const words = chosen.trim() === "" ? empty : chosen.trim();
  const lead = chosen.trim() === "" ? "" : chosen.slice(0, chosen.length - chosen.trimStart().length);
  const tail = chosen.trim() === "" ? "" : chosen.slice(chosen.trimEnd().length);
  const at = from + lead.length + n;
  return { from, to, text: lead + sign + words + sign + tail, select: [at, at + words.length] };
}

const address = /^(?:https?:\/\/|mailto:)\S+$/i;

/** link makes what is selected a link: an address becomes the target, words become what it is called. */
export function link(f: Field, words: string, target: string): Edit {
  const [from, to] = [f.selectionStart, f.selectionEnd];
  const chosen = f.value.slice(from, to).trim();
  if (address.test(chosen)) return { from, to, text: `[${words}](${chosen})`, select: [from + 1, from + 1 + words.length] };
  const name = chosen || words;
  const at = from + name.length + 3;
  return { from, to, text: `[${name}](${target})`, select: [at, at + target.length] };
}

export type LineMark = "bullet" | "number" | "quote";

const marked: Record<LineMark, RegExp> = { bullet: /^[-*] /, number: /^\d{1,3}[.)] /, quote: /^> ?/ };

/** lines puts a sign before every line that the selection touches, or takes it away when all have it. */
export function lines(f: Field, kind: LineMark): Edit {
  const from = f.value.lastIndexOf("\n", f.selectionStart - 1) + 1;
  const end = f.value.indexOf("\n", Math.max(f.selectionStart, f.selectionEnd - (f.selectionEnd > f.selectionStart ? 1 : 0)));
  const to = end < 0 ? f.value.length : end;
  const all = f.value.slice(from, to).split("\n");
  const has = marked[kind];
  const off = all.every((l) => has.test(l));
  const sign = (i: number) => (kind === "bullet" ? "- " : kind === "number" ? `${i + 1}. ` : "> ");
  const bare = (l: string) => (kind === "quote" ? l : l.replace(marked.bullet, "").replace(marked.number, ""));
  const text = all.map((l, i) => (off ? l.replace(has, "") : sign(i) + bare(l))).join("\n");
  if (f.selectionStart === f.selectionEnd) {
    const at = Math.max(from, f.selectionStart + text.length - (to - from));
    return { from, to, text, select: [at, at] };
  }
  return { from, to, text, select: [from, from + text.length] };
}

/** code is for a word between ticks, or a block for several lines. */
export function code(f: Field, empty: string): Edit {
  const chosen = f.value.slice(f.selectionStart, f.selectionEnd);
  if (!chosen.includes("\n")) return mark(f, "`", empty);
  const text = `\`\`\`\n${chosen.replace(/\n$/, "")}\n\`\`\``;
  return { from: f.selectionStart, to: f.selectionEnd, text, select: [f.selectionStart + 4, f.selectionStart + text.length - 4] };
}

/** nextLine goes on with a list or a quote on Enter, and ends it on an empty entry; null leaves Enter to the field. */
export function nextLine(f: Field): Edit | null {
  if (f.selectionStart !== f.selectionEnd) return null;
  const from = f.value.lastIndexOf("\n", f.selectionStart - 1) + 1;
  const line = f.value.slice(from, f.selectionStart);
  const m = /^(?:([-*]) |(\d{1,3})([.)]) |(> ?))/.exec(line);
  if (!m) return null;
  if (line.slice(m[0].length).trim() === "") return { from, to: f.selectionStart, text: "", select: [from, from] };
  const sign = m[1] ? `${m[1]} ` : m[2] ? `${Number(m[2]) + 1}${m[3]} ` : "> ";
  const at = f.selectionStart + 1 + sign.length;
  return { from: f.selectionStart, to: f.selectionStart, text: `\n${sign}`, select: [at, at] };
}

export type TriggerKind = "macro" | "mention" | "emoji";

/** What is being looked for at the caret: `from` is where its sign stands. */
export interface Trigger {
  kind: TriggerKind;
  from: number;
  to: number;
  query: string;
}

const triggers: readonly { kind: TriggerKind; of: RegExp }[] = [
  { kind: "macro", of: /(?:^|\s)\/([^\s/][^\n/]{0,39}|)$/ },
  { kind: "mention", of: /(?:^|[\s(])@([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]+)?)$/u },
  { kind: "emoji", of: /(?:^|[\s(]):([a-z][a-z0-9_+ -]{1,23})$/i },
];

/** triggerAt finds what one begins to look for right before the caret. */
export function triggerAt(value: string, caret: number): Trigger | null {
  const line = value.slice(Math.max(value.lastIndexOf("\n", caret - 1) + 1, caret - 60), caret);
  for (const { kind, of } of triggers) {
    const m = of.exec(line);
    if (m) return { kind, from: caret - (m[1]?.length ?? 0) - 1, to: caret, query: m[1] ?? "" };
  }
  return null;
}

const signs: Record<string, TriggerKind> = { "/": "macro", "@": "mention", ":": "emoji" };

/** askedAt is what is looked for after a sign that was put there by a button: it may still be empty. */
export function askedAt(value: string, caret: number, from: number): Trigger | null {
  const kind = signs[value[from] ?? ""];
  const query = value.slice(from + 1, caret);
  if (!kind || caret <= from || query.length > 40 || /[\n/@:]/.test(query)) return null;
  return { kind, from, to: caret, query };
}

export interface Placeholder {
  name: string;
  from: number;
  to: number;
}

const open = /\{\{[^{}\n]{1,80}\}\}/g;

/** placeholders are those of a text that nobody has filled. */
export function placeholders(text: string): Placeholder[] {
  if (!text.includes("{{")) return [];
  return [...text.matchAll(open)].map((m) => ({ name: m[0].slice(2, -2).trim(), from: m.index, to: m.index + m[0].length }));
}

export interface Called {
  kind: "agent" | "team";
  id: string;
  name: string;
}

const token = /@\[([^[\]\n]{1,120})\]\((agent|team):([1-9]\d{0,18})\)/g;

/** shown is a note as one reads it while writing: names without ids, and whom they name. */
export function shown(stored: string): { text: string; called: Called[] } {
  if (!stored.includes("@[")) return { text: stored, called: [] };
  const called: Called[] = [];
  const text = stored.replace(token, (_, name: string, kind: Called["kind"], id: string) => {
    called.push({ kind, id, name });
    return `@${name}`;
  });
  return { text, called };
}

/** stored is a note as the server keeps it: every name that was chosen carries its id. */
export function stored(text: string, called: readonly Called[]): string {
  const known = called.filter((c) => text.includes(`@${c.name}`)).sort((a, b) => b.name.length - a.name.length);
  if (known.length === 0) return text;
  const names = new RegExp(`@(${known.map((c) => c.name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})(?![\\p{L}\\p{N}])`, "gu");
  return text.replace(names, (whole, name: string) => {
    const c = known.find((k) => k.name === name);
    return c ? `@[${c.name.replace(/[[\]]/g, "")}](${c.kind}:${c.id})` : whole;
  });
}

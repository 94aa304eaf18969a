/** A part of a message that stands for itself. */
export type Block =
  | { is: "p" | "code"; lines: string[] }
  | { is: "quote"; inner: Block[] }
  /** A list that counts says from where. */
  | { is: "list"; from?: number; items: Block[][] };

/** Deeper than this, signs are text: nobody reads it, and nothing hostile gets far. */
const DEEPEST = 4;
const fence = /^```[\w-]{0,20}$/;
const item = /^( {0,3})([-*]|(\d{1,3})[.)]) +(.*)$/;

interface Taken {
  block: Block;
  /** The line after it. */
  to: number;
}

/**
 * blocks parts a text as CommonMark does, where people write so in chats: a list needs no empty line before it (one
 * that counts only when it begins with 1: a year at the start of a line is no list), and what is moved in belongs to
 * the point above. A line after a list that is not moved in is its own paragraph, as it was typed.
 */
export function blocks(lines: string[], depth = 0): Block[] {
  const out: Block[] = [];
  let words: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const taken = code(lines, at) ?? (depth < DEEPEST ? (quote(lines, at, depth) ?? list(lines, at, depth, words.length > 0)) : null);
    if (taken) {
      out.push(taken.block);
      words = [];
      at = taken.to;
      continue;
    }
    if (line.trim() === "") words = [];
    else if (words.push(depth > 0 ? line.trimStart() : line) === 1) out.push({ is: "p", lines: words });
    at++;
  }
  return out;
}

/** code is what stands between two fences; a fence that nobody closed goes on to the end, and one at the end is text. */
function code(lines: string[], at: number): Taken | null {
  if (!fence.test(lines[at] ?? "") || at === lines.length - 1) return null;
  let end = at + 1;
  while (end < lines.length && !fence.test(lines[end] ?? "")) end++;
  const inner = lines.slice(at + 1, end);
  return { block: { is: "code", lines: inner.length > 0 ? inner : [""] }, to: end + 1 };
}

function quote(lines: string[], at: number, depth: number): Taken | null {
  let to = at;
  const inner: string[] = [];
  for (; lines[to]?.startsWith(">"); to++) inner.push((lines[to] ?? "").replace(/^> ?/, ""));
  if (to === at) return null;
  const said = blocks(inner, depth + 1);
  return { block: said.length > 0 ? { is: "quote", inner: said } : { is: "p", lines: lines.slice(at, to) }, to };
}

/** list reads all points of one list, with empty lines between them or without. */
function list(lines: string[], at: number, depth: number, afterWords: boolean): Taken | null {
  const first = item.exec(lines[at] ?? "");
  if (!first) return null;
  const from = first[3] === undefined ? undefined : Number(first[3]);
  if (afterWords && from !== undefined && from !== 1) return null;
  const inside = (first[1] ?? "").length + 2;
  const items: Block[][] = [];
  let to = at;
  for (let next = item.exec(lines[to] ?? ""); next && sameKind(next, first); next = item.exec(lines[full(lines, to)] ?? "")) {
    to = full(lines, to) + 1;
    const own = [next[4] ?? ""];
    while (indent(lines[full(lines, to)]) >= inside) {
      const until = full(lines, to) + 1;
      while (to < until) own.push(movedOut(lines[to++] ?? "", inside));
    }
    items.push(blocks(own, depth + 1));
  }
  return { block: { is: "list", ...(from === undefined ? {} : { from }), items }, to };
}

/** sameKind: another sign, or one that is moved in, begins another list. */
function sameKind(a: RegExpExecArray, b: RegExpExecArray): boolean {
  return (a[2] ?? "").slice(-1) === (b[2] ?? "").slice(-1) && (a[1] ?? "").length < (b[1] ?? "").length + 2;
}

/** full is the next line with something in it, from a line on. */
function full(lines: string[], at: number): number {
  while (at < lines.length && (lines[at] ?? "").trim() === "") at++;
  return at;
}

function indent(line: string | undefined): number {
  const space = /^[ \t]*/.exec(line ?? "")?.[0] ?? "";
  return space.replaceAll("\t", "    ").length;
}

function movedOut(line: string, by: number): string {
  const space = /^[ \t]*/.exec(line)?.[0] ?? "";
  return " ".repeat(Math.max(0, space.replaceAll("\t", "    ").length - Math.max(by, 0))) + line.slice(space.length);
}

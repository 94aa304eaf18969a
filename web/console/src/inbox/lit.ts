import { parseTerms } from "./terms";

const PREFIX_FROM = 3;
const AFTER = 80;
const NAME = "found";
const letter = "[\\p{L}\\p{N}\\p{M}]";
const spaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const points = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0640\u00ad]/u;

/** Where the values of a key are shown; free words stand anywhere. */
const places: Record<string, string> = {
  "": ".row-name, .row-subject, .row-preview, .row-said, .msg .bubble, .ticket-title",
  from: ".row-name",
  subject: ".row-subject, .ticket-title",
};

/** patternsOf are what a search looks for in the text of each place, as the server folds it. */
export function patternsOf(q: string): { where: string; pattern: RegExp }[] {
  return parseTerms(q).flatMap((term) => {
    const where = term.not ? undefined : places[term.key];
    const words = fold(term.value).text.match(new RegExp(`${letter}+`, "gu")) ?? [];
    if (where === undefined || words.length === 0) return [];
    const last = words.at(-1)!;
    const cjk = spaceless.test(last);
    const begins = !term.text.includes('"') && !cjk && last.length >= PREFIX_FROM;
    const edge = (side: string, word: string) => (spaceless.test(word) ? "" : `(?${side}!${letter})`);
    return [{ where, pattern: new RegExp(edge("<", words[0]!) + words.join("[^\\p{L}\\p{N}\\p{M}]+") + (begins ? `${letter}*` : edge("", last)), "gu") }];
  });
}

/** fold writes text as it is compared: without case, accents and points; `at` leads back to the characters that were written. */
export function fold(written: string): { text: string; at: number[] } {
  let text = "";
  const at: number[] = [];
  let from = 0;
  for (const c of written) {
    for (const part of c.normalize("NFKD").toLowerCase().replaceAll("ß", "ss")) {
      if (points.test(part)) continue;
      text += part;
      for (let i = 0; i < part.length; i++) at.push(from);
    }
    from += c.length;
  }
  at.push(from);
  return { text, at };
}

/** lightUp marks what was found inside root, and what comes into it, until it is called off. No element changes for it. */
export function lightUp(root: Element, q: string): () => void {
  const patterns = patternsOf(q);
  if (patterns.length === 0 || typeof Highlight === "undefined") return () => {};
  const found = new Highlight();
  CSS.highlights.set(NAME, found);
  let timer = 0;
  const draw = () => {
    timer = 0;
    found.clear();
    for (const { where, pattern } of patterns) for (const el of root.querySelectorAll(where)) mark(found, el, pattern);
  };
  const watch = new MutationObserver(() => (timer ||= window.setTimeout(draw, AFTER)));
  watch.observe(root, { childList: true, subtree: true, characterData: true });
  draw();
  return () => {
    watch.disconnect();
    window.clearTimeout(timer);
    CSS.highlights.delete(NAME);
  };
}

function mark(found: Highlight, el: Element, pattern: RegExp) {
  const walker = document.createTreeWalker(el, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { text, at } = fold(node.nodeValue ?? "");
    for (const m of text.matchAll(pattern)) {
      const range = new StaticRange({ startContainer: node, startOffset: at[m.index]!, endContainer: node, endOffset: at[m.index + m[0].length]! });
      found.add(range);
    }
  }
}

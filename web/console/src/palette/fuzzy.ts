/** A hit: how good it is (higher is better), and which letters of the text matched, for marking them. */
export interface Hit {
  score: number;
  at: number[];
}

const START = 8; // of the text
const WORD = 5; // of a word
const NEXT = 3; // right after the letter before
const GAP = 0.2; // for each letter between

/**
 * fuzzy finds the letters of `needle` in `text` in their order; those at the start of words and in a row count most, so
 * that "gr" finds "Go to reports" before "Merge". Words may come in any order. Null when a word of the needle is not there.
 */
export function fuzzy(needle: string, text: string): Hit | null {
  const words = fold(needle).split(/\s+/u).filter(Boolean);
  const hay = fold(text);
  const at: number[] = [];
  let score = 0;
  for (const word of words) {
    const hit = inOrder(word, hay);
    if (hit === null) return null;
    score += hit.score;
    at.push(...hit.at);
  }
  return { score: score - text.length * 0.01, at: [...new Set(at)].sort((a, b) => a - b) };
}

/** Case and accents do not matter; every letter keeps its place. */
function fold(s: string): string {
  return [...s].map((c) => (c.normalize("NFD")[0] ?? c).toLowerCase().slice(0, c.length).padEnd(c.length)).join("");
}

/** The word as it stands is best where a word begins; inside of one it takes three letters; letters apart are the last resort. */
function inOrder(word: string, hay: string): Hit | null {
  let best: Hit | null = null;
  for (let from = hay.indexOf(word[0] ?? ""); from >= 0; from = hay.indexOf(word[0] ?? "", from + 1)) {
    const hit = fromHere(word, hay, from);
    if (hit && (best === null || hit.score > best.score)) best = hit;
  }
  return best;
}

function fromHere(word: string, hay: string, from: number): Hit | null {
  const begins = (i: number) => i === 0 || !/[\p{L}\p{N}]/u.test(hay[i - 1] ?? "");
  const at: number[] = [];
  let score = 0;
  let i = from;
  for (const letter of word) {
    const found = hay.indexOf(letter, i);
    if (found < 0) return null;
    const previous = at[at.length - 1];
    const next = previous !== undefined && found === previous + 1;
    score += found === 0 ? START : begins(found) ? WORD : next ? NEXT : 0;
    if (previous !== undefined && !next) score -= (found - previous) * GAP + 1;
    at.push(found);
    i = found + 1;
  }
  const whole = word.length > 2 && at[at.length - 1] === from + word.length - 1;
  if (!whole && !begins(from)) return null;
  return { score, at };
}

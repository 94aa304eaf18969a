import { fold, type Unit, type Words } from "./words";

/** One meaning that a piece of the text has. */
export type Token =
  | { is: "instant"; ms: number }
  | { is: "date"; year?: number; month: number; day: number }
  | { is: "clock"; hour: number; minute: number }
  | { is: "span"; n: number; unit: Unit }
  | { is: "day"; by: number; hour?: number }
  | { is: "weekday"; day: number }
  | { is: "month"; month: number }
  | { is: "unit"; unit: Unit }
  | { is: "number"; n: number; padded: boolean }
  | { is: "few"; n: number }
  | { is: "next" }
  | { is: "end" }
  | { is: "weekend" };

type Matcher = [RegExp, (m: RegExpExecArray, words: Words) => Token | null];

const int = (s: string | undefined) => Number(s ?? 0);

/** What numbers look like, the more telling first. Each begins where the last has ended. */
const matchers: Matcher[] = [
  [/(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(z|[+-]\d{2}:\d{2})/y, (m) => instant(`${m[1]}T${m[2]}${m[3]?.toUpperCase()}`)],
  [/(\d{4})-(\d{1,2})-(\d{1,2})t?(?=\s|\d|$)/y, (m) => date(int(m[1]), int(m[2]), int(m[3]))],
  [/(\d{1,2}):(\d{2})(?::\d{2})?\s*(am|pm|a|p)?(?![\w:])/y, (m) => clock(int(m[1]), int(m[2]), m[3], m[1]?.startsWith("0"))],
  [/(\d{1,2})\s*(am|pm|a\.m\.|p\.m\.)(?!\w)/y, (m) => clock(int(m[1]), 0, m[2])],
  [/(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})?(?!\d)/y, (m) => date(year(m[3]), int(m[2]), int(m[1]))],
  [/(\d{1,2})\.(\d{2})(?![\d.])\s*(am|pm)?(?!\s*\p{L})/uy, (m) => (m[3] ? clock(int(m[1]), int(m[2]), m[3]) : dotted(int(m[1]), int(m[2])))],
  [/(\d{1,2})\/(\d{1,2})(?:\/(\d{4}|\d{2}))?(?![\d/])/y, (m, w) => (w.dayFirst ? date(year(m[3]), int(m[2]), int(m[1])) : date(year(m[3]), int(m[1]), int(m[2])))],
];

const number = /(\d+(?:[.,]\d+)?)(st|nd|rd|th|\.|º|er)?(?!\d)\s*/y;
const name = /[\p{L}'’@]+\.?/uy;
const nothing = /[\s,;]+/y;

const plain: Record<string, Token> = {
  next: { is: "next" },
  end: { is: "end" },
  eod: { is: "day", by: 0, hour: 17 },
  noon: { is: "clock", hour: 12, minute: 0 },
  midday: { is: "clock", hour: 12, minute: 0 },
  midnight: { is: "clock", hour: 24, minute: 0 },
  morning: { is: "clock", hour: 9, minute: 0 },
  lunch: { is: "clock", hour: 12, minute: 0 },
  afternoon: { is: "clock", hour: 14, minute: 0 },
  evening: { is: "clock", hour: 18, minute: 0 },
  tonight: { is: "day", by: 0, hour: 20 },
  overmorrow: { is: "day", by: 2 },
  weekend: { is: "weekend" },
  a: { is: "few", n: 1 },
  an: { is: "few", n: 1 },
  one: { is: "few", n: 1 },
  two: { is: "few", n: 2 },
  three: { is: "few", n: 3 },
  half: { is: "few", n: 0.5 },
};

const spoken: [RegExp, string][] = [
  [/\bday after tomorrow\b/g, "overmorrow"],
  [/\bhalf an hour\b/g, "30 min"],
  [/\bquarter of an hour\b/g, "15 min"],
  [/\ban hour and a half\b/g, "90 min"],
  [/\bend of (?:the )?day\b/g, "eod"],
  [/\beow\b/g, "end week"],
  [/\beom\b/g, "end month"],
  [/\bfirst thing\b/g, "morning"],
];

/** tokens reads a text from front to back; a text with anything in it that means nothing is not understood at all. */
export function tokens(text: string, words: Words): Token[] | null {
  let s = fold(text).trim();
  for (const [said, plainly] of spoken) s = s.replace(said, plainly);
  const out: Token[] = [];
  let at = 0;
  while (at < s.length) {
    const took = take(nothing, s, at);
    if (took) {
      at += took[0].length;
      continue;
    }
    const next = numeric(s, at, words) ?? word(s, at, words);
    if (next === null) return null;
    if (next.token) out.push(next.token);
    at = next.to;
  }
  return out;
}

interface Read {
  token: Token | null;
  to: number;
}

function numeric(s: string, at: number, words: Words): Read | null {
  for (const [form, meaning] of matchers) {
    const m = take(form, s, at);
    const token = m && meaning(m, words);
    if (m && token) return { token, to: at + m[0].length };
  }
  const m = take(number, s, at);
  if (!m) return null;
  const n = Number((m[1] ?? "").replace(",", "."));
  const to = at + m[0].length;
  const w = m[2] ? null : take(name, s, to);
  const unit = w && words.units.get(w[0].replace(/\.$/, ""));
  if (w && unit) return { token: { is: "span", n, unit }, to: to + w[0].length };
  return { token: { is: "number", n, padded: /^0\d/.test(m[1] ?? "") }, to };
}

function word(s: string, at: number, words: Words): Read | null {
  const m = take(name, s, at);
  if (!m) return null;
  const to = at + m[0].length;
  const w = m[0].replace(/\.$/, "");
  const token = meaning(w, words);
  return token ? { token, to } : words.filler.has(w) ? { token: null, to } : null;
}

function meaning(w: string, words: Words): Token | null {
  if (plain[w] !== undefined && Object.hasOwn(plain, w)) return plain[w];
  const by = words.days.get(w);
  if (by !== undefined) return { is: "day", by };
  const month = words.months.get(w);
  const weekday = words.weekdays.get(w);
  // "mar" is March, and Tuesday in Spain: the months of English come first, as everywhere here.
  if (month !== undefined) return { is: "month", month };
  if (weekday !== undefined) return { is: "weekday", day: weekday };
  const unit = words.units.get(w);
  return unit ? { is: "unit", unit } : null;
}

function take(form: RegExp, s: string, at: number): RegExpExecArray | null {
  form.lastIndex = at;
  return form.exec(s);
}

function instant(iso: string): Token | null {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? null : { is: "instant", ms };
}

function year(s: string | undefined): number | undefined {
  return s === undefined ? undefined : s.length === 2 ? 2000 + Number(s) : Number(s);
}

function date(y: number | undefined, month: number, day: number): Token | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  return { is: "date", month, day, ...(y === undefined ? {} : { year: y }) };
}

/** clock reads an hour as people mean it: "at 3" is in the afternoon, "at 03:00" is not. */
export function clock(hour: number, minute: number, half?: string, padded = false): Token | null {
  if (minute > 59 || hour > 24 || (hour === 24 && minute > 0)) return null;
  if (half === undefined) return { is: "clock", hour: hour >= 1 && hour <= 6 && !padded ? hour + 12 : hour, minute };
  if (hour < 1 || hour > 12) return null;
  return { is: "clock", hour: (hour % 12) + (half.startsWith("p") ? 12 : 0), minute };
}

/** dotted is a day and a month where that is possible (25.12), and a time of day where it is not (9.30). */
function dotted(first: number, second: number): Token | null {
  return date(undefined, second, first) ?? clock(first, second);
}

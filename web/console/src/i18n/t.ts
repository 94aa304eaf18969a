import en from "./en.json";

export type Key = keyof typeof en;

type Stem<K> = K extends `${infer S}_one` ? S : never;
export type Params = Record<string, string | number>;

const lang = "en";
const plurals = new Intl.PluralRules(lang);

/** locale is the language of dates and numbers: the browser's variant of the language on screen. */
export function locale(): string {
  const own = typeof navigator === "undefined" ? lang : navigator.language;
  return own.startsWith(lang) ? own : lang;
}

/** t says one string of the interface; with `count` it picks the plural form. */
export const t = sayer(en);

/** sayer is t for a file of words: screens that load later bring their own, so that nobody waits for them before. */
export function sayer<K extends string>(file: Record<K, string>): (key: K | Stem<K>, params?: Params) => string {
  return (key, params) => say(file, key, params);
}

function say(words: Record<string, string>, key: string, params?: Params): string {
  let text = words[key];
  if (params && typeof params.count === "number") {
    text = words[`${key}_${plurals.select(params.count)}`] ?? words[`${key}_other`] ?? text;
  }
  if (text === undefined) return key;
  return params ? text.replace(/\{(\w+)\}/g, (whole, name: string) => show(params[name], whole)) : text;
}

function show(v: string | number | undefined, whole: string): string {
  if (v === undefined) return whole;
  return typeof v === "number" ? number(v) : v;
}

const numbers = new Map<number, Intl.NumberFormat>();

/** number prints with at most `digits` decimals. */
export function number(n: number, digits = 1): string {
  let f = numbers.get(digits);
  if (f === undefined) numbers.set(digits, (f = new Intl.NumberFormat(locale(), { maximumFractionDigits: digits })));
  return f.format(n);
}

/** percent is written as the server writes it into titles and findings, so that one page has one way. */
export function percent(share: number, digits = 0): string {
  return `${number(100 * share, digits)}\u00a0%`;
}

/** word says a key that is put together at run time (kinds and reasons that a desk may extend), if there is one. */
export const word = looker(en);

function looker(file: Record<string, string>): (key: string, fallback: string) => string {
  return (key, fallback) => file[key] ?? fallback;
}

/** speaker is t and word for a part of the program that loads later: they say its own file and that of the first screen. */
export function speaker<K extends string>(file: Record<K, string>) {
  const all: Record<K | Key, string> = { ...en, ...file };
  return { t: sayer(all), word: looker(all) };
}

/** What words of a language mean in a time: "tomorrow" is a day, "hours" a unit, "in" means nothing by itself. */
export interface Words {
  days: Map<string, number>;
  weekdays: Map<string, number>;
  months: Map<string, number>;
  units: Map<string, Unit>;
  filler: Set<string>;
  /** 25/12 rather than 12/25. */
  dayFirst: boolean;
}

export type Unit = "minute" | "hour" | "day" | "week" | "month";

const known = new Map<string, Words>();

/** wordsOf are English, which every desk understands, and the language that the reader's machine speaks. */
export function wordsOf(locale: string): Words {
  let w = known.get(locale);
  if (w === undefined) known.set(locale, (w = learn(locale)));
  return w;
}

/** fold makes "Décembre," and "decembre" the same word. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();
}

const extras = {
  days: { tom: 1, tmr: 1, tmrw: 1, tomorow: 1, tomorrow: 1, today: 0 },
  units: { m: "minute", min: "minute", mins: "minute", h: "hour", hr: "hour", hrs: "hour", d: "day", w: "week", wk: "week", wks: "week", mo: "month", mos: "month", mth: "month" },
  filler: ["in", "at", "on", "the", "of", "until", "till", "for", "from", "now", "and", "this", "o'clock", "@", "later", "coming", "um", "uhr", "am", "den", "en", "el", "le", "om", "kl"],
} as const;

function learn(locale: string): Words {
  const words: Words = { days: new Map(), weekdays: new Map(), months: new Map(), units: new Map(), filler: new Set(extras.filler), dayFirst: dayFirst(locale) };
  for (const lang of ["en", locale]) {
    names(words, lang);
    units(words, lang);
    for (const by of [0, 1, 2]) {
      const said = fold(new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(by, "day"));
      if (!/[\d\s]/.test(said)) words.days.set(said, by);
    }
  }
  for (const [k, v] of Object.entries(extras.days)) words.days.set(k, v);
  for (const [k, v] of Object.entries(extras.units)) words.units.set(k, v);
  return words;
}

/** names are those of weekdays and months, whole and short: 4 January 1970 was a Sunday. */
function names(words: Words, lang: string) {
  for (const style of ["long", "short"] as const) {
    const day = new Intl.DateTimeFormat(lang, { weekday: style, timeZone: "UTC" });
    for (let i = 0; i < 7; i++) put(words.weekdays, day.format(Date.UTC(1970, 0, 4 + i)), i);
    const month = new Intl.DateTimeFormat(lang, { month: style, day: "numeric", timeZone: "UTC" });
    for (let i = 0; i < 12; i++) {
      const part = month.formatToParts(Date.UTC(1970, i, 1)).find((p) => p.type === "month");
      if (part) put(words.months, part.value, i + 1);
    }
  }
  for (const [short, i] of [["tues", 2], ["weds", 3], ["thur", 4], ["thurs", 4]] as const) words.weekdays.set(short, i);
  words.months.set("sept", 9);
}

function units(words: Words, lang: string) {
  for (const unit of ["minute", "hour", "day", "week", "month"] as const) {
    for (const unitDisplay of ["long", "short"] as const) {
      const f = new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay });
      for (const n of [1, 2, 5]) {
        const said = f.formatToParts(n).find((p) => p.type === "unit");
        if (said) put(words.units, said.value, unit);
      }
    }
    // What is said around "in 5 hours" besides number and unit: in, dans, dentro de.
    const around = new Intl.RelativeTimeFormat(lang).formatToParts(5, unit).filter((p) => p.type === "literal");
    for (const word of around.flatMap((p) => fold(p.value).split(/\s+/))) if (word !== "" && !words.units.has(bare(word))) words.filler.add(word);
  }
}

function put<T>(map: Map<string, T>, name: string, value: T) {
  const word = bare(fold(name));
  // A number is no name: some languages count their months.
  if (word !== "" && !/^\d/.test(word) && !map.has(word)) map.set(word, value);
}

const bare = (word: string) => word.trim().replace(/\.$/, "");

function dayFirst(locale: string): boolean {
  const order = new Intl.DateTimeFormat(locale, { day: "numeric", month: "numeric" }).formatToParts(0).map((p) => p.type);
  return order.indexOf("day") < order.indexOf("month");
}

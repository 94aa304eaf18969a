import { describe, expect, test } from "vitest";
import { parseWhen, presets } from "../src/ticket/snooze";
import { momentOf, wallAt } from "../src/ticket/when/wall";

const zone = "Europe/Berlin";
/** Saturday, 21 November 2026, 14:20 in Berlin. */
const now = Date.parse("2026-11-21T14:20:00+01:00");

function wall(ms: number, where = zone): string {
  const w = wallAt(ms, where);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${w.year}-${two(w.month)}-${two(w.day)} ${two(w.hour)}:${two(w.minute)}`;
}

function said(text: string, at = now, locale = "en-GB", where = zone): string | null {
  const d = parseWhen(text, at, { zone: where, locale });
  return d && wall(d.getTime(), where);
}

describe("what people write", () => {
  test.each([
    ["tomorrow", "2026-11-22 09:00"],
    ["tomorrow 9", "2026-11-22 09:00"],
    ["Tomorrow at 9:30", "2026-11-22 09:30"],
    ["9:30 tomorrow", "2026-11-22 09:30"],
    ["tmr 3pm", "2026-11-22 15:00"],
    ["tomorrow 3", "2026-11-22 15:00"],
    ["tomorrow 03:00", "2026-11-22 03:00"],
    ["tomorrow morning", "2026-11-22 09:00"],
    ["tomorrow evening", "2026-11-22 18:00"],
    ["tomorrow noon", "2026-11-22 12:00"],
    ["tomorrow midnight", "2026-11-23 00:00"],
    ["day after tomorrow", "2026-11-23 09:00"],
    ["today 18:00", "2026-11-21 18:00"],
    ["tonight", "2026-11-21 20:00"],
    ["this evening", "2026-11-21 18:00"],
    ["eod", "2026-11-21 17:00"],
    ["end of day tomorrow", null],
    ["end of tomorrow", "2026-11-22 17:00"],
    ["18", "2026-11-21 18:00"],
    ["9", "2026-11-22 09:00"],
    ["9am", "2026-11-22 09:00"],
    ["9 a.m.", "2026-11-22 09:00"],
    ["at 5", "2026-11-21 17:00"],
    ["1530", "2026-11-21 15:30"],
    ["noon", "2026-11-22 12:00"],
    ["9.30", "2026-11-22 09:30"],
    ["mon", "2026-11-23 09:00"],
    ["Monday", "2026-11-23 09:00"],
    ["mon 14:00", "2026-11-23 14:00"],
    ["on tuesday at 8", "2026-11-24 08:00"],
    ["sat", "2026-11-28 09:00"],
    ["sun", "2026-11-22 09:00"],
    ["thurs", "2026-11-26 09:00"],
    ["next mon", "2026-11-23 09:00"],
    ["next friday", "2026-11-27 09:00"],
    ["next week", "2026-11-23 09:00"],
    ["next week friday 16", "2026-11-27 16:00"],
    ["next month", "2026-12-01 09:00"],
    ["next month 10:15", "2026-12-01 10:15"],
    ["weekend", "2026-11-28 09:00"],
    ["end of week", "2026-11-27 17:00"],
    ["eow", "2026-11-27 17:00"],
    ["end of the month", "2026-11-30 17:00"],
    ["in 3 hours", "2026-11-21 17:20"],
    ["3 hours", "2026-11-21 17:20"],
    ["2h", "2026-11-21 16:20"],
    ["2 h", "2026-11-21 16:20"],
    ["90m", "2026-11-21 15:50"],
    ["45 min", "2026-11-21 15:05"],
    ["1h 30m", "2026-11-21 15:50"],
    ["1h30m", "2026-11-21 15:50"],
    ["1h 0m", "2026-11-21 15:20"],
    ["1d 0h", "2026-11-22 14:20"],
    ["1 dec 14:00", "2026-12-01 14:00"],
    ["1.5 hours", "2026-11-21 15:50"],
    ["1,5h", "2026-11-21 15:50"],
    ["an hour", "2026-11-21 15:20"],
    ["half an hour", "2026-11-21 14:50"],
    ["an hour and a half", "2026-11-21 15:50"],
    ["in two days", "2026-11-23 09:00"],
    ["2d", "2026-11-23 09:00"],
    ["2 days 16:00", "2026-11-23 16:00"],
    ["1 day 4 hours", "2026-11-22 18:20"],
    ["in a week", "2026-11-28 09:00"],
    ["2 weeks", "2026-12-05 09:00"],
    ["in 1 month", "2026-12-21 09:00"],
    ["25 dec", "2026-12-25 09:00"],
    ["Dec 25", "2026-12-25 09:00"],
    ["25th of December", "2026-12-25 09:00"],
    ["25. December 2026", "2026-12-25 09:00"],
    ["dec 25 8pm", "2026-12-25 20:00"],
    ["25 dec 2027 10:00", "2027-12-25 10:00"],
    ["3 jan", "2027-01-03 09:00"],
    ["20 nov", "2027-11-20 09:00"],
    ["21 nov 18:00", "2026-11-21 18:00"],
    ["29 feb", "2028-02-29 09:00"],
    ["2026-12-24", "2026-12-24 09:00"],
    ["2026-12-24 14:30", "2026-12-24 14:30"],
    ["2026-12-24T14:30", "2026-12-24 14:30"],
    ["2026-12-24T14:30Z", "2026-12-24 15:30"],
    ["2026-12-24T14:30:00-05:00", "2026-12-24 20:30"],
    ["25.12.", "2026-12-25 09:00"],
    ["25.12.2026 8:00", "2026-12-25 08:00"],
    ["24.12", "2026-12-24 09:00"],
    ["24/12", "2026-12-24 09:00"],
    ["24/12/26 9am", "2026-12-24 09:00"],
  ])("%s", (text, want) => {
    expect(said(text)).toBe(want);
  });
});

test.each(["", "   ", "soon", "25", "25:00", "9:75", "13pm", "31 feb", "32 dec", "31/02/2027", "tomorrow monday", "mon 9 10", "3 hours at 9", "next", "a", "end", "tomorrow in the moonlight", "0.3 months", "0h", "in 0 minutes", "0 days", "0w", "0 months", "x".repeat(200), "constructor", "__proto__"])(
  "%j is not understood",
  (text) => {
    expect(said(text)).toBeNull();
  },
);

test("what is over is said as it is: who asks decides", () => {
  expect(said("today 9")).toBe("2026-11-21 09:00");
  expect(said("2026-01-01")).toBe("2026-01-01 09:00");
});

test("a time alone is the next one, to the minute", () => {
  expect(said("14:20")).toBe("2026-11-22 14:20");
  expect(said("14:21")).toBe("2026-11-21 14:21");
});

test("a minute that has begun is not lost", () => {
  expect(said("2h", now + 15_000)).toBe("2026-11-21 16:21");
});

describe("languages", () => {
  test.each([
    ["de-DE", "morgen 9 Uhr", "2026-11-22 09:00"],
    ["de-DE", "übermorgen", "2026-11-23 09:00"],
    ["de-DE", "Montag", "2026-11-23 09:00"],
    ["de-DE", "24. Dezember", "2026-12-24 09:00"],
    ["de-DE", "in 3 Stunden", "2026-11-21 17:20"],
    ["fr-FR", "demain 14:00", "2026-11-22 14:00"],
    ["fr-FR", "lundi", "2026-11-23 09:00"],
    ["fr-FR", "25 décembre", "2026-12-25 09:00"],
    ["fr-FR", "dans 2 heures", "2026-11-21 16:20"],
    ["es-ES", "mañana", "2026-11-22 09:00"],
    ["es-ES", "miércoles", "2026-11-25 09:00"],
    ["es-ES", "en 2 horas", "2026-11-21 16:20"],
    ["nl-NL", "morgen", "2026-11-22 09:00"],
    ["de-DE", "tomorrow", "2026-11-22 09:00"],
    ["en-US", "12/24", "2026-12-24 09:00"],
    ["en-US", "24/12", null],
    ["ja-JP", "25 dec", "2026-12-25 09:00"],
  ])("%s: %s", (locale, text, want) => {
    expect(said(text, now, locale)).toBe(want);
  });
});

describe("weekdays, from every day of the week", () => {
  test.each([0, 1, 2, 3, 4, 5, 6])("%d days on", (by) => {
    const at = Date.parse("2026-11-23T10:00:00+01:00") + by * 86_400_000; // a Monday and after
    expect(said("mon", at)).toBe("2026-11-30 09:00");
    expect(said("next week", at)).toBe("2026-11-30 09:00");
    expect(said("next fri", at)).toBe("2026-12-04 09:00");
  });
});

describe("clocks that change", () => {
  test.each([
    // Spring: 28 March 2027, 02:00 becomes 03:00 in Berlin. Autumn: 31 October 2027, 03:00 becomes 02:00.
    ["2027-03-27T10:00:00+01:00", zone, "tomorrow 9", "2027-03-28T07:00:00.000Z"],
    ["2027-03-27T10:00:00+01:00", zone, "tomorrow 02:30", "2027-03-28T01:30:00.000Z"],
    ["2027-03-27T23:00:00+01:00", zone, "5 hours", "2027-03-28T03:00:00.000Z"],
    ["2027-03-27T10:00:00+01:00", zone, "1 day", "2027-03-28T07:00:00.000Z"],
    ["2027-10-30T10:00:00+02:00", zone, "tomorrow 02:30", "2027-10-31T00:30:00.000Z"],
    ["2027-10-30T10:00:00+02:00", zone, "tomorrow 9", "2027-10-31T08:00:00.000Z"],
    ["2027-10-30T10:00:00+02:00", zone, "mon", "2027-11-01T08:00:00.000Z"],
    ["2026-03-07T12:00:00-05:00", "America/New_York", "tomorrow 9", "2026-03-08T13:00:00.000Z"],
    ["2026-10-31T12:00:00-04:00", "America/New_York", "tomorrow 01:30", "2026-11-01T05:30:00.000Z"],
    ["2026-10-03T12:00:00+10:30", "Australia/Lord_Howe", "tomorrow 9", "2026-10-03T22:00:00.000Z"],
    ["2026-06-15T12:00:00Z", "Asia/Kathmandu", "tomorrow 9", "2026-06-16T03:15:00.000Z"],
    ["2026-06-15T23:30:00Z", "Pacific/Kiritimati", "today 18:00", "2026-06-16T04:00:00.000Z"],
    ["2026-06-15T12:00:00Z", "UTC", "midnight", "2026-06-16T00:00:00.000Z"],
  ])("%s %s: %s", (at, where, text, want) => {
    expect(parseWhen(text, Date.parse(at), { zone: where, locale: "en-GB" })?.toISOString()).toBe(want);
  });

  test("every hour of a year comes back from its wall", () => {
    for (const where of [zone, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]) {
      for (let ms = Date.UTC(2027, 0, 1); ms < Date.UTC(2028, 0, 1); ms += 7 * 3_600_000) {
        const again = momentOf(wallAt(ms, where), where);
        // An hour that comes twice is its first.
        expect([ms, ms - 3_600_000, ms - 1_800_000]).toContain(again);
      }
    }
  });
});

test("presets lie in the future; next week is a Monday", () => {
  for (let d = 0; d < 7; d++) {
    const from = Date.parse("2026-11-16T15:20:00+01:00") + d * 86_400_000;
    const choices = presets(from, { zone, locale: "en-GB" });
    expect(choices.map((c) => c.key)).toEqual(["h", "t", "w"]);
    expect(choices.every((c) => c.at.getTime() > from)).toBe(true);
    expect(choices[2]?.at.getUTCDay()).toBe(1);
  }
});

describe("around midnight and the end of a year, by the clock of who writes", () => {
  test.each([
    ["2026-11-22T23:59:30+01:00", "tomorrow 9", "2026-11-23 09:00"],
    ["2026-11-23T00:00:00+01:00", "tomorrow 9", "2026-11-24 09:00"],
    ["2026-11-23T00:00:30+01:00", "today 9", "2026-11-23 09:00"],
    ["2026-11-22T23:59:30+01:00", "mon", "2026-11-23 09:00"],
    ["2026-11-23T00:00:30+01:00", "mon", "2026-11-30 09:00"],
    ["2026-11-22T23:59:30+01:00", "next week", "2026-11-23 09:00"],
    ["2026-11-23T00:00:30+01:00", "next week", "2026-11-30 09:00"],
    ["2026-11-22T23:30:00+01:00", "in 3h", "2026-11-23 02:30"],
    ["2026-11-21T12:00:00+01:00", "weekend", "2026-11-28 09:00"],
    ["2026-11-20T12:00:00+01:00", "weekend", "2026-11-21 09:00"],
    ["2026-11-22T12:00:00+01:00", "end of week", "2026-11-27 17:00"],
    ["2026-12-31T23:30:00+01:00", "in 1h", "2027-01-01 00:30"],
    ["2026-12-31T10:00:00+01:00", "tomorrow", "2027-01-01 09:00"],
    ["2026-12-31T10:00:00+01:00", "1 jan", "2027-01-01 09:00"],
    ["2026-12-31T10:00:00+01:00", "31 dec 14:00", "2026-12-31 14:00"],
    ["2026-12-31T10:00:00+01:00", "next week", "2027-01-04 09:00"],
    ["2026-12-31T10:00:00+01:00", "next month", "2027-01-01 09:00"],
    ["2026-12-01T10:00:00+01:00", "1 dec 14:00", "2026-12-01 14:00"],
    ["2026-12-02T10:00:00+01:00", "1 dec 14:00", "2027-12-01 14:00"],
    ["2027-01-31T10:00:00+01:00", "in 1 month", "2027-02-28 09:00"],
  ])("%s: %s", (at, text, want) => {
    expect(said(text, Date.parse(at))).toBe(want);
  });

  test.each([
    ["America/Los_Angeles", "2026-11-22 09:00"],
    ["Asia/Tokyo", "2026-11-23 09:00"],
    ["Pacific/Auckland", "2026-11-23 09:00"],
  ])("tomorrow is tomorrow in %s", (where, want) => {
    // 19:00 in Los Angeles on the 21st, noon in Tokyo on the 22nd.
    expect(said("tomorrow 9", Date.parse("2026-11-22T03:00:00Z"), "en-GB", where)).toBe(want);
  });
});

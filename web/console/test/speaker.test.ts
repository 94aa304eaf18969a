import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { speaker, t, word } from "../src/i18n/t";
import first from "../src/i18n/en.json";

const src = join(import.meta.dirname, "../src");

test("a later part says its own words, with plurals and parameters, and those of the first screen", () => {
  const later = speaker({ "line.moved": "{from} to {to}", "line.seen_one": "{count} look", "line.seen_other": "{count} looks", "line.why.spam": "it was spam" });
  expect(later.t("line.moved", { from: "Mia", to: "Bo" })).toBe("Mia to Bo");
  expect(later.t("line.seen", { count: 1 })).toBe("1 look");
  expect(later.t("line.seen", { count: 2 })).toBe("2 looks");
  expect(later.t("action.cancel")).toBe(t("action.cancel"));
  expect(later.word("line.why.spam", "spam")).toBe("it was spam");
  expect(later.word("line.why.else", "else")).toBe("else");
  expect(word("line.why.spam", "unheard of")).toBe("unheard of");
});

test.each(["inbox/linked", "issues/words", "settings/words", "ticket/words"])("%s repeats no word of the first screen", (part) => {
  const own = JSON.parse(readFileSync(join(src, `${part}.en.json`), "utf8")) as Record<string, string>;
  expect(Object.keys(own).length).toBeGreaterThan(0);
  expect(Object.keys(own).filter((k) => k in first)).toEqual([]);
});

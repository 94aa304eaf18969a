import { expect, test } from "vitest";
import { blamed, parseTerms, quoted, termAt, unfinished, withoutTerm } from "../src/inbox/terms";

const brief = (q: string) => parseTerms(q).map((x) => [x.not, x.key, x.value]);

test.each([
  ["", []],
  ["is:open refund", [[false, "is", "open"], [false, "", "refund"]]],
  ['-topic:"late delivery" from:ana@', [[true, "topic", "late delivery"], [false, "from", "ana@"]]],
  ['"two words"  tag:a,"b c"', [[false, "", "two words"], [false, "tag", "a,b c"]]],
  ["CSAT:<=2 -spam", [[false, "csat", "<=2"], [true, "", "spam"]]],
  ['tag:"not closed yet', [[false, "tag", "not closed yet"]]],
  ["is:", [[false, "is", ""]]],
])("%s", (q, want) => {
  expect(brief(q)).toEqual(want);
});

test("terms printed one after the other are the search again", () => {
  const q = '-topic:"late delivery" is:open,pending free "two words"';
  expect(parseTerms(q).map((x) => x.text).join(" ")).toBe(q);
});

test("taking one out leaves the others as they were written", () => {
  const q = 'is:open  tag:"a b" late';
  const [first, second, third] = parseTerms(q);
  expect(withoutTerm(q, first!)).toBe('tag:"a b" late');
  expect(withoutTerm(q, second!)).toBe("is:open late");
  expect(withoutTerm(q, third!)).toBe('is:open  tag:"a b"');
});

test("a condition that is being written is not asked for yet; words are", () => {
  expect(unfinished("is:op", 5)).toBe(true);
  expect(unfinished("is:open ", 8)).toBe(false);
  expect(unfinished("is:open ref", 11)).toBe(false);
  expect(unfinished("is: ref", 7)).toBe(true);
  expect(unfinished('ref "two', 8)).toBe(true);
  expect(unfinished("-spam", 5)).toBe(false);
});

test("the caret is in the term that it stands behind", () => {
  expect(termAt("is:open tag:a", 7)?.text).toBe("is:open");
  expect(termAt("is:open tag:a", 8)).toBeUndefined();
  expect(termAt("is:open tag:a", 9)?.text).toBe("tag:a");
});

test("a value with spaces, commas or colons is quoted", () => {
  expect(quoted("refund")).toBe("refund");
  expect(quoted("Mia Larsen")).toBe('"Mia Larsen"');
  expect(quoted('a"b:c')).toBe('"ab:c"');
});

test.each([
  ["is:opn tag:a", "is:opn is not known", "is:opn"],
  ["tag:a before:soon", "before must be a date, not soon", "before:soon"],
  ["csat:9 late", "csat takes 1 to 5", "csat:9"],
  ["late delivery", "something else", undefined],
])("%s, refused with %s", (q, detail, want) => {
  expect(blamed(q, detail)?.text).toBe(want);
});

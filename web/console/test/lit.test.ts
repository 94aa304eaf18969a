import { expect, test } from "vitest";
import { fold, patternsOf } from "../src/inbox/lit";

/** What of a text a search would mark. */
function marked(q: string, written: string, place = ".row-subject"): string[] {
  const { text, at } = fold(written);
  return patternsOf(q)
    .filter((p) => p.where.includes(place))
    .flatMap(({ pattern }) => [...text.matchAll(pattern)].map((m) => written.slice(at[m.index], at[m.index + m[0].length])));
}

test.each([
  ["parcel", "The Parcel, the parcels", ["Parcel", "parcels"]],
  ["parc late", "parcel was late", ["parcel", "late"]],
  ['"late parcel"', "late  parcel, late parcels", ["late  parcel"]],
  ["id", "id idea", ["id"]],
  ["-late parcel", "late parcel", ["parcel"]],
  ["is:open tag:late", "open late", []],
  ["A-1203", "order A-1203, a 12030", ["A-1203", "a 12030"]],
  ["ana@mail.example", "ask ana@mail.example now", ["ana@mail.example"]],
  ["grosse", "Größe? GRÖSSE!", ["Größe", "GRÖSSE"]],
  ["Größe", "grosse", ["grosse"]],
  ["東京", "私は東京都に", ["東京"]],
  ["الطرد", "أين الطَّرد الخاص", ["الطَّرد"]],
  ["subject:late", "late", ["late"]],
  ["a.b*c(d", "a b c d", ["a b c d"]],
])("%s in “%s”", (q, text, want) => {
  expect(marked(q, text)).toEqual(want);
});

test("what is looked for in a subject is not marked in messages, and a sender only in names", () => {
  expect(marked("subject:late", "late", ".bubble")).toEqual([]);
  expect(marked("from:ana", "Ana", ".row-name")).toEqual(["Ana"]);
  expect(marked("from:ana", "Ana", ".row-subject")).toEqual([]);
});

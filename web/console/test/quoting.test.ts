import { describe, expect, test } from "vitest";
import { beginning, letterOf } from "../src/ticket/thread/quoting";

const parts = (body: string) => {
  const l = letterOf(body);
  return [l.text, l.signature, l.quoted];
};

describe("letters", () => {
  test.each([
    ["a plain message", "Where is it?\n\nAna", "Where is it?\n\nAna", "", ""],
    ["Gmail", "Thanks!\n\nOn Mon, 3 Nov 2026 at 10:12, Mia <mia@shop.example> wrote:\n> It is there.", "Thanks!", "", "On Mon, 3 Nov 2026 at 10:12, Mia <mia@shop.example> wrote:\n> It is there."],
    ["an introduction in two lines", "Yes.\nOn Mon, 3 Nov 2026 at 10:12, Mia Larsen\n<mia@shop.example> wrote:\n> Really?", "Yes.", "", "On Mon, 3 Nov 2026 at 10:12, Mia Larsen\n<mia@shop.example> wrote:\n> Really?"],
    ["German", "Danke\n\nAm 3. Nov. 2026 um 10:12 schrieb Mia <m@x.example>:\n> Ja", "Danke", "", "Am 3. Nov. 2026 um 10:12 schrieb Mia <m@x.example>:\n> Ja"],
    ["French", "Merci\n\nLe lun. 3 nov. 2026 à 10:12, Mia a écrit :\n> Oui", "Merci", "", "Le lun. 3 nov. 2026 à 10:12, Mia a écrit :\n> Oui"],
    ["Spanish", "Gracias\n\nEl lun, 3 nov 2026 a las 10:12, Mia escribió:\n> Sí", "Gracias", "", "El lun, 3 nov 2026 a las 10:12, Mia escribió:\n> Sí"],
    ["Outlook", "Hi\n\nFrom: Mia <m@x.example>\nSent: Monday\nTo: Ana\nSubject: Re\n\nOld text", "Hi", "", "From: Mia <m@x.example>\nSent: Monday\nTo: Ana\nSubject: Re\n\nOld text"],
    ["Outlook with a line", "Hi\n-----Original Message-----\nFrom: Mia\nOld", "Hi", "", "-----Original Message-----\nFrom: Mia\nOld"],
    ["a signature", "Please call.\n-- \nAna Diaz\n+34 555", "Please call.", "-- \nAna Diaz\n+34 555", ""],
    ["signature and quote", "Please.\n--\nAna\n\nOn Monday, Mia wrote:\n> a", "Please.", "--\nAna", "On Monday, Mia wrote:\n> a"],
    ["a telephone", "Ok\n\nSent from my iPhone", "Ok", "Sent from my iPhone", ""],
    ["quoted lines at the end", "I agree.\n\n> one\n> two\n", "I agree.", "", "> one\n> two"],
    ["windows lines", "a\r\n-- \r\nb", "a", "-- \nb", ""],
  ])("%s", (_, body, text, signature, quoted) => {
    expect(parts(body)).toEqual([text, signature, quoted]);
  });

  test.each([
    ["answers between quotes", "> Is it blue?\nYes.\n> Is it big?\nNo."],
    ["one quoted line", "See:\n> 42"],
    ["nothing but a quote", "On Monday, Mia wrote:\n> a\n> b"],
    ["a rule in a text", "First\n---\nSecond"],
    ["words that only sound like it", "On Monday she wrote: hello"],
    ["a list of facts", "From: Berlin\nand then home"],
    ["a sentence about letters", "He wrote:\nnothing"],
    ["an empty text", ""],
    ["dashes first", "-- \nAna"],
  ])("%s stay whole", (_, body) => {
    expect(letterOf(body)).toEqual({ text: body, signature: "", quoted: "" });
  });

  test("no text takes long, however strange", () => {
    for (const body of ["> ".repeat(8000), "on ".repeat(5000), "\n".repeat(16_000), `${"a".repeat(8000)} wrote:\n`.repeat(2), "-".repeat(16_000), "From: x\n".repeat(2000)]) {
      expect(letterOf(body).text.length).toBeLessThanOrEqual(body.length);
    }
  });
});

describe("long texts", () => {
  const words = (n: number) => "word ".repeat(n).trim();
  test.each([
    ["short", "a\nb"],
    ["eighteen lines", Array(18).fill("x").join("\n")],
    ["1,400 characters", "x".repeat(1400)],
  ])("%s: all of it", (_, text) => {
    expect(beginning(text)).toBe(text);
  });

  test("many lines end at a line, many words at a word", () => {
    expect(beginning(Array(40).fill("line").join("\n")).split("\n")).toHaveLength(12);
    const cut = beginning(words(600));
    expect(cut.length).toBeLessThanOrEqual(900);
    expect(cut.endsWith("word")).toBe(true);
  });

  test("a text without a break is cut all the same, and never within a character", () => {
    expect(beginning("x".repeat(5000))).toHaveLength(900);
    expect(beginning("a" + "😀".repeat(1000))).not.toMatch(/[\uD800-\uDBFF]$/);
  });
});

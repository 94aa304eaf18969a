import { expect, test } from "vitest";
import { code, lines, link, mark, nextLine, placeholders, shown, stored, triggerAt, type Edit, type Field } from "../src/ticket/compose/text";

/** field reads a text in which | marks the ends of the selection. */
function field(text: string): Field {
  const [before = "", chosen, after] = text.split("|");
  if (after === undefined) return { value: before + (chosen ?? ""), selectionStart: before.length, selectionEnd: before.length };
  return { value: before + chosen + after, selectionStart: before.length, selectionEnd: before.length + (chosen ?? "").length };
}

/** made is the text after an edit, with | around what is selected. */
function made(f: Field, e: Edit): string {
  const value = f.value.slice(0, e.from) + e.text + f.value.slice(e.to);
  const [a, b] = e.select;
  return a === b ? `${value.slice(0, a)}|${value.slice(a)}` : `${value.slice(0, a)}|${value.slice(a, b)}|${value.slice(b)}`;
}

test.each([
  ["say |it| now", "say **|it|** now"],
  ["say **|it|** now", "say |it| now"],
  ["say |**it**| now", "say |it| now"],
  ["say |it |now", "say **|it|** now"],
  ["say |", "say **|bold|**"],
])("bold: %s", (from, to) => {
  const f = field(from);
  expect(made(f, mark(f, "**", "bold"))).toBe(to);
});

test.each([
  ["see |here| now", "see [here](|https://|) now"],
  ["see |https://acme.example/x|", "see [|words|](https://acme.example/x)"],
  ["see |", "see [words](|https://|)"],
])("link: %s", (from, to) => {
  const f = field(from);
  expect(made(f, link(f, "words", "https://"))).toBe(to);
});

test.each([
  ["bullet", "a\n|b\nc|\nd", "a\n|- b\n- c|\nd"],
  ["bullet", "|- b\n- c|", "|b\nc|"],
  ["number", "|- b\n- c|", "|1. b\n2. c|"],
  ["quote", "Hel|lo", "> Hel|lo"],
  ["quote", "> Hel|lo", "Hel|lo"],
] as const)("%s: %s", (kind, from, to) => {
  const f = field(from);
  expect(made(f, lines(f, kind))).toBe(to);
});

test("code is ticks for words, and a block for lines", () => {
  const word = field("run |make| now");
  expect(made(word, code(word, "code"))).toBe("run `|make|` now");
  const block = field("|a\nb|");
  expect(made(block, code(block, "code"))).toBe("```\n|a\nb|\n```");
});

test.each([
  ["- a|", "- a\n- |"],
  ["9. a|", "9. a\n10. |"],
  ["> a|", "> a\n> |"],
  ["x\n- |", "x\n|"],
])("Enter goes on with a list and ends it: %s", (from, to) => {
  const f = field(from);
  const e = nextLine(f);
  expect(e && made(f, e)).toBe(to);
});

test.each([["plain|"], ["- |a|"], ["-a|"]])("Enter is the field's own: %s", (from) => {
  expect(nextLine(field(from))).toBeNull();
});

test.each([
  ["/", "macro", ""],
  ["Hi\n/late par", "macro", "late par"],
  ["ask @Be", "mention", "Be"],
  ["ask @Ben Ha", "mention", "Ben Ha"],
  ["so :sm", "emoji", "sm"],
])("%s looks for a %s", (text, kind, query) => {
  expect(triggerAt(text, text.length)).toMatchObject({ kind, query, to: text.length, from: text.length - query.length - 1 });
});

test.each([["and/or"], ["https://a"], ["mail@acme"], ["at 10:30"], ["so :s"], ["a: b"], ["path /usr/bin"], [""]])("%s looks for nothing", (text) => {
  expect(triggerAt(text, text.length)).toBeNull();
});

test("placeholders are found where they stand", () => {
  const text = "Dear {{customer.name}}, order {{ order }} is {late}.";
  expect(placeholders(text).map((p) => [p.name, text.slice(p.from, p.to)])).toEqual([
    ["customer.name", "{{customer.name}}"],
    ["order", "{{ order }}"],
  ]);
});

test("names stand for people while one writes, and carry their ids when they are kept", () => {
  const called = [
    { kind: "agent", id: "2", name: "Ben" },
    { kind: "agent", id: "3", name: "Ben Hur" },
    { kind: "team", id: "1", name: "Support" },
  ] as const;
  const kept = "@[Ben Hur](agent:3) and @[Ben](agent:2), not @Benjamin; @[Support](team:1)!";
  expect(stored("@Ben Hur and @Ben, not @Benjamin; @Support!", called)).toBe(kept);
  expect(shown(kept)).toEqual({ text: "@Ben Hur and @Ben, not @Benjamin; @Support!", called: [called[1], called[0], called[2]] });
  expect(stored("nobody @here", called)).toBe("nobody @here");
});

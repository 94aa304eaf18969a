import { beforeEach, expect, test } from "vitest";
import { fuzzy } from "../src/palette/fuzzy";
import { keepRecent, recents } from "../src/palette/recents";

beforeEach(() => localStorage.clear());

const best = (needle: string, texts: string[]) =>
  texts
    .map((text) => ({ text, score: fuzzy(needle, text)?.score }))
    .filter((x) => x.score !== undefined)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0))
    .map((x) => x.text);

test.each([
  ["res", ["Resolve", "Reset all keys", "Undo what was just done"], "Resolve"],
  ["gr", ["Merge", "Go to reports", "Go to my tickets"], "Go to reports"],
  ["to me", ["Assign to me", "Go to my tickets", "Theme: dark"], "Assign to me"],
  ["dark", ["Theme: dark", "Density: compact"], "Theme: dark"],
  ["resume", ["Résumé wanted"], "Résumé wanted"],
  ["snz", ["Snooze"], "Snooze"],
  ["tag add", ["Add a tag"], "Add a tag"],
])("%s finds", (needle, texts, want) => {
  expect(best(needle, texts)[0]).toBe(want);
});

test("letters in any odd place are no match", () => {
  expect(fuzzy("ase", "Go to unassigned tickets")).toBeNull();
  expect(fuzzy("xyz", "Resolve")).toBeNull();
  expect(fuzzy("reply twice", "Reply")).toBeNull();
});

test("what matched is marked, letter by letter", () => {
  expect(fuzzy("rep", "Reply")?.at).toEqual([0, 1, 2]);
  expect(fuzzy("go rep", "Go to reports")?.at).toEqual([0, 1, 6, 7, 8]);
});

test("the newest comes first, once, and only a few are kept", () => {
  for (let i = 0; i < 9; i++) keepRecent({ key: `/tickets/${i}`, label: `#${i}`, href: `/tickets/${i}` });
  keepRecent({ key: "/tickets/5", label: "#5", href: "/tickets/5" });
  expect(recents().map((r) => r.label)).toEqual(["#5", "#8", "#7", "#6", "#4", "#3"]);
});

test("only addresses of our own are followed, whatever lies in storage", () => {
  localStorage.setItem("heard.recent", JSON.stringify([{ key: "a", label: "a", href: "//evil.example" }, { key: "b", label: "b", href: "javascript:alert(1)" }, { key: "c" }, null, { key: "d", label: "d", href: "/inbox/mine" }]));
  expect(recents().map((r) => r.key)).toEqual(["d"]);
  localStorage.setItem("heard.recent", "{");
  expect(recents()).toEqual([]);
});

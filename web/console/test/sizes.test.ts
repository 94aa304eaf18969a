import { expect, test } from "vitest";
import { judge } from "../build/shell";

const KB = 1024;
const at = (name: string) => `assets/console/${name}`;

test.each([
  ["the first screen's programs count together", { "console-1.js": 100, "react-1.js": 36 }, ["console-1.js", "react-1.js"], ["initial JavaScript"]],
  ["and may weigh 135", { "console-1.js": 100, "react-1.js": 35 }, ["console-1.js", "react-1.js"], []],
  ["styles of the first screen", { "console-1.css": 16, "console-1.js": 1 }, ["console-1.js", "console-1.css"], ["initial CSS"]],
  ["a screen of its own", { "Reports-1.js": 41, "Settings-1.js": 40 }, [], ["Reports-1.js"]],
  ["the composer", { "Composer-1.js": 76, "prosemirror-1.js": 75 }, [], ["Composer-1.js"]],
])("%s", (_, kb, initial, over) => {
  const size = new Map(Object.entries(kb).map(([name, n]) => [at(name), n * KB]));
  expect(judge(size, new Set(initial.map(at))).over).toEqual(over);
});

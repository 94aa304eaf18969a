import { expect, test } from "vitest";
import { plain } from "../src/inbox/plain";

test.each([
  ["Hello **bold** and `code`", "Hello bold and code"],
  ["See [the page](https://a.example/x) now", "See the page now"],
  ["@[Ben Okafor](agent:2) please look", "@Ben Okafor please look"],
  ["It is *urgent*, _please_ and __now__", "It is urgent, please and now"],
  ["![a lamp](https://a.example/x.png) broken", "a lamp broken"],
  ["> quoted", "quoted"],
  ["- first", "first"],
  ["2 * 3 * 4 and snake_case", "2 * 3 * 4 and snake_case"],
  ["cut **in the mid", "cut **in the mid"],
])("%s", (text, want) => expect(plain(text)).toBe(want));

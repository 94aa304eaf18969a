import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { ListStore } from "../src/inbox/listStore";
import { sourceOf } from "../src/inbox/source";
import { serve } from "./fakes";

const code = readFileSync(resolve(import.meta.dirname, "../src/first.js"), "utf8");

/** run is what the page's first script does at an address: what it asks for, and which frame it shows. */
function run(path: string, search = "", known = true) {
  const dataset: Record<string, string> = known ? { known: "" } : {};
  const document = { documentElement: { dataset }, currentScript: { dataset: {} }, addEventListener: () => {} };
  const asked: string[] = [];
  const fetch = (url: string) => {
    asked.push(url.replace("/api/v1", ""));
    return Promise.resolve();
  };
  new Function("document", "location", "localStorage", "fetch", "window", code)(document, { pathname: path, search }, { getItem: () => null }, fetch, {});
  return { asked, frame: dataset.frame };
}

test.each([
  ["/", "mine"],
  ["/inbox/mine", "mine"],
  ["/inbox/unassigned", "unassigned"],
  ["/inbox/all", "all"],
  ["/inbox/team:3", "team:3"],
  ["/tickets", undefined],
])("%s: the page asks for the very list that the program reads", async (path, view) => {
  const calls = serve(() => ({ body: { items: [] } }));
  await new ListStore(sourceOf(view, ""), "1").load();
  const { asked, frame } = run(path);
  expect(asked).toEqual(["/me", calls[0]?.path]);
  expect(frame).toBe("list");
});

test.each([
  ["/inbox/all/17", "", ["/me", "/tickets?view=all&status=open%2Cpending&limit=50", "/tickets/17"], "ticket"],
  ["/inbox/all", "?q=tea", ["/me"], "list"],
  ["/inbox/saved:4", "", ["/me"], "list"],
  ["/reports/speed", "", ["/me"], "page"],
  ["/join", "", [], "none"],
])("%s%s", (path, search, asked, frame) => {
  expect(run(path, search)).toEqual({ asked, frame });
});

test("nobody asks for a person who brings no session", () => {
  expect(run("/inbox/all", "", false).asked).toEqual([]);
});

import { expect, test } from "vitest";
import type { WebhookDelivery } from "../src/api/types";
import { choices, kindText, outcome } from "../src/settings/WebhooksPage";
import { money } from "../src/issues/Impact";

test("kinds are offered by noun, each noun led by all of it", () => {
  expect(choices(["issue.flagged", "issue.merged", "release.marked"])).toEqual(["issue.*", "issue.flagged", "issue.merged", "release.marked"]);
  expect([kindText("*"), kindText("issue.*"), kindText("issue.flagged")]).toEqual(["Everything", "issue: all", "issue.flagged"]);
});

const delivery: WebhookDelivery = { id: "1", kind: "issue.flagged", pos: 7, at: "2026-03-04T12:00:00.000Z", state: "waiting", tries: 0, tried_at: null, next_at: null, status: 0, ms: 0, answer: "", error: "", created_at: "2026-03-04T12:00:00.000Z" };

test("a delivery says how its newest try ended, and what comes next", () => {
  expect(outcome(delivery)).toBe("");
  expect(outcome({ ...delivery, state: "done", tries: 1, status: 204, ms: 31 })).toBe("1 try · 204 in 31 ms");
  expect(outcome({ ...delivery, tries: 2, status: 503, ms: 5, error: "the target answered 503", next_at: "2026-03-04T12:00:00.000Z" })).toContain("2 tries · 503 in 5 ms · the target answered 503 · next try ");
});

test("money is told in whole units of its currency", () => {
  expect(money(1234.56, "EUR")).toContain("1,235");
});

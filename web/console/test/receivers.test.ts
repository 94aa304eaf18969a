import { expect, test } from "vitest";
import type { Agent, Team } from "../src/api/types";
import { called, found, receiversOf } from "../src/ticket/handoff/receivers";

const agent = (id: string, name: string, more: Partial<Agent> = {}) => ({ id, name, availability: "online", capacity: 4, load: 0, teams: [], skills: [], disabled: false, ...more }) as unknown as Agent;
const team = (id: string, name: string, agents: string[]) => ({ id, name, agents }) as unknown as Team;

const agents = [
  agent("1", "Mia Larsen", { load: 3, skills: ["lang:de"] }),
  agent("2", "Noor Haddad", { availability: "offline" }),
  agent("3", "Zoë Blum", { load: 1, teams: ["8"] }),
  agent("4", "Ben Okafor", { availability: "away", skills: ["billing"] }),
  agent("5", "Old Hand", { disabled: true }),
];
const teams = [team("8", "Payments", ["1", "3"]), team("9", "Night", ["2"])];
const all = receiversOf(agents, teams, "6");
const keys = (text: string) => found(all, text, (id) => teams.find((x) => x.id === id)?.name ?? "").map((r) => r.key);

test("who is there and has room comes first, then who is away, then queues; who left the desk is not offered", () => {
  expect(all.map((r) => r.key)).toEqual(["a3", "a1", "a4", "a2", "t8", "t9"]);
});

test("whoever has the ticket is not offered it", () => {
  expect(receiversOf(agents, [], "3").map((r) => r.key)).toEqual(["a1", "a4", "a2"]);
});

test("a queue is as full as those of it who are there", () => {
  expect(all.find((r) => r.key === "t8")).toMatchObject({ online: 2, load: 4, capacity: 8 });
  expect(all.find((r) => r.key === "t9")).toMatchObject({ online: 0, load: 0, capacity: 0 });
});

test.each([
  ["nothing typed: all", "  ", ["a3", "a1", "a4", "a2", "t8", "t9"]],
  ["a name, without its accents", "zoe", ["a3"]],
  ["a skill", "german lang:de", []],
  ["part of a skill", "lang", ["a1"]],
  ["a team names its queue first, then its people", "pay", ["t8", "a3"]],
  ["words in any order", "haddad noor", ["a2"]],
  ["nobody", "xyz", []],
])("%s", (_name, text, want) => {
  expect(keys(text)).toEqual(want);
});

test.each([
  ["a whole name, however it is written", " zoe BLUM ", "a3"],
  ["a part of one is nobody's", "zoe bl", undefined],
  ["what nobody is called", "Zed", undefined],
])("%s", (_name, text, want) => {
  expect(called(all, text)?.key).toBe(want);
});

test("a name that two have is nobody's", () => {
  expect(called(receiversOf([agent("1", "Ada"), agent("2", "Ada")], [], null), "ada")).toBeUndefined();
});

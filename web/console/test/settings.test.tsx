import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, test } from "vitest";
import type { InboxSettings, Team } from "../src/api/types";
import { DurationField, errorAt, NumberField, unitOf, WordsField } from "../src/settings/fields";
import { modeOf } from "../src/settings/InboxChat";
import { routingOf, sourced } from "../src/settings/TeamRouting";
import { readable } from "../src/settings/WidgetPreview";

afterEach(cleanup);

test("a problem is found at its field, or at the first one inside it", () => {
  const fields = { "settings.attachments.types[2]": "must be like .pdf", name: "must not be empty" };
  expect(errorAt(fields, "settings.attachments.types")).toBe("must be like .pdf");
  expect(errorAt(fields, "name")).toBe("must not be empty");
  expect(errorAt(fields, "nam")).toBeUndefined();
});

test.each([
  [0, 60],
  [45, 1],
  [90, 1],
  [120, 60],
  [3600, 3600],
  [5400, 60],
])("%d seconds are said in units of %d", (seconds, want) => {
  expect(unitOf(seconds)).toBe(want);
});

test("a duration keeps its number when the unit changes", () => {
  const heard: number[] = [];
  render(<DurationField label="Age" value={900} onChange={(n) => heard.push(n)} />);
  expect(screen.getByRole<HTMLInputElement>("spinbutton").value).toBe("15");
  fireEvent.change(screen.getByRole("combobox"), { target: { value: "3600" } });
  fireEvent.change(screen.getByRole("spinbutton"), { target: { value: "0.5" } });
  expect(heard).toEqual([54_000, 1800]);
});

test("a number may be empty while one types, and never becomes 0 by that", () => {
  const heard: number[] = [];
  render(<NumberField label="Days" value={7} max={365} onChange={(n) => heard.push(n)} />);
  fireEvent.change(screen.getByRole("spinbutton"), { target: { value: "" } });
  fireEvent.change(screen.getByRole("spinbutton"), { target: { value: "30" } });
  expect(heard).toEqual([30]);
});

function Skills() {
  const [values, set] = useState<string[]>(["billing"]);
  return (
    <>
      <WordsField label="Skills" hint="" values={values} onChange={set} />
      <output>{values.join("|")}</output>
    </>
  );
}

test("words are added by Enter, comma or leaving, without doubles, and taken back by Backspace", () => {
  render(<Skills />);
  const field = screen.getByRole("textbox");
  const type = (text: string) => fireEvent.change(field, { target: { value: text } });
  type("Lang:DE, billing");
  fireEvent.keyDown(field, { key: "Enter" });
  expect(screen.getByRole("status").textContent).toBe("billing|lang:de");
  type("vip");
  fireEvent.blur(field);
  expect(screen.getByRole("status").textContent).toBe("billing|lang:de|vip");
  fireEvent.keyDown(field, { key: "Backspace" });
  fireEvent.click(screen.getByRole("button", { name: "Remove billing" }));
  expect(screen.getByRole("status").textContent).toBe("lang:de");
});

test("what a closed inbox takes, also for one that only knew whether it asks for an address", () => {
  const of = (mode: string, offline: boolean) => modeOf({ offline, offline_form: { mode, text: "" } } as InboxSettings);
  expect([of("", true), of("", false), of("hidden", true)]).toEqual(["form", "messages", "hidden"]);
});

test("a queue that nothing is assigned from is one by hand; a rule names a question only when it is about one", () => {
  expect(routingOf({ strategy: "balanced", auto_assign: false } as Team).strategy).toBe("manual");
  expect(routingOf({ strategy: "round_robin", auto_assign: true } as Team).strategy).toBe("round_robin");
  const rule = { source: "field", key: "topic", value: "a", skill: "b", required: true };
  expect(sourced(rule, "tag")).toEqual({ source: "tag", value: "a", skill: "b", required: true });
  expect(sourced(rule, "field")).toHaveProperty("key", "");
});

test.each([
  ["#3a50d6", "#ffffff", false],
  ["#ffee00", "#17181c", true],
  ["#000000", "#ffffff", false],
  ["#8b9bff", "#17181c", true],
  ["#e0701b", "#17181c", false],
  ["red", "#ffffff", false],
])("words on %s are %s", (brand, words, pale) => {
  expect(readable(brand)).toMatchObject({ words, pale });
});

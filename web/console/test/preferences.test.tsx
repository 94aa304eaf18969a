import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PreferencesProvider, usePreferences, usual, type Preferences } from "../src/app/preferences";
import { Keyboard } from "../src/keys/registry";
import { KeyboardContext } from "../src/keys/useKeys";
import { until } from "./fakes";

let kept: Preferences;
let asked: Partial<Preferences>[];
let refuse = false;
let keyboard: Keyboard;

beforeEach(() => {
  localStorage.clear();
  kept = { ...usual };
  asked = [];
  refuse = false;
  keyboard = new Keyboard();
  vi.stubGlobal("fetch", async (_: string, init?: RequestInit) => {
    if (init?.method === "PATCH") {
      const patch = JSON.parse(String(init.body)) as Partial<Preferences>;
      asked.push(patch);
      if (refuse) return new Response("{}", { status: 500 });
      kept = { ...kept, ...patch };
    }
    return new Response(JSON.stringify(kept));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  delete document.documentElement.dataset.theme;
  delete document.documentElement.dataset.density;
});

let change: (patch: Partial<Preferences>) => void;

function Shown() {
  const [now, set] = usePreferences();
  change = set;
  return <output>{`${now.theme} ${now.density} ${now.undo_s}`}</output>;
}

function open(agent = "1") {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <KeyboardContext value={keyboard}>
        <PreferencesProvider agent={agent}>
          <Shown />
        </PreferencesProvider>
      </KeyboardContext>
    </QueryClientProvider>,
  );
}

const shown = () => screen.getByRole("status").textContent;

test("what the server keeps is carried out, and mirrored for the next first paint", async () => {
  kept = { ...usual, theme: "dark", density: "compact", keys: { "ticket.resolve": "x" } };
  open();
  expect(shown()).toBe("system comfortable 5");
  await until(() => shown() === "dark compact 5", "it comes");
  expect(document.documentElement.dataset).toMatchObject({ theme: "dark", density: "compact" });
  expect(localStorage.getItem("heard.theme")).toBe("dark");
  expect(keyboard.chosen).toEqual({ "ticket.resolve": "x" });
  cleanup();
  open();
  expect(shown()).toBe("dark compact 5");
  cleanup();
  open("2");
  expect(shown(), "of somebody else at the same browser").toBe("system comfortable 5");
});

test("a change holds at once and is kept; changes leave one after the other", async () => {
  open();
  await until(() => localStorage.getItem("heard.preferences") !== null, "it comes");
  act(() => {
    change({ theme: "light" });
    change({ undo_s: 30 });
  });
  expect(shown()).toBe("light comfortable 30");
  await until(() => asked.length === 2, "it comes");
  expect(asked).toEqual([{ theme: "light" }, { undo_s: 30 }]);
  await until(() => shown() === "light comfortable 30", "it comes");
  expect(kept).toMatchObject({ theme: "light", undo_s: 30 });
});

test("what could not be kept goes back to what is", async () => {
  open();
  await until(() => localStorage.getItem("heard.preferences") !== null, "it comes");
  refuse = true;
  act(() => change({ theme: "dark" }));
  expect(shown()).toBe("dark comfortable 5");
  await until(() => shown() === "system comfortable 5", "it comes");
});

import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

vi.mock("../src/app/desk", () => ({ useDesk: () => ({ me: { agent: { id: "7" } } }) }));
const { kept, useForm } = await import("../src/settings/unsaved");

interface Draft {
  name: string;
  teams: string[];
}
const draft: Draft = { name: "Ben", teams: ["1"] };
const form = (name: string) => renderHook(() => useForm(draft, name));

afterEach(cleanup);
beforeEach(() => sessionStorage.clear());

test("what was typed and not saved is there when one comes back, and says so", () => {
  const first = form("agents/2");
  act(() => first.result.current.set("name", "Benjamin"));
  expect(first.result.current.unsaved).toMatchObject({ changed: true, restored: false });
  first.unmount();
  expect(form("agents/3").result.current.value.name).toBe("Ben");
  const again = form("agents/2");
  expect(again.result.current.value).toEqual({ name: "Benjamin", teams: ["1"] });
  expect(again.result.current.unsaved).toMatchObject({ changed: true, restored: true });
});

test("discarding goes back to what is saved; saving lets go of what was kept", () => {
  const { result } = form("agents/2");
  act(() => result.current.set("teams", ["1", "2"]));
  act(() => result.current.unsaved.discard());
  expect([result.current.value.teams, result.current.unsaved.changed, kept("7:agents/2")]).toEqual([["1"], false, null]);
  act(() => result.current.set("name", "B"));
  act(() => result.current.unsaved.saved());
  expect([result.current.value.name, result.current.unsaved.changed, kept("7:agents/2")]).toEqual(["B", false, null]);
});

test("the browser is asked to hold the window while something is not saved, and a form without a name keeps nothing", () => {
  const { result, unmount } = form("impact");
  const asked = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  expect(asked()).toBe(false);
  act(() => result.current.set("name", "B"));
  expect(asked()).toBe(true);
  unmount();
  expect(asked()).toBe(false);
  const dialog = form("");
  act(() => dialog.result.current.set("name", "C"));
  expect([dialog.result.current.unsaved.changed, sessionStorage.length]).toEqual([false, 1]);
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { byTime, Recount } from "../src/inbox/recount";

let hidden = false;
const doc = new EventTarget();
let counter: Recount;
let asked = 0;

function begin(timed = false) {
  counter?.stop();
  asked = 0;
  counter = new Recount(() => asked++, timed);
}

beforeEach(() => {
  hidden = false;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  vi.stubGlobal("document", Object.defineProperty(doc, "hidden", { configurable: true, get: () => hidden }));
  vi.stubGlobal("window", Object.assign(new EventTarget(), { setTimeout, clearTimeout, setInterval, clearInterval }));
  begin();
});
afterEach(() => {
  counter.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("where nothing happens, nothing is asked", () => {
  vi.advanceTimersByTime(3_600_000);
  expect(asked).toBe(0);
});

test("a change is asked for soon, and a busy minute three times", () => {
  counter.stirred();
  vi.advanceTimersByTime(2_000);
  expect(asked).toBe(1);
  begin();
  for (let s = 0; s < 60; s += 2) {
    counter.stirred();
    vi.advanceTimersByTime(2_000);
  }
  expect(asked).toBe(3);
});

test("a hidden console asks once it is seen again", () => {
  hidden = true;
  counter.stirred();
  vi.advanceTimersByTime(60_000);
  expect(asked).toBe(0);
  hidden = false;
  doc.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(2_000);
  expect(asked).toBe(1);
});

test("one that is left alone asks once somebody is back", () => {
  vi.advanceTimersByTime(6 * 60_000);
  counter.stirred();
  vi.advanceTimersByTime(60_000);
  expect(asked).toBe(0);
  window.dispatchEvent(new Event("pointermove"));
  vi.advanceTimersByTime(2_000);
  expect(asked).toBe(1);
});

test("what only time changes is asked for now and then, while somebody is there", () => {
  begin(true);
  for (let m = 0; m < 10; m++) {
    vi.advanceTimersByTime(60_000);
    window.dispatchEvent(new Event("keydown"));
  }
  vi.advanceTimersByTime(2_000);
  expect(asked).toBe(2);
  expect(byTime("waiting:>2h is:open")).toBe(true);
  expect(byTime("before:2026-11-01")).toBe(false);
  expect(byTime("tag:3d")).toBe(false);
});

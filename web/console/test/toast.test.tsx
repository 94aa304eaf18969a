import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Keyboard } from "../src/keys/registry";
import { KeyboardContext } from "../src/keys/useKeys";
import { Dialog } from "../src/ui/layer";
import { Toasts, useToast } from "../src/ui/toast";
import { spotOf, type Scene } from "../src/ui/toastPlace";

const keyboard = new Keyboard();
let say: ReturnType<typeof useToast>;

function Speaker() {
  say = useToast();
  return <input aria-label="field" />;
}

const desk = (more?: React.ReactNode) => (
  <KeyboardContext value={keyboard}>
    <Toasts>
      <Speaker />
      {more}
    </Toasts>
  </KeyboardContext>
);

const texts = () => [...document.querySelectorAll(".toast-text")].map((e) => e.textContent);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test("a toast leaves by itself, but not while somebody points at it", () => {
  render(desk());
  act(() => say("Resolved"));
  const region = document.querySelector(".toasts") as HTMLElement;
  fireEvent.pointerEnter(region);
  act(() => void vi.advanceTimersByTime(60_000));
  expect(texts()).toEqual(["Resolved"]);
  fireEvent.pointerLeave(region);
  act(() => void vi.advanceTimersByTime(6_000));
  expect(texts()).toEqual([]);
});

test("what failed stays until it is closed, and outlives what only tells", () => {
  render(desk());
  act(() => say.wrong("It could not be saved"));
  for (const n of [1, 2, 3]) act(() => say(`Done ${n}`));
  expect(texts()).toEqual(["It could not be saved", "Done 2", "Done 3"]);
  act(() => void vi.advanceTimersByTime(60_000));
  expect(texts()).toEqual(["It could not be saved"]);
  fireEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(texts()).toEqual([]);
});

test("the same is said once", () => {
  render(desk());
  act(() => say("Saved"));
  act(() => say("Saved"));
  expect(texts()).toEqual(["Saved"]);
});

test("F6 goes to the newest messages and back, also from a text field; the last one gives the focus back", () => {
  render(desk());
  const field = screen.getByRole("textbox", { name: "field" });
  field.focus();
  act(() => say("Resolved", () => {}));
  const f6 = () => act(() => void keyboard.press(Object.assign(new KeyboardEvent("keydown", { key: "F6" }), {})));
  f6();
  expect(document.activeElement?.textContent).toContain("Undo");
  act(() => void vi.advanceTimersByTime(60_000));
  expect(texts()).toEqual(["Resolved"]);
  f6();
  expect(document.activeElement).toBe(field);
  f6();
  fireEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(texts()).toEqual([]);
  expect(document.activeElement).toBe(field);
});

test("a modal dialog takes the messages in while it is open", () => {
  const { rerender } = render(
    desk(
      <Dialog title="Block" onClose={() => {}}>
        words
      </Dialog>,
    ),
  );
  act(() => say("Copied"));
  expect(document.querySelector("dialog .toast-text")?.textContent).toBe("Copied");
  rerender(desk());
  expect(texts()).toEqual(["Copied"]);
});

const rect = (left: number, top: number, width: number, height: number) => new DOMRect(left, top, width, height);
const scene = (s: Partial<Scene>): Scene => ({ width: 1440, height: 900, rtl: false, thread: null, side: null, body: rect(56, 0, 1384, 900), offers: null, ...s });

const spots: [string, Scene, ReturnType<typeof spotOf>][] = [
  ["a wide screen: the corner at the end", scene({}), { home: "corner", inset: { bottom: 16, start: 1024 }, width: 400 }],
  ["a ticket with its side pane: no wider than the pane", scene({ thread: rect(616, 103, 504, 630), side: rect(1120, 0, 320, 900) }), { home: "corner", inset: { bottom: 16, start: 1136 }, width: 288 }],
  ["a ticket alone: above its first lines", scene({ width: 1024, thread: rect(356, 103, 668, 630) }), { home: "thread", inset: { top: 111, start: 490 }, width: 400 }],
  ["the same, from right to left", scene({ width: 1024, rtl: true, thread: rect(0, 103, 668, 630) }), { home: "thread", inset: { top: 111, start: 490 }, width: 400 }],
  ["a ticket on a phone, below an offer", scene({ width: 320, height: 640, thread: rect(0, 103, 320, 316), offers: rect(12, 12, 296, 190) }), { home: "thread", inset: { top: 210, start: 8 }, width: 304 }],
  ["a list on a phone: above the rail", scene({ width: 320, height: 640, body: rect(0, 0, 320, 587) }), { home: "strip", inset: { bottom: 61, start: 12 }, width: 296 }],
];

test.each(spots)("%s", (_name, given, want) => {
  expect(spotOf(given)).toEqual(want);
});

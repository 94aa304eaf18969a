import { beforeEach, expect, test } from "vitest";
import { Keyboard, keyOf, shortcuts, type ShortcutId } from "../src/keys/registry";
import en from "../src/i18n/en.json";
import { FakeShelf } from "./fakes";

let keyboard: Keyboard;
let ran: string[];

beforeEach(() => {
  document.body.innerHTML = "";
  keyboard = new Keyboard(new FakeShelf());
  ran = [];
});

const on = (id: ShortcutId) => keyboard.handle(id, () => ran.push(id));

function press(key: string, part: Record<string, unknown> = {}, now = 0) {
  return keyboard.press({ key, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, defaultPrevented: false, target: document.body, preventDefault: () => {}, ...part }, now);
}

test("a key runs the action that is on screen, and nothing when none is", () => {
  press("j");
  on("list.next");
  press("j");
  expect(ran).toEqual(["list.next"]);
});

test("sequences: g then i goes to the inbox, i alone takes the ticket", () => {
  on("go.inbox");
  on("ticket.take");
  press("g", {}, 0);
  press("i", {}, 300);
  press("i", {}, 5000);
  expect(ran).toEqual(["go.inbox", "ticket.take"]);
});

test("a sequence that takes too long is none", () => {
  on("go.inbox");
  on("ticket.take");
  press("g", {}, 0);
  press("i", {}, 3000);
  expect(ran).toEqual(["ticket.take"]);
});

test.each(["input", "textarea", "select", "dialog"])("never inside a %s", (tag) => {
  on("list.next");
  const el = document.body.appendChild(document.createElement(tag));
  press("j", { target: el });
  expect(ran).toEqual([]);
});

test.each([{ isComposing: true }, { ctrlKey: true }, { metaKey: true }, { altKey: true }, { key: "Process" }, { defaultPrevented: true }])("never with %o", (part) => {
  on("list.next");
  press("j", part);
  expect(ran).toEqual([]);
});

test("Enter belongs to the focused button", () => {
  on("list.open");
  const button = document.body.appendChild(document.createElement("button"));
  press("Enter", { target: button });
  expect(ran).toEqual([]);
  press("Enter");
  expect(ran).toEqual(["list.open"]);
});

test("the newest handler wins, and the one before comes back", () => {
  keyboard.handle("list.back", () => ran.push("outer"));
  const off = keyboard.handle("list.back", () => ran.push("inner"));
  press("u");
  off();
  press("Escape");
  expect(ran).toEqual(["inner", "outer"]);
});

test("what is selected is drawn before a key acts on it; moving about does not wait", () => {
  on("list.next");
  keyboard.beforeActing(() => {
    ran.push("drawn");
    on("ticket.reply");
  });
  press("j");
  press("r");
  expect(ran).toEqual(["list.next", "drawn", "ticket.reply"]);
});

test("the switch turns single keys off and is remembered", () => {
  const shelf = new FakeShelf();
  new Keyboard(shelf).toggle(false);
  keyboard = new Keyboard(shelf);
  on("list.next");
  expect(press("j")).toBe(false);
  expect(ran).toEqual([]);
});

test("no two actions share a key, no key is the start of another, every action has words", () => {
  const keys = shortcuts.flatMap((s) => [...s.keys]);
  expect(new Set(keys).size).toBe(keys.length);
  const prefixes = keys.filter((k) => k.includes(" ")).map((k) => k.split(" ")[0]);
  expect(keys.filter((k) => prefixes.includes(k))).toEqual([]);
  for (const s of shortcuts) expect(en[s.label], s.id).toBeTruthy();
  expect(keyOf("ticket.resolve")).toBe("e");
});

import { beforeEach, expect, test } from "vitest";
import { clashes, continuations, Keyboard, keyOf, keysIn, shortcuts, type ShortcutId } from "../src/keys/registry";
import { given, swapped } from "../src/settings/newKeys";
import en from "../src/i18n/en.json";

let keyboard: Keyboard;
let ran: string[];

beforeEach(() => {
  document.body.innerHTML = "";
  keyboard = new Keyboard();
  keyboard.set(true, {});
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

test("the switch turns off keys that type something; chords, Escape and F6 stay", () => {
  for (const id of ["list.next", "list.back", "palette", "undo", "toasts", "go.inbox"] as const) on(id);
  keyboard.set(false, { "list.next": "Space" });
  for (const key of ["j", " ", "g", "i", "u"]) expect(press(key)).toBe(false);
  expect(keyboard.pending).toBe("");
  press("z", { ctrlKey: true });
  press("Escape");
  press("F6");
  press("k", { metaKey: true, target: document.body.appendChild(document.createElement("textarea")) });
  expect(ran).toEqual(["undo", "list.back", "toasts", "palette"]);
});

test("while a dialog is open the page behind it hears no key, wherever the focus is", () => {
  on("list.back");
  const dialog = document.body.appendChild(document.createElement("dialog"));
  dialog.setAttribute("open", "");
  press("Escape");
  expect(ran).toEqual([]);
  dialog.removeAttribute("open");
  press("Escape");
  expect(ran).toEqual(["list.back"]);
});

test("a chord acts in no text field unless it may anywhere, and never in a dialog", () => {
  on("undo");
  on("palette");
  press("z", { ctrlKey: true, target: document.body.appendChild(document.createElement("input")) });
  press("k", { ctrlKey: true, target: document.body.appendChild(document.createElement("dialog")) });
  expect(ran).toEqual([]);
  press("z", { ctrlKey: true });
  expect(ran).toEqual(["undo"]);
});

test("a chosen key takes the place of the usual one, and Escape stays what it is", () => {
  keyboard.set(true, { "ticket.resolve": "q", "list.back": "b", "ticket.tag": "" });
  for (const id of ["ticket.resolve", "list.back", "ticket.tag"] as const) on(id);
  for (const key of ["e", "q", "u", "b", "Escape", "t"]) press(key);
  expect(ran).toEqual(["ticket.resolve", "list.back", "list.back"]);
  expect(keyOf("ticket.resolve")).toBe("q");
  keyboard.set(true, {});
  expect(keyOf("ticket.resolve")).toBe("e");
});

test("what is over others goes before newer ones, until it is gone", () => {
  const gone = keyboard.handle("ticket.resolve", () => ran.push("the selection"), true);
  on("ticket.resolve");
  press("e");
  gone();
  press("e");
  expect(ran).toEqual(["the selection", "ticket.resolve"]);
});

test("a chosen sequence runs, and the start of a sequence tells how it may go on", () => {
  keyboard.set(true, { "ticket.resolve": "g x" });
  on("ticket.resolve");
  on("go.mine");
  const told: string[] = [];
  keyboard.subscribe(() => told.push(keyboard.awaited()));
  press("g", {}, 1000);
  expect(continuations(keyboard)).toEqual([
    { id: "ticket.resolve", rest: "x" },
    { id: "go.mine", rest: "m" },
  ]);
  press("x", {}, 1300);
  expect(ran).toEqual(["ticket.resolve"]);
  expect(told).toEqual(["g", ""]);
});

test.each([
  ["ticket.resolve", "j", "list.next"],
  ["ticket.resolve", "g", "go.inbox"],
  ["ticket.resolve", "j x", "list.next"],
  ["ticket.resolve", "g x", null],
  ["ticket.resolve", "e", null],
  ["ticket.resolve", "q", null],
  ["ticket.resolve", "x", "list.select"],
] as const)("%s on %s would be taken from %s", (id, chord, from) => {
  expect(clashes({}, id, chord)[0] ?? null).toBe(from);
  expect(keysIn({ [id]: chord }, id)[0]).toBe(chord);
});

test("a key that is taken leaves its owner without, or with the key it comes with once that is free again", () => {
  expect(given({}, "ticket.resolve", "x")).toEqual({ "ticket.resolve": "x", "list.select": "" });
  expect(given({}, "ticket.resolve", "g")).toMatchObject({ "ticket.resolve": "g", "go.inbox": "", "go.settings": "" });
  expect(given({ "ticket.resolve": "x", "list.select": "" }, "list.select", "x")).toEqual({});
  expect(given({ "ticket.resolve": "x", "list.select": "" }, "ticket.resolve", "q")).toEqual({ "ticket.resolve": "q", "list.select": "" });
});

test("two keys are swapped where both can act afterwards", () => {
  expect(swapped({}, "ticket.resolve", "x")).toEqual({ "ticket.resolve": "x", "list.select": "e" });
  expect(swapped({ "ticket.resolve": "x", "list.select": "e" }, "ticket.resolve", "e")).toEqual({});
  expect(swapped({}, "ticket.resolve", "q")).toBeNull();
  expect(swapped({}, "ticket.resolve", "g")).toBeNull();
  expect(swapped({ "ticket.resolve": "" }, "ticket.resolve", "x")).toBeNull();
  expect(swapped({}, "ticket.resolve", "Escape")).toBeNull();
  expect(swapped({}, "list.select-all", "Mod+k")).toEqual({ "list.select-all": "Mod+k", palette: "Mod+a" });
  expect(swapped({}, "ticket.resolve", "Mod+k")).toBeNull();
});

test("no two actions share a key, no key is the start of another, every action has words", () => {
  const keys = shortcuts.flatMap((s) => [...s.keys]);
  expect(new Set(keys).size).toBe(keys.length);
  const prefixes = keys.filter((k) => k.includes(" ")).map((k) => k.split(" ")[0]);
  expect(keys.filter((k) => prefixes.includes(k))).toEqual([]);
  for (const s of shortcuts) expect(en[s.label], s.id).toBeTruthy();
  expect(keyOf("ticket.resolve")).toBe("e");
});

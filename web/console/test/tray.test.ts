import { expect, test } from "vitest";
import { Problem } from "../src/api/http";
import type { Attachment } from "../src/api/types";
import { LARGEST_FILE, MOST_FILES, Tray } from "../src/live/tray";
import { until } from "./fakes";

/** An upload whose end is in the test's hands. */
class Line {
  sent: { name: string; progress(share: number): void; done(a: Attachment): void; fail(e: unknown): void; stopped: boolean }[] = [];
  send = (file: File, progress: (share: number) => void) => {
    const call = { name: file.name, progress, done: (_: Attachment) => {}, fail: (_: unknown) => {}, stopped: false };
    const done = new Promise<Attachment>((resolve, reject) => {
      call.done = resolve;
      call.fail = reject;
    });
    this.sent.push(call);
    return { done, stop: () => void (call.stopped = true) };
  };
}

const file = (name: string, size = 3) => ({ name, size }) as File;
const made = (name: string): Attachment => ({ id: name, name, type: "text/plain", size: 3, url: `/files/1/${name}` });
const states = (t: Tray) => t.get().map((p) => `${p.name} ${p.state}`);

test("each file goes out by itself, and only what is ready is taken", async () => {
  const line = new Line();
  const tray = new Tray(line.send);
  expect(tray.add([file("a"), file("b")])).toBe(0);
  line.sent[0]!.progress(0.5);
  expect(tray.get()[0]!.share).toBe(0.5);
  line.sent[0]!.done(made("a"));
  await until(() => tray.get()[0]!.state === "ready", "the first upload");
  expect(tray.take().map((a) => a.id)).toEqual(["a"]);
  expect(states(tray)).toEqual(["b uploading"]);
});

test("what failed on the way can be tried again; what was refused cannot", async () => {
  const line = new Line();
  const tray = new Tray(line.send);
  tray.add([file("a"), file("b.exe")]);
  line.sent[0]!.fail(new Problem(503, { code: "unavailable" }));
  line.sent[1]!.fail(new Problem(422, { code: "invalid", errors: [{ field: "file[0]", detail: "is of a kind that is not taken" }] }));
  await until(() => tray.get().every((p) => p.state === "failed"), "both to fail");
  expect(tray.get().map((p) => p.final)).toEqual([false, true]);
  tray.retry(tray.get()[0]!.key);
  expect(states(tray)).toEqual(["a uploading", "b.exe failed"]);
  line.sent[2]!.done(made("a"));
  await until(() => tray.get()[0]!.state === "ready", "the second try");
});

test("what is too large, or too many, is never sent", () => {
  const line = new Line();
  const tray = new Tray(line.send);
  tray.add([file("film", LARGEST_FILE + 1)]);
  expect(states(tray)).toEqual(["film failed"]);
  expect(tray.add(Array.from({ length: MOST_FILES + 1 }, (_, i) => file(`f${i}`)))).toBe(2);
  expect(line.sent).toHaveLength(MOST_FILES - 1);
});

test("a removed file stops, and its late answer changes nothing", async () => {
  const line = new Line();
  const tray = new Tray(line.send);
  tray.add([file("a")]);
  tray.remove(tray.get()[0]!.key);
  line.sent[0]!.done(made("a"));
  await Promise.resolve();
  expect(line.sent[0]!.stopped).toBe(true);
  expect(tray.get()).toEqual([]);
});

test("a refused message gives its files back, before what was picked since", () => {
  const tray = new Tray(new Line().send);
  tray.add([file("new")]);
  tray.put([made("old")]);
  expect(states(tray)).toEqual(["old ready", "new uploading"]);
});

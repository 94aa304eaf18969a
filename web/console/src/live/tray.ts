import { Problem } from "../api/http";
import type { Upload } from "../api/upload";
import type { Attachment } from "../api/types";
import { Store } from "./store";

export const MOST_FILES = 10;
export const LARGEST_FILE = 10 * 1024 * 1024;

/** One file that is to go with the next message. */
export interface Picked {
  key: number;
  name: string;
  size: number;
  state: "uploading" | "ready" | "failed";
  /** How much has gone out, 0 to 1. */
  share: number;
  error?: unknown;
  /** Refused for what it is: sending it again would change nothing. */
  final?: boolean;
  attachment?: Attachment;
}

export type Uploader = (file: File, progress: (share: number) => void) => Upload;

/** Tray holds the files of one ticket's next message: each goes out by itself, and fails by itself. */
export class Tray extends Store<readonly Picked[]> {
  private readonly send: Uploader;
  private readonly files = new Map<number, File>();
  private readonly running = new Map<number, Upload>();
  private count = 0;

  constructor(send: Uploader) {
    super([]);
    this.send = send;
  }

  /** add takes as many files as still fit and answers how many did not. */
  add(files: readonly File[]): number {
    const fit = files.slice(0, Math.max(0, MOST_FILES - this.get().length));
    for (const file of fit) {
      const key = ++this.count;
      this.files.set(key, file);
      const tooLarge = file.size > LARGEST_FILE;
      const problem = tooLarge ? new Problem(413, { code: "too_large" }) : undefined;
      this.set([...this.get(), { key, name: file.name, size: file.size, state: tooLarge ? "failed" : "uploading", share: 0, ...(problem ? { error: problem, final: true } : {}) }]);
      if (!tooLarge) this.start(key, file);
    }
    return files.length - fit.length;
  }

  retry(key: number) {
    const file = this.files.get(key);
    if (!file) return;
    this.change(key, { state: "uploading", share: 0, error: undefined });
    this.start(key, file);
  }

  remove(key: number) {
    this.set(this.get().filter((p) => p.key !== key));
    this.files.delete(key);
    this.running.get(key)?.stop();
    this.running.delete(key);
  }

  /** take empties the tray of what is ready and answers it, in the order picked. */
  take(): Attachment[] {
    const ready = this.get().filter((p) => p.state === "ready");
    ready.forEach((p) => this.files.delete(p.key));
    this.set(this.get().filter((p) => p.state !== "ready"));
    return ready.flatMap((p) => (p.attachment ? [p.attachment] : []));
  }

  /** put gives back the files of a message that was not taken. */
  put(list: readonly Attachment[]) {
    const back = list.map((a): Picked => ({ key: ++this.count, name: a.name, size: a.size, state: "ready", share: 1, attachment: a }));
    this.set([...back, ...this.get()]);
  }

  private start(key: number, file: File) {
    const up = this.send(file, (share) => this.change(key, { share }));
    this.running.set(key, up);
    up.done
      .then((attachment) => this.change(key, { state: "ready", share: 1, attachment }))
      .catch((error: unknown) => this.change(key, { state: "failed", error, final: error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429 }))
      .finally(() => this.running.delete(key));
  }

  private change(key: number, part: Partial<Picked>) {
    if (this.get().some((p) => p.key === key)) this.set(this.get().map((p) => (p.key === key ? { ...p, ...part } : p)));
  }
}

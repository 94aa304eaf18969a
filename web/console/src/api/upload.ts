import { Problem, SIGNED_OUT } from "./http";
import type { Attachment } from "./types";

export interface Upload {
  done: Promise<Attachment>;
  stop(): void;
}

/** upload sends one file and tells how far it is; fetch cannot tell, so it is an XMLHttpRequest. */
export function upload(file: File, progress: (share: number) => void): Upload {
  const x = new XMLHttpRequest();
  const done = new Promise<Attachment>((resolve, reject) => {
    x.open("POST", "/api/v1/attachments");
    x.setRequestHeader("Accept", "application/json");
    x.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
    x.onerror = () => reject(new Problem(0, { code: "offline", detail: "" }));
    x.onabort = () => reject(new Problem(0, { code: "stopped", detail: "" }));
    x.onload = () => {
      const body = parse(x.responseText);
      const made = (body.items as Attachment[] | undefined)?.[0];
      if (x.status < 300 && made) return resolve(made);
      if (x.status === 401) window.dispatchEvent(new Event(SIGNED_OUT));
      reject(new Problem(x.status, body, Number(x.getResponseHeader("Retry-After") ?? 0)));
    };
    const form = new FormData();
    form.append("file", file, file.name);
    x.send(form);
  });
  return { done, stop: () => x.abort() };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

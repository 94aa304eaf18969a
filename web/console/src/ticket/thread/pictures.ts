import { createContext, useMemo } from "react";
import type { Attachment, Event } from "../../api/types";

const types = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** Files live on our own server: any other address is not followed. */
export function safePath(url: string | undefined): string | undefined {
  return url?.startsWith("/") && !url.startsWith("//") ? url : undefined;
}

export function isPicture(a: Attachment): boolean {
  return types.has(a.type) && safePath(a.thumb) !== undefined;
}

export function filesOf(event: Event): readonly Attachment[] {
  const files = event.data?.attachments;
  return Array.isArray(files) ? (files as Attachment[]) : [];
}

/** Pictures are those of the whole conversation, as far as it has been read: one looks at them one after the other. */
export const Pictures = createContext<readonly Attachment[]>([]);

export function usePictures(events: readonly Event[]): readonly Attachment[] {
  return useMemo(() => {
    const gone = new Set(events.filter((e) => e.kind === "message.redacted").map((e) => Number(e.data?.target_seq)));
    return events.filter((e) => !gone.has(e.seq) && e.data?.redacted !== true).flatMap((e) => filesOf(e).filter(isPicture));
  }, [events]);
}

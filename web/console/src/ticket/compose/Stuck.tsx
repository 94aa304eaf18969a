import { FileX, Hourglass } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import type { Picked, Tray } from "../../live/tray";
import type { Kind } from "../drafts";
import { c } from "./words";

interface Props {
  id: string;
  kind: Kind;
  picked: readonly Picked[];
  tray: Tray;
  area: RefObject<HTMLTextAreaElement | null>;
  /** How often somebody has tried to send all the same. */
  tried: number;
}

/** stuckIn are the files for which a message waits: those that were not taken, else those that are on their way. */
export function stuckIn(picked: readonly Picked[]): readonly Picked[] {
  const failed = picked.filter((p) => p.state === "failed");
  return failed.length > 0 ? failed : picked.filter((p) => p.state === "uploading");
}

/** Stuck says which files keep a message from going out; who tries to send it is brought here. */
export function Stuck({ picked, ...rest }: Props) {
  const files = stuckIn(picked);
  const failed = files.some((p) => p.state === "failed");
  // What only takes its moment is told to whoever does not wait for it.
  return files.length > 0 && (failed || rest.tried > 0) ? <Told {...rest} files={files} failed={failed} /> : null;
}

function Told({ id, kind, files, failed, tray, area, tried }: Omit<Props, "picked"> & { files: readonly Picked[]; failed: boolean }) {
  const words = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (tried > 0) words.current?.focus();
  }, [tried]);
  // Once it is over the words go, and one goes on writing.
  useLayoutEffect(() => {
    const bar = words.current?.parentElement;
    const field = area;
    return () => {
      if (bar?.contains(document.activeElement)) field.current?.focus();
    };
  }, [area]);
  const what = !failed ? "stuck.uploading" : files.every((p) => p.final) ? "stuck.refused" : "stuck.failed";
  return (
    <div className={failed ? "composer-bar composer-stuck" : "composer-bar"} data-stuck={what}>
      {failed ? <FileX size={16} aria-hidden="true" /> : <Hourglass size={16} aria-hidden="true" />}
      <p ref={words} id={id} tabIndex={-1} className="min-w-0 flex-1">
        {c(what, { count: files.length, name: files[0]?.name ?? "" })} {failed && c(kind === "note" ? "stuck.note" : "stuck.reply", { count: files.length })}
      </p>
      {failed && (
        <button type="button" className="btn btn-dense" onClick={() => files.forEach((p) => tray.remove(p.key))}>
          {c("stuck.remove", { count: files.length })}
        </button>
      )}
    </div>
  );
}

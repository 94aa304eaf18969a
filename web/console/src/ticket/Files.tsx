import { AlertCircle, Download, FileText, RotateCw, X } from "lucide-react";
import { lazy, Suspense, useContext, useState } from "react";
import { createPortal } from "react-dom";
import { part } from "../app/soon";
import { Problem } from "../api/http";
import type { Attachment } from "../api/types";
import { t } from "./words";
import { fileSize } from "../i18n/time";
import type { Picked, Tray } from "../live/tray";
import { useStore } from "../live/store";
import { cx, why } from "../ui/basics";
import { isPicture, Pictures, safePath } from "./thread/pictures";

const Viewer = lazy(part(() => import("./Viewer")));

/** Attachments are the files of a message: pictures to look at, everything else to save. */
export function Attachments({ files }: { files: readonly Attachment[] }) {
  const [at, setAt] = useState(-1);
  const all = useContext(Pictures);
  if (files.length === 0) return null;
  const shown = files.filter(isPicture);
  /** What was picked stands among all pictures of the conversation; what is not sent yet stands alone. */
  const gallery = shown.every((f) => all.includes(f)) ? all : shown;
  const rest = files.filter((f) => !isPicture(f));
  return (
    <div className="files">
      {shown.length > 0 && (
        <ul className="thumbs">
          {shown.map((f) => (
            <li key={f.id}>
              <button type="button" className="thumb" aria-label={t("files.open", { name: f.name })} onClick={() => setAt(gallery.indexOf(f))}>
                <img src={safePath(f.thumb)} alt="" loading="lazy" {...box(f, shown.length > 1 ? 0.6 : 1)} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {rest.length > 0 && (
        <ul className="grid grid-cols-1 gap-1">
          {rest.map((f) => (
            <li key={f.id}>
              <a href={safePath(f.url)} className="file" download={f.name}>
                <span className="sr-only">{t("files.download")} </span>
                <FileText size={16} aria-hidden="true" />
                <span className="file-name" dir="auto">
                  {f.name}
                </span>{" "}
                <span className="text-meta text-fg-3">{fileSize(f.size)}</span>
                <Download size={14} aria-hidden="true" />
              </a>
            </li>
          ))}
        </ul>
      )}
      {at >= 0 &&
        createPortal(
          <Suspense>
            <Viewer files={gallery} at={at} onClose={() => setAt(-1)} />
          </Suspense>,
          document.body,
        )}
    </div>
  );
}

const TALLEST = 180;
const WIDEST = 260;

/** box is the room that a thumbnail takes, known before it comes, so that nothing moves. */
function box(f: Attachment, share: number): { width?: number; height?: number } {
  if (!f.width || !f.height) return {};
  const scale = Math.min(1, (share * WIDEST) / f.width, (share * TALLEST) / f.height);
  return { width: Math.max(1, Math.round(f.width * scale)), height: Math.max(1, Math.round(f.height * scale)) };
}

/** TrayList shows what goes with the next message, how far it is, and what went wrong with it. */
export function TrayList({ tray }: { tray: Tray }) {
  const picked = useStore(tray);
  if (picked.length === 0) return null;
  return (
    <ul className="tray" aria-label={t("files.tray")}>
      {picked.map((p) => (
        <PickedFile key={p.key} file={p} tray={tray} />
      ))}
    </ul>
  );
}

function PickedFile({ file, tray }: { file: Picked; tray: Tray }) {
  const thumb = safePath(file.attachment?.thumb);
  const failed = file.state === "failed";
  return (
    <li className={cx("picked", failed && "picked-failed")} data-file={file.state}>
      {thumb ? <img src={thumb} alt="" className="picked-thumb" /> : failed ? <AlertCircle size={16} className="text-danger" aria-hidden="true" /> : <FileText size={16} aria-hidden="true" />}
      <div className="min-w-0 flex-1">
        <p className="file-name" dir="auto">
          {file.name}
        </p>
        {failed ? (
          <p role="alert" className="text-meta text-danger">
            {wrong(file)}
          </p>
        ) : (
          <p className="text-meta text-fg-3">{file.state === "ready" ? fileSize(file.size) : t("files.uploading", { percent: Math.floor(file.share * 100) })}</p>
        )}
        {file.state === "uploading" && <progress className="progress" max={1} value={file.share} aria-label={t("files.progress", { name: file.name })} />}
      </div>
      {failed && !file.final && (
        <button type="button" className="btn btn-dense btn-ghost" onClick={() => tray.retry(file.key)}>
          <RotateCw aria-hidden="true" />
          {t("action.retry")}
        </button>
      )}
      <button type="button" className="btn btn-ghost btn-icon btn-dense" aria-label={t("files.remove", { name: file.name })} onClick={() => tray.remove(file.key)}>
        <X aria-hidden="true" />
      </button>
    </li>
  );
}

/** wrong says what is the matter with one file. */
function wrong({ error }: Picked): string {
  if (!(error instanceof Problem)) return t("error.unknown");
  if (error.code === "too_large") return t("files.tooLarge");
  const about = error.fields["file[0]"];
  return about ? t("files.refused", { why: about }) : why(error);
}

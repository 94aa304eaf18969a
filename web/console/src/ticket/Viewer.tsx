import { ChevronLeft, ChevronRight, Download } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import type { Attachment } from "../api/types";
import { t } from "../i18n/t";
import { Dialog } from "../ui/layer";
import { safePath } from "./Files";

/** Viewer shows the pictures of one message large, one after the other. */
export default function Viewer({ files, at, onClose }: { files: readonly Attachment[]; at: number; onClose(): void }) {
  const [now, setNow] = useState(at);
  const file = files[now] ?? files[0];
  const step = (by: number) => setNow((was) => (was + by + files.length) % files.length);
  const keys = (e: KeyboardEvent) => {
    const rtl = document.documentElement.dir === "rtl";
    if (e.key === (rtl ? "ArrowLeft" : "ArrowRight")) step(1);
    else if (e.key === (rtl ? "ArrowRight" : "ArrowLeft")) step(-1);
    else return;
    e.preventDefault();
  };
  if (!file) return null;
  return (
    <Dialog title={file.name} className="viewer" onClose={onClose}>
      <div className="grid gap-3" onKeyDown={keys}>
        <div className="viewer-stage">
          <img key={file.id} src={safePath(file.url)} alt={file.name} width={file.width} height={file.height} />
        </div>
        <div className="flex flex-wrap items-center justify-between gap-2">
          {files.length > 1 ? (
            <div className="flex items-center gap-1">
              <button type="button" className="btn btn-icon" aria-label={t("files.previous")} onClick={() => step(-1)}>
                <ChevronLeft className="rtl:-scale-x-100" aria-hidden="true" />
              </button>
              <button type="button" className="btn btn-icon" aria-label={t("files.next")} onClick={() => step(1)}>
                <ChevronRight className="rtl:-scale-x-100" aria-hidden="true" />
              </button>
              <span className="ms-2 text-dense text-fg-2" role="status">
                {t("files.of", { n: now + 1, all: files.length })}
              </span>
            </div>
          ) : (
            <span />
          )}
          <a className="btn" href={safePath(file.url)} download={file.name} data-autofocus="">
            <Download aria-hidden="true" />
            {t("files.download")}
          </a>
        </div>
      </div>
    </Dialog>
  );
}

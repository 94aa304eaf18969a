import { ChevronLeft, ChevronRight, Download, ZoomIn, ZoomOut } from "lucide-react";
import { useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from "react";
import type { Attachment } from "../api/types";
import { percent } from "../i18n/t";
import { t } from "./words";
import { Dialog } from "../ui/layer";
import { safePath } from "./thread/pictures";
import { v } from "./thread/viewerWords";
import "./viewer.css";

const ZOOMS = [1, 1.5, 2, 3, 4];
const PAN = 80;

interface Props {
  files: readonly Attachment[];
  at: number;
  onClose(): void;
}

/** Viewer shows pictures large, one after the other: arrows turn the page, + and − zoom, Escape goes back. */
export default function Viewer({ files: given, at, onClose }: Props) {
  // What comes in meanwhile must not turn the page.
  const [files] = useState(given);
  const [now, setNow] = useState(at);
  const [zoom, setZoom] = useState(0);
  const stage = useRef<HTMLDivElement>(null);
  const file = files[now] ?? files[0];
  const step = (by: number) => {
    setNow((was) => (was + by + files.length) % files.length);
    setZoom(0);
  };
  const scale = ZOOMS[zoom] ?? 1;
  const zoomBy = (by: number) => setZoom((was) => Math.min(ZOOMS.length - 1, Math.max(0, was + by)));
  const keys = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const rtl = document.documentElement.dir === "rtl";
    const side = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
    if (e.key === "+" || e.key === "=") zoomBy(1);
    else if (e.key === "-") zoomBy(-1);
    else if (e.key === "0") setZoom(0);
    else if (scale > 1 && e.key.startsWith("Arrow")) stage.current?.scrollBy({ left: side * PAN, top: e.key === "ArrowDown" ? PAN : e.key === "ArrowUp" ? -PAN : 0 });
    else if (side !== 0 && files.length > 1) step(rtl ? -side : side);
    else if (e.key === "Home") step(-now);
    else if (e.key === "End") step(files.length - 1 - now);
    else return;
    e.preventDefault();
  };
  if (!file) return null;
  return (
    <Dialog title={file.name} className="viewer" onClose={onClose}>
      <div className="viewer-body" onKeyDown={keys}>
        <Stage key={file.id} file={file} scale={scale} stage={stage} onToggle={() => setZoom(zoom === 0 ? 2 : 0)} />
        <div className="viewer-bar">
          <button type="button" className="btn btn-icon" aria-label={t("files.previous")} data-tip={t("files.previous")} disabled={files.length < 2} onClick={() => step(-1)}>
            <ChevronLeft className="rtl:-scale-x-100" aria-hidden="true" />
          </button>
          <button type="button" className="btn btn-icon" aria-label={t("files.next")} data-tip={t("files.next")} disabled={files.length < 2} data-autofocus="" onClick={() => step(1)}>
            <ChevronRight className="rtl:-scale-x-100" aria-hidden="true" />
          </button>
          <span className="text-dense text-fg-2" role="status">
            {t("files.of", { n: now + 1, all: files.length })}
            {scale > 1 && ` · ${percent(scale)}`}
          </span>
          <span className="flex-1" />
          <button type="button" className="btn btn-ghost btn-icon" aria-label={v("zoomOut")} data-tip={v("zoomOut")} data-key="-" aria-keyshortcuts="-" disabled={zoom === 0} onClick={() => zoomBy(-1)}>
            <ZoomOut aria-hidden="true" />
          </button>
          <button type="button" className="btn btn-ghost btn-icon" aria-label={v("zoomIn")} data-tip={v("zoomIn")} data-key="+" aria-keyshortcuts="+" disabled={zoom === ZOOMS.length - 1} onClick={() => zoomBy(1)}>
            <ZoomIn aria-hidden="true" />
          </button>
          <a className="btn" href={safePath(file.url)} download={file.name}>
            <Download aria-hidden="true" />
            {t("files.download")}
          </a>
        </div>
      </div>
    </Dialog>
  );
}

interface StageProps {
  file: Attachment;
  scale: number;
  stage: RefObject<HTMLDivElement | null>;
  onToggle(): void;
}

/** Stage holds one picture: as large as fits, or larger, to be dragged about. */
function Stage({ file, scale, stage, onToggle }: StageProps) {
  const [fits, setFits] = useState(0);
  const [broken, setBroken] = useState(false);
  const drag = useDrag(stage, scale > 1);
  if (broken) return <p className="viewer-stage text-dense text-fg-2">{v("broken")}</p>;
  return (
    <div ref={stage} className="viewer-stage" data-zoomed={scale > 1} {...(scale > 1 && { tabIndex: 0, role: "region", "aria-label": file.name })} {...drag}>
      <img
        src={safePath(file.url)}
        alt={file.name}
        draggable={false}
        width={file.width}
        height={file.height}
        style={scale > 1 && fits > 0 ? { inlineSize: fits * scale, maxInlineSize: "none", maxBlockSize: "none" } : undefined}
        onLoad={(e) => setFits(e.currentTarget.clientWidth)}
        onError={() => setBroken(true)}
        onDoubleClick={onToggle}
      />
    </div>
  );
}

/** useDrag moves what is larger than its stage along with the pointer. */
function useDrag(stage: RefObject<HTMLDivElement | null>, on: boolean) {
  const from = useRef<{ x: number; y: number } | null>(null);
  if (!on) return {};
  return {
    onPointerDown: (e: PointerEvent) => {
      if (e.pointerType !== "mouse" || e.button !== 0) return;
      from.current = { x: e.clientX, y: e.clientY };
      e.currentTarget.setPointerCapture(e.pointerId);
    },
    onPointerMove: (e: PointerEvent) => {
      if (from.current === null) return;
      stage.current?.scrollBy(from.current.x - e.clientX, from.current.y - e.clientY);
      from.current = { x: e.clientX, y: e.clientY };
    },
    onPointerUp: () => void (from.current = null),
  };
}

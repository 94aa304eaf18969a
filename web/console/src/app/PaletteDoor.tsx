import { lazy, Suspense, useEffect, useRef, type RefObject } from "react";
import { part } from "./soon";

const load = () => import("../palette/Palette");
const Palette = lazy(part(load));

/** PaletteDoor opens the palette, and takes what is typed before its program is there: those letters are no shortcuts. */
export function PaletteDoor({ onClose }: { onClose(): void }) {
  const typed = useRef("");
  return (
    <Suspense fallback={<Waiting typed={typed} onClose={onClose} />}>
      <Palette typed={typed} onClose={onClose} />
    </Suspense>
  );
}

/** usePaletteSoon fetches the palette once the first screen stands and nothing else is to be done. */
export function usePaletteSoon() {
  useEffect(() => {
    const id = window.setTimeout(() => void load().catch(() => undefined), 4000);
    return () => window.clearTimeout(id);
  }, []);
}

function Waiting({ typed, onClose }: { typed: RefObject<string>; onClose(): void }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    ref.current?.showModal();
    ref.current?.querySelector("input")?.focus();
    return () => before?.focus();
  }, []);
  return (
    <dialog ref={ref} className="opacity-0" onCancel={onClose}>
      <input aria-hidden="true" tabIndex={-1} onChange={(e) => (typed.current = e.target.value)} onKeyDown={(e) => e.key === "Enter" && (typed.current = `${e.currentTarget.value}\n`)} />
    </dialog>
  );
}

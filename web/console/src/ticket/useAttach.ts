import { useEffect, useRef, useState, type ClipboardEvent, type RefObject } from "react";
import { t } from "./words";
import { MOST_FILES, type Tray } from "../live/tray";
import { useToast } from "../ui/toast";

/** useAttach brings files into a tray: picked, pasted, or dropped anywhere on the ticket. */
export function useAttach(tray: Tray, root: RefObject<HTMLElement | null>, enabled: boolean) {
  const say = useToast();
  const input = useRef<HTMLInputElement>(null);
  const add = (files: readonly File[]) => {
    if (files.length > 0 && tray.add(files) > 0) say(t("files.tooMany", { n: MOST_FILES }));
  };
  const over = useDrop(root, enabled ? add : null);
  const onPaste = (e: ClipboardEvent) => {
    const files = [...e.clipboardData.files];
    // What comes from a text processor has a picture of itself beside its text: the text is meant.
    if (files.length === 0 || e.clipboardData.getData("text/plain") !== "") return;
    e.preventDefault();
    add(files);
  };
  return { input, add, over, onPaste };
}

function useDrop(root: RefObject<HTMLElement | null>, add: ((files: readonly File[]) => void) | null): boolean {
  const [over, setOver] = useState(false);
  const take = useRef(add);
  take.current = add;
  useEffect(() => {
    const brings = (e: DragEvent) => e.dataTransfer?.types.includes("Files") === true;
    const inside = (e: DragEvent) => take.current !== null && root.current?.closest(".ticket-main")?.contains(e.target as Node) === true;
    const drag = (e: DragEvent) => {
      if (!brings(e)) return;
      // A file that misses must not replace the console by itself.
      e.preventDefault();
      if (e.dataTransfer) e.dataTransfer.dropEffect = inside(e) ? "copy" : "none";
      setOver(inside(e));
    };
    const leave = (e: DragEvent) => e.relatedTarget === null && setOver(false);
    const drop = (e: DragEvent) => {
      if (!brings(e)) return;
      e.preventDefault();
      setOver(false);
      if (inside(e)) take.current?.([...(e.dataTransfer?.files ?? [])]);
    };
    window.addEventListener("dragover", drag);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", drag);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, [root]);
  return over;
}

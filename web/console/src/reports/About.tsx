import { Info } from "lucide-react";
import { useId } from "react";
import { r } from "./words";

/** About says what a figure means, under the pointer, with the keyboard and by touch. */
export function About({ label, text }: { label: string; text: string }) {
  const id = useId();
  return (
    <button type="button" className="tile-about" aria-label={r("tile.about", { label })} aria-describedby={id} data-tip={text} data-tap="">
      <Info size={13} aria-hidden="true" />
      <span id={id} className="sr-only">
        {text}
      </span>
    </button>
  );
}

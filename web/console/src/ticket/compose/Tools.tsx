import { AtSign, Bold, Code, Italic, Link2, List, ListOrdered, Quote, Smile, SquareSlash } from "lucide-react";
import { useRef, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { writingKey, writingKeyOf } from "../../keys/writing";
import { cx } from "../../ui/basics";
import type { Kind } from "../drafts";
import { apply } from "./field";
import { code, lines, link, mark, nextLine, type Edit, type Field } from "./text";
import { c } from "./words";

export type Format = "bold" | "italic" | "link" | "bullets" | "numbers" | "quote" | "code";

export function format(area: HTMLTextAreaElement, f: Format) {
  apply(area, editOf(area, f));
}

function editOf(f: Field, what: Format): Edit {
  switch (what) {
    case "bold":
      return mark(f, "**", c("boldWords"));
    case "italic":
      return mark(f, "_", c("italicWords"));
    case "link":
      return link(f, c("linkWords"), "https://");
    case "bullets":
      return lines(f, "bullet");
    case "numbers":
      return lines(f, "number");
    case "quote":
      return lines(f, "quote");
    case "code":
      return code(f, c("codeWords"));
  }
}

/** formatKey carries out a formatting key of the field, and says whether it was one. */
export function formatKey(e: KeyboardEvent<HTMLTextAreaElement>): boolean {
  const area = e.currentTarget;
  if (e.key === "Enter" && !e.shiftKey && !e.ctrlKey && !e.metaKey && !e.altKey) {
    const edit = nextLine(area);
    if (!edit) return false;
    e.preventDefault();
    apply(area, edit);
    return true;
  }
  const what = formats.find(({ f }) => f === writingKey(e))?.f;
  // Without a selection Mod+K is the palette's, as everywhere.
  if (!what || (what === "link" && area.selectionStart === area.selectionEnd)) return false;
  e.preventDefault();
  e.stopPropagation();
  format(area, what);
  return true;
}

const formats: readonly { f: Format; icon: ReactNode }[] = [
  { f: "bold", icon: <Bold aria-hidden="true" /> },
  { f: "italic", icon: <Italic aria-hidden="true" /> },
  { f: "link", icon: <Link2 aria-hidden="true" /> },
  { f: "bullets", icon: <List aria-hidden="true" /> },
  { f: "numbers", icon: <ListOrdered aria-hidden="true" /> },
  { f: "quote", icon: <Quote aria-hidden="true" /> },
  { f: "code", icon: <Code aria-hidden="true" /> },
];

interface Props {
  area: RefObject<HTMLTextAreaElement | null>;
  kind: Kind;
  onPick(sign: "/" | "@" | ":"): void;
}

/** Tools are the buttons for what the keys do; arrows move between them. */
export function Tools({ area, kind, onPick }: Props) {
  const bar = useRef<HTMLDivElement>(null);
  const move = (e: KeyboardEvent) => {
    const step = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
    if (step === 0 || !bar.current) return;
    e.preventDefault();
    const all = [...bar.current.querySelectorAll<HTMLButtonElement>("button")].filter((b) => b.offsetParent !== null);
    const rtl = getComputedStyle(bar.current).direction === "rtl" ? -1 : 1;
    all[(all.indexOf(document.activeElement as HTMLButtonElement) + step * rtl + all.length) % all.length]?.focus();
  };
  const press = (f: Format) => area.current && format(area.current, f);
  return (
    <div ref={bar} role="toolbar" aria-label={c("format")} className="composer-tools" onKeyDown={move}>
      <Tool name={c("macros")} icon={<SquareSlash aria-hidden="true" />} onPress={() => onPick("/")} first />
      {kind === "note" && <Tool name={c("mention")} icon={<AtSign aria-hidden="true" />} onPress={() => onPick("@")} />}
      <Tool name={c("emoji")} icon={<Smile aria-hidden="true" />} onPress={() => onPick(":")} />
      <hr className="composer-format" aria-hidden="true" />
      {formats.map(({ f, icon }) => (
        <Tool key={f} name={c(f)} icon={icon} keys={writingKeyOf(f)} className="composer-format" onPress={() => press(f)} />
      ))}
    </div>
  );
}

function Tool({ name, icon, keys: k, className, first, onPress }: { name: string; icon: ReactNode; keys?: string; className?: string; first?: boolean; onPress(): void }) {
  return (
    <button type="button" className={cx("btn btn-ghost btn-icon btn-dense", className)} tabIndex={first ? 0 : -1} aria-label={name} {...(k ? { "aria-keyshortcuts": k.replace("Mod", "Control"), "data-keys": k } : {})} data-tip={name} onMouseDown={(e) => e.preventDefault()} onClick={onPress}>
      {icon}
    </button>
  );
}

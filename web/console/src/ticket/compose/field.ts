import type { Edit } from "./text";

/** apply makes an edit as if it were typed, so that the field's own undo takes it back. */
export function apply(area: HTMLTextAreaElement, e: Edit) {
  area.focus();
  area.setSelectionRange(e.from, e.to);
  const typed = area.value.slice(e.from, e.to) === e.text || (typeof document.execCommand === "function" && document.execCommand(e.text === "" ? "delete" : "insertText", false, e.text));
  if (!typed) {
    area.setRangeText(e.text, e.from, e.to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(e.select[0], e.select[1]);
}

const copied = ["direction", "boxSizing", "borderTopWidth", "borderBottomWidth", "borderLeftWidth", "borderRightWidth", "paddingTop", "paddingBottom", "paddingLeft", "paddingRight", "fontFamily", "fontSize", "fontWeight", "letterSpacing", "lineHeight", "textTransform", "wordSpacing", "tabSize"] as const;

/** caretBox is where a place in a field is on screen: a twin of the field, that nobody sees, has the text before it. */
export function caretBox(area: HTMLTextAreaElement, at: number): { left: number; top: number; bottom: number } {
  const field = area.getBoundingClientRect();
  const twin = document.createElement("div");
  const style = getComputedStyle(area);
  for (const key of copied) twin.style[key] = style[key];
  Object.assign(twin.style, { position: "fixed", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word", inlineSize: `${field.width}px`, insetBlockStart: "0", insetInlineStart: "0" });
  twin.textContent = area.value.slice(0, at);
  const end = document.createElement("span");
  end.textContent = area.value.slice(at, at + 1) || "\u200b";
  twin.append(end);
  document.body.append(twin);
  const [box, of] = [end.getBoundingClientRect(), twin.getBoundingClientRect()];
  twin.remove();
  const top = field.top + box.top - of.top - area.scrollTop;
  return { left: field.left + box.left - of.left, top, bottom: top + (box.height || 20) };
}

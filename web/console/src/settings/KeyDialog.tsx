import { useRef, useState, type KeyboardEvent } from "react";
import { usePreferences } from "../app/preferences";
import { sayer, t } from "../i18n/t";
import { clashes, keysIn, labelOf, strokeOf, worksAnywhere, type ShortcutId } from "../keys/registry";
import { Kbd } from "../ui/basics";
import { Dialog } from "../ui/layer";
import en from "./appearance.en.json";
import { given, swapped } from "./newKeys";

const a = sayer(en);

/** Chords that browsers and systems keep to themselves, or that people would miss. */
const kept = ["Mod+t", "Mod+n", "Mod+w", "Mod+q", "Mod+l", "Mod+r", "Mod+c", "Mod+v", "Mod+x", "Mod+p", "Mod+Shift+t", "Mod+Shift+n", "Mod+Shift+w", "Mod+Shift+i", "Mod+Shift+j", "Mod+Tab", "F5", "F11", "F12"];
const SEQUENCE = 1200;

/** KeyDialog takes the next keystrokes as the key of a shortcut, and says whose they were. */
export function KeyDialog({ id, onClose }: { id: ShortcutId; onClose(): void }) {
  const [{ keys }, change] = usePreferences();
  const [chord, setChord] = useState(keysIn(keys, id)[0] ?? "");
  const lastAt = useRef(-Infinity);
  const label = t(labelOf(id));
  const press = (e: KeyboardEvent) => {
    if (e.key === "Tab" || e.key === "Escape") return;
    e.preventDefault();
    e.stopPropagation();
    const stroke = strokeOf({ ...pick(e), defaultPrevented: false, isComposing: e.nativeEvent.isComposing });
    if (stroke === "") return;
    const second = e.timeStamp - lastAt.current < SEQUENCE && chord !== "" && !chord.includes(" ");
    lastAt.current = second ? -Infinity : e.timeStamp;
    setChord(second ? `${chord} ${stroke}` : stroke);
  };
  const wrong = wrongWith(id, chord);
  const others = chord === "" ? [] : clashes(keys, id, chord);
  const swap = others.length === 0 ? null : swapped(keys, id, chord);
  const save = (next: Record<string, string>) => {
    change({ keys: next });
    onClose();
  };
  return (
    <Dialog title={a("capture", { label })} onClose={onClose}>
      <p className="mb-3 text-dense text-fg-2">{a("captureLead")}</p>
      <div role="textbox" aria-label={a("box")} aria-readonly="true" tabIndex={0} data-autofocus className="key-box" onKeyDown={press}>
        {chord === "" ? <span className="text-fg-3">{a("box")}</span> : <Kbd keys={chord} />}
      </div>
      <div aria-live="polite" className="mt-2 min-h-9 text-dense">
        <span className="sr-only">{chord && a("pressed", { key: chord })}</span>
        {wrong ? <p className="text-danger">{wrong}</p> : others.length > 0 && <p className="text-warn">{whose(chord, others, swap ? keysIn(keys, id)[0] : undefined)}</p>}
      </div>
      <div className="mt-2 flex flex-wrap justify-end gap-2">
        <button type="button" className="btn me-auto" onClick={() => save(given(keys, id, ""))}>
          {a("clear")}
        </button>
        <button type="button" className="btn" onClick={onClose}>
          {t("action.cancel")}
        </button>
        {swap && wrong === "" && (
          <button type="button" className="btn btn-primary" onClick={() => save(swap)}>
            {a("swap")}
          </button>
        )}
        <button type="button" className={`btn ${swap ? "" : "btn-primary"}`} disabled={chord === "" || wrong !== ""} onClick={() => save(given(keys, id, chord))}>
          {a(others.length > 0 ? "take" : "use")}
        </button>
      </div>
    </Dialog>
  );
}

/** whose says who has a key, and what becomes of them. */
function whose(chord: string, others: ShortcutId[], former: string | undefined): string {
  const name = t(labelOf(others[0]!));
  if (others.length > 1) return a("takenMany", { key: chord, other: name, count: others.length - 1 });
  return former === undefined ? a("taken", { key: chord, other: name }) : a("takenSwap", { key: chord, other: name, former });
}

function pick({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent) {
  return { key, ctrlKey, metaKey, altKey, shiftKey, target: null, preventDefault: () => {} };
}

function wrongWith(id: ShortcutId, chord: string): string {
  if (kept.includes(chord)) return a("browser", { key: chord });
  if (chord.includes(" ") && chord.includes("Mod+")) return a("sequenceMod");
  return worksAnywhere(id) && chord !== "" && !chord.startsWith("Mod+") ? a("anywhere") : "";
}

import { useCallback, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/http";
import type { MacroRendered, MacroRun } from "../../../../shared/src/wire.gen";
import { useDesk } from "../../app/desk";
import { useToast } from "../../ui/toast";
import { writingOf, type Writing } from "./drafts";
import { apply } from "./field";
import type { Picked, PickerHandle } from "./Picker";
import { placeholders, triggerAt, type Trigger } from "./text";
import type { Kind } from "../drafts";
import { c } from "./words";

/** usePicker opens the list at the caret, and puts what was chosen there. */
export function usePicker(area: RefObject<HTMLTextAreaElement | null>, w: Writing, turn: (k: Kind) => void) {
  const { live } = useDesk();
  const cache = useQueryClient();
  const say = useToast();
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const closed = useRef(-1);
  const list = useRef<PickerHandle>(null);
  const look = useCallback(() => {
    const f = area.current;
    const t = f && f.selectionStart === f.selectionEnd ? triggerAt(f.value, f.selectionStart) : null;
    if (t === null) closed.current = -1;
    setTrigger((was) => (t === null || t.from === closed.current ? null : was && was.from === t.from && was.to === t.to && was.kind === t.kind ? was : t));
  }, [area]);
  const close = useCallback(() => {
    closed.current = trigger?.from ?? -1;
    setTrigger(null);
  }, [trigger]);

  const fill = async (id: string, name: string, t: Trigger) => {
    try {
      const m = await api.post<MacroRendered>(`/macros/${id}/render`, { ticket: w.ticket });
      const field = area.current;
      if (!field) return;
      apply(field, { ...t, text: m.body, select: [t.from + m.body.length, t.from + m.body.length] });
      if (m.body !== "") {
        const open = placeholders(m.body)[0];
        if (open) field.setSelectionRange(t.from + open.from, t.from + open.to);
        if (m.actions.length > 0) w.macro.set({ id, name, actions: m.actions });
        return;
      }
      const ran = await api.post<MacroRun>(`/tickets/${w.ticket}/macro`, { macro: id });
      void cache.invalidateQueries({ queryKey: ["ticket", w.ticket] });
      if (ran.done.length > 0) say(c("ran", { name, done: ran.done.map((a) => a.text).join(", ") }));
      if (ran.failed.length > 0) say(c("ranPart", { name, failed: ran.failed.map((a) => `${a.text} (${a.detail})`).join(", ") }));
    } catch (err) {
      say.wrong(err);
    }
  };
  const pick = (p: Picked) => {
    const field = area.current;
    const t = trigger;
    setTrigger(null);
    if (!field || !t) return;
    const put = (text: string) => apply(field, { ...t, text, select: [t.from + text.length, t.from + text.length] });
    if (p.kind === "emoji") return put(`${p.sign} `);
    if (p.kind === "macro") return void fill(p.macro.id, p.macro.name, t);
    const called = `@${p.called.name} `;
    if (w.kind === "note") {
      w.call(p.called);
      return put(called);
    }
    // What is for colleagues becomes a note, as a whole; a note that was begun goes on with it.
    const note = writingOf(live, w.ticket, "note");
    const text = field.value.slice(0, t.from) + called + field.value.slice(t.to);
    note.call(p.called);
    note.show(note.text.trim() === "" ? text : `${note.body()}\n\n${text}`);
    apply(field, { from: 0, to: field.value.length, text: "", select: [0, 0] });
    turn("note");
  };
  /** open types a sign for whoever pressed its button. */
  const open = (sign: string) => {
    const field = area.current;
    if (!field) return;
    const at = field.selectionStart;
    const lead = at > 0 && !/\s/.test(field.value[at - 1] ?? "") ? " " : "";
    // An emoji list opens on a letter: the commonest is shown first.
    const text = lead + sign + (sign === ":" ? "sm" : "");
    apply(field, { from: at, to: field.selectionEnd, text, select: [at + text.length, at + text.length] });
    look();
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (!trigger || !list.current?.key(e)) return false;
    e.preventDefault();
    e.stopPropagation();
    return true;
  };
  return { trigger, list, look, close, pick, open, onKeyDown };
}

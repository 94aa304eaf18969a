import { useCallback, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/http";
import type { MacroAction, MacroRendered, MacroRun } from "../../../../shared/src/wire.gen";
import type { Agent, Team } from "../../api/types";
import { nameOf, useDesk } from "../../app/desk";
import { useToast } from "../../ui/toast";
import { bare, wordsOf } from "./chosen";
import { writingOf, type Writing } from "./drafts";
import { actionWords } from "./actionWords";
import { apply } from "./field";
import type { Picked, PickerHandle } from "./Picker";
import { askedAt, placeholders, triggerAt, type Trigger } from "./text";
import type { Kind } from "../drafts";
import { c } from "./words";

/** spellOut takes an emoji for its name when that was typed with both colons before the list was there, or pasted. */
async function spellOut(field: HTMLTextAreaElement, to: number) {
  const name = /(?:^|[\s(]):([a-z][a-z0-9_+-]{1,23}):$/iu.exec(field.value.slice(Math.max(0, to - 30), to))?.[1];
  if (name === undefined) return;
  const sign = (await import("./find")).called(name);
  const from = to - name.length - 2;
  if (sign === undefined || field.value.slice(from, to) !== `:${name}:`) return;
  const caret = field.selectionStart + sign.length + 1 - (to - from);
  apply(field, { from, to, text: `${sign} `, select: [caret, caret] });
}

/** usePicker opens the list at the caret, and puts what was chosen there. */
export function usePicker(area: RefObject<HTMLTextAreaElement | null>, w: Writing, turn: (k: Kind) => void) {
  const { live, me } = useDesk();
  const cache = useQueryClient();
  const say = useToast();
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const closed = useRef(-1);
  const list = useRef<PickerHandle>(null);
  /** Where a button or key put a sign for somebody who has not typed one. */
  const signed = useRef<{ from: number; sign: string } | null>(null);
  const look = useCallback(() => {
    const f = area.current;
    const at = f && f.selectionStart === f.selectionEnd ? f.selectionStart : -1;
    const asked = f && signed.current ? askedAt(f.value, at, signed.current.from) : null;
    if (!asked) signed.current = null;
    const t = asked ?? (f && at >= 0 ? triggerAt(f.value, at) : null);
    if (t === null) closed.current = -1;
    if (f && t === null && at >= 0) void spellOut(f, at);
    setTrigger((was) => (t === null || t.from === closed.current ? null : was && was.from === t.from && was.to === t.to && was.kind === t.kind ? was : t));
  }, [area]);
  const close = useCallback(() => {
    closed.current = trigger?.from ?? -1;
    setTrigger(null);
    // A sign that nobody typed and nothing follows goes with its list.
    const [f, s] = [area.current, signed.current];
    signed.current = null;
    if (!f || !s || trigger?.query !== "" || f.value[s.from] !== s.sign) return;
    f.setRangeText("", s.from, s.from + 1, "end");
    f.dispatchEvent(new Event("input", { bubbles: true }));
  }, [area, trigger]);

  /** What was done, in words; names are those that were read before: agents come and go too often to follow them here. */
  const words = (a: MacroAction) =>
    actionWords(a, { me: me.agent.id, agent: (id) => nameOf(cache.getQueryData<Agent[]>(["agents"]), id), team: (id) => nameOf(cache.getQueryData<Team[]>(["teams"]), id) });
  const fill = async (id: string, name: string, t: Trigger) => {
    try {
      const m = await api.post<MacroRendered>(`/macros/${id}/render`, { ticket: w.ticket });
      const field = area.current;
      if (!field) return;
      apply(field, { ...t, text: m.body, select: [t.from + m.body.length, t.from + m.body.length] });
      if (m.body !== "") {
        const open = placeholders(m.body)[0];
        if (open) field.setSelectionRange(t.from + open.from, t.from + open.to);
        if (m.actions.length > 0) w.choose({ id, name, actions: m.actions.map(bare), words: wordsOf(m.body) });
        return;
      }
      const ran = await api.post<MacroRun>(`/tickets/${w.ticket}/macro`, { macro: id });
      void cache.invalidateQueries({ queryKey: ["ticket", w.ticket] });
      if (ran.done.length > 0) say(c("ran", { name, done: ran.done.map(words).join(", ") }));
      if (ran.failed.length > 0) say(c("ranPart", { name, failed: ran.failed.map((a) => `${words(a)} (${a.detail})`).join(", ") }));
    } catch (err) {
      say.wrong(err);
    }
  };
  const pick = (p: Picked) => {
    const field = area.current;
    const t = trigger;
    setTrigger(null);
    signed.current = null;
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
    const text = lead + sign;
    apply(field, { from: at, to: field.selectionEnd, text, select: [at + text.length, at + text.length] });
    signed.current = { from: at + lead.length, sign };
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

import { useEffect, useRef, useState } from "react";
import { useDesk } from "../app/desk";
import { useToast } from "../ui/toast";
import en from "./forms.en.json";
import { sayer } from "../i18n/t";

export const f = sayer(en);

const PREFIX = "heard:unsaved:";

/** kept reads what was typed here before and not saved; null when there is nothing, or the browser keeps nothing. */
export function kept<T>(key: string): T | null {
  if (key === "") return null;
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key) ?? "null") as T | null;
  } catch {
    return null;
  }
}

/** keep holds what is not saved for as long as the window is open; null lets go of it. */
export function keep(key: string, value: unknown) {
  if (key === "") return;
  try {
    if (value === null) sessionStorage.removeItem(PREFIX + key);
    else sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // private windows may keep nothing: the question before the window closes is left
  }
}

/** Unsaved is what a form knows about changes that nobody saved. */
export interface Unsaved {
  changed: boolean;
  /** They were typed before, and came back. */
  restored: boolean;
  discard(): void;
  saved(): void;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * useForm holds the edited copy of something. With a name, changes that are not saved outlive every way of leaving the
 * page, and are there when one comes back: a question at each way out would be one more thing in the way.
 */
export function useForm<T extends object>(initial: T, name = "") {
  const { me } = useDesk();
  const key = name && `${me.agent.id}:${name}`;
  const [base, setBase] = useState(initial);
  const [restored, setRestored] = useState(() => kept(key) !== null);
  const [value, setValue] = useState<T>(() => ({ ...initial, ...kept<T>(key) }));
  const set = <K extends keyof T>(k: K, v: T[K]) => setValue((was) => ({ ...was, [k]: v }));
  const changed = key !== "" && !same(value, base);
  const left = useLeaving(changed);
  useEffect(() => keep(key, changed ? value : null), [key, changed, value]);
  const unsaved: Unsaved = {
    changed,
    restored: restored && changed,
    discard() {
      setRestored(false);
      setValue(base);
    },
    saved() {
      left.current = false;
      keep(key, null);
      setRestored(false);
      setBase(value);
    },
  };
  return { value, set, setValue, unsaved };
}

/** useLeaving says, when the page is left, that changes wait here; when the window is to close, the browser asks. */
function useLeaving(changed: boolean) {
  const say = useToast();
  const waits = useRef(changed);
  waits.current = changed;
  useEffect(() => {
    if (!changed) return;
    // What has just been saved asks nothing, also before this effect is undone.
    const ask = (e: BeforeUnloadEvent) => waits.current && e.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [changed]);
  useEffect(
    () => () => {
      if (waits.current) say(f("left"));
    },
    [say],
  );
  return waits;
}

import type { MacroAction } from "../../../../shared/src/wire.gen";

/** What follows a message: the actions of a macro that its writer has kept. */
export interface Chosen {
  id: string;
  /** What the macro is called; "" where only its id is known. */
  name: string;
  actions: MacroAction[];
  /** Words by which the text that brought the actions is known again. */
  words: string[];
}

const word = /[\p{L}\p{N}]{3,}/gu;

/** wordsOf are the words of a text, each once. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.replace(/\{\{[^{}\n]*\}\}/g, " ").toLowerCase().match(word) ?? [])];
}

/** holds says whether at least a share of what brought the actions is still in a text. */
export function holds(c: Chosen, text: string, share: number): boolean {
  if (text.trim() === "") return false;
  const there = new Set(wordsOf(text));
  return c.words.filter((w) => there.has(w)).length >= c.words.length * share;
}

/** Of these a ticket has one: the newer counts. Who owns it is an agent's or a team's matter. */
const only = (a: MacroAction) => (a.kind === "assign" || a.kind === "team" ? "owner" : a.kind);

const MOST = 8;

/** join adds the actions of another macro to what was chosen before. */
export function join(was: Chosen | null, now: Chosen): Chosen {
  if (!was) return now;
  const tags = was.actions.filter((a) => a.kind === "tag");
  const known = new Set(now.actions.map(only));
  const kept = was.actions.filter((a) => a.kind === "tag" || !known.has(only(a)));
  const fresh = now.actions.filter((a) => !tags.some((b) => sameAction(a, b)));
  return { ...now, actions: [...kept, ...fresh].slice(0, MOST), words: [...new Set([...was.words, ...now.words])] };
}

const order = (a: MacroAction) => JSON.stringify([a.kind, a.status, a.agent, a.team, a.priority, a.add ?? [], a.remove ?? [], a.for_s]);
const sameAction = (a: MacroAction, b: MacroAction) => order(a) === order(b);

/** alike says whether two lists of actions do the same. */
export function alike(a: readonly MacroAction[], b: readonly MacroAction[]): boolean {
  return a.length === b.length && a.every((x, i) => sameAction(x, b[i] as MacroAction));
}

/** bare is an action as it is sent: without its words. */
export function bare({ kind, status, agent, team, priority, add, remove, for_s }: MacroAction): MacroAction {
  return {
    kind,
    ...(status ? { status } : {}),
    ...(agent ? { agent } : {}),
    ...(team ? { team } : {}),
    ...(priority ? { priority } : {}),
    ...(add?.length ? { add } : {}),
    ...(remove?.length ? { remove } : {}),
    ...(for_s ? { for_s } : {}),
  };
}

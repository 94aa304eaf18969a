import { sayer } from "../i18n/t";
import en from "./reasons.en.json";

/** why says one string about decisions: they are read where tickets are, and where surveys are set up. */
export const why = sayer(en);
type Key = keyof typeof en;

const has = (key: string): key is Key => key in en;

/** reason is why somebody was asked, or not; a word that is newer than this page stands for itself. */
export function reason(word: string): string {
  return has(word) ? why(word) : word.replaceAll("_", " ");
}

/** takenBack is why a survey was withdrawn. */
export function takenBack(word: string): string {
  const key = `back.${word}`;
  return has(key) ? why(key) : why("back");
}

export function kindOf(kind: string): string {
  const key = `kind.${kind}`;
  return has(key) ? why(key) : kind.toUpperCase();
}

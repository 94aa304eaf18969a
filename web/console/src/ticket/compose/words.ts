import { sayer, word } from "../../i18n/t";
import en from "./compose.en.json";

/** c says the words of the composer. */
export const c = sayer(en);

/** reason says why the server did not send something, or did not do what was to follow. */
export function reason(code: string): string {
  return (en as Record<string, string>)[`refused.${code}`] ?? word(`refused.${code}`, en["refused.other"]);
}

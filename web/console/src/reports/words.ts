import { sayer } from "../i18n/t";
import en from "./words.en.json";

/** r says one string of the reports. Their words are a file of their own that loads with them. */
export const r = sayer(en);

/** words are the same, for keys that come from the server. */
export const words: Record<string, string> = en;

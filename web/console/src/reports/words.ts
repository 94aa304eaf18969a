import { sayer } from "../i18n/t";
import en from "./words.en.json";

/** r says one string of the reports. Their words are a file of their own that loads with them. */
export const r = sayer(en);

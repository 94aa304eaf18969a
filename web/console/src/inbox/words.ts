import { sayer } from "../i18n/t";
import en from "./inbox.en.json";

/** w says the words of the list that it needs from the first moment on. */
export const w = sayer(en);

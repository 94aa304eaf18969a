import { sayer } from "../../i18n/t";
import en from "./handoff.en.json";

/** o says what only handing over says. */
export const o = sayer(en);

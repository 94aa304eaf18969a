import { sayer } from "../i18n/t";
import en from "./words.en.json";

/** s says one string of the surveys' screens, which load when somebody opens them. */
export const s = sayer(en);
export type SurveyKey = keyof typeof en;

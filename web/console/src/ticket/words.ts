import { speaker } from "../i18n/t";
import en from "./words.en.json";

/** t says the words of the first screen and those that only tickets need. */
export const { t, word } = speaker(en);

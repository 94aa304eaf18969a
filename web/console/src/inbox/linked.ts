import { speaker } from "../i18n/t";
import en from "./linked.en.json";

/** t says the words of the first screen and those of lists that a link opened. */
export const { t, word } = speaker(en);

import { sayer } from "../../i18n/t";
import en from "./compose.en.json";

/** c says the words of the composer. */
export const c = sayer(en);

import { sayer } from "../../i18n/t";
import en from "./thread.en.json";

/** w says what only the conversation says. */
export const w = sayer(en);

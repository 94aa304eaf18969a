import { sayer } from "../../i18n/t";
import en from "./head.en.json";

/** h says what only the head of a ticket says. */
export const h = sayer(en);

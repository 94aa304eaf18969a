import { sayer } from "../../i18n/t";
import en from "./side.en.json";

/** s says what only the pane beside a ticket says. */
export const s = sayer(en);

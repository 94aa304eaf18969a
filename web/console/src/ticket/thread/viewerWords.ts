import { sayer } from "../../i18n/t";
import en from "./viewer.en.json";

/** v says what only the picture viewer says; it comes with the viewer. */
export const v = sayer(en);

import { sayer } from "../i18n/t";
import en from "./later.en.json";
import "./later.css";

/** later says the words of what opens above the list: search, bulk acts, saved views. */
export const later = sayer(en);

import { sayer } from "../i18n/t";
import en from "./customers.en.json";
import "./customers.css";

/** c says the words of the customers region. */
export const c = sayer(en);

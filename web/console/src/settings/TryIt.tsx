import { sayer } from "../i18n/t";
import en from "./playground.en.json";

const p = sayer(en);

/** TryIt leads to the playground, where the widget stands on a page with the settings of one's choice. */
export function TryIt({ inbox }: { inbox: string }) {
  return (
    <a className="link w-fit text-dense" href={`/widget/playground?inbox=${encodeURIComponent(inbox)}`} target="_blank" rel="noreferrer">
      {p("try")}
    </a>
  );
}

import { Info } from "lucide-react";
import { sayer } from "../i18n/t";
import en from "./help.en.json";
import type { Section } from "./sections";

const h = sayer(en);

/** Help says what a page of settings is for: beside it where there is room, else below. */
export function Help({ section }: { section: Section }) {
  return (
    <aside className="settings-help" aria-label={h("about")}>
      <h3>
        <Info size={14} aria-hidden="true" />
        {h("about")}
      </h3>
      {h(section)
        .split("|")
        .map((line) => (
          <p key={line}>{line}</p>
        ))}
    </aside>
  );
}

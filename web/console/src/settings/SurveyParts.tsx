import { Link } from "wouter";
import { s } from "../surveys/words";
import { cx } from "../ui/basics";

const parts = ["surveys", "budget", "decisions"] as const;
export type SurveyPart = (typeof parts)[number];

/** SurveyNav goes between the surveys, how often one may be asked, and what was decided. */
export function SurveyNav({ here }: { here: SurveyPart }) {
  return (
    <nav className="subnav" aria-label={s("nav")}>
      {parts.map((p) => (
        <Link key={p} href={p === "surveys" ? "/settings/surveys" : `/settings/surveys/${p}`} className={cx("subnav-link", p === here && "subnav-here")} aria-current={p === here ? "page" : undefined}>
          {s(`nav.${p}`)}
        </Link>
      ))}
    </nav>
  );
}

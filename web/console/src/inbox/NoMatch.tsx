import { Link } from "wouter";
import { t } from "../i18n/t";
import { EmptyState } from "../ui/basics";
import { later } from "./later";
import { withParam, type Source } from "./source";
import { parseTerms, withoutTerm } from "./terms";

const MOST = 4;

/** NoMatch says what to try when a search finds nothing: the same with one condition less, or in all tickets. */
export default function NoMatch({ source }: { source: Source }) {
  const terms = parseTerms(source.q);
  const quoted = terms.some((x) => x.key === "" && x.text.includes('"'));
  const tries = terms.length < 2 ? [] : terms.slice(0, MOST).map((x) => ({ name: later("empty.without", { term: x.text }), q: withoutTerm(source.q, x) }));
  if (quoted) tries.unshift({ name: later("empty.unquoted"), q: source.q.replaceAll('"', "") });
  const narrow = source.view !== "all" || source.status !== source.usual;
  return (
    <EmptyState title={t("list.noMatch", { q: source.q })}>
      {(narrow || tries.length > 0) && (
        <ul className="grid gap-1" aria-label={later("empty.try")}>
          {narrow && (
            <li>
              <Link href={`/inbox/all?q=${encodeURIComponent(source.q)}`} className="btn btn-ghost text-accent-fg">
                {later("empty.everywhere")}
              </Link>
            </li>
          )}
          {tries.map((x) => (
            <li key={x.name}>
              <Link href={withParam(source, "q", x.q)} className="btn btn-ghost max-w-full text-accent-fg">
                <span className="truncate" dir="auto">
                  {x.name}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <p className="max-w-[44ch] text-dense text-fg-3">{later("empty.hint")}</p>
      <Link href={withParam(source, "q", "")} className="btn">
        {t("list.clearSearch")}
      </Link>
    </EmptyState>
  );
}

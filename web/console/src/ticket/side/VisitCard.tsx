import { useState } from "react";
import type { TicketDetail } from "../../api/types";
import { locale } from "../../i18n/t";
import { t } from "../words";
import { timeOfDay } from "../../i18n/time";
import { Section } from "./Section";

const SHOWN = 5;

/** VisitCard is what the site tells of the visit, where the site has the customer's consent. */
export function VisitCard({ ticket }: { ticket: TicketDetail }) {
  const [all, setAll] = useState(false);
  const visit = ticket.visit;
  if (!visit) return null;
  const pages = [...(visit.pages ?? [])].sort((a, b) => (a.at < b.at ? 1 : -1));
  return (
    <Section id="visit" title={t("side.visit")}>
      <dl className="facts">
        <Fact name={t("visit.page")} url={visit.page} />
        <Fact name={t("visit.referrer")} url={visit.referrer} />
        {visit.language && (
          <div>
            <dt>{t("visit.language")}</dt>
            <dd>{languageName(visit.language)}</dd>
          </div>
        )}
      </dl>
      {pages.length > 0 && (
        <>
          <h3 className="side-title mt-3">{t("visit.pages")}</h3>
          <ol className="grid gap-1">
            {pages.slice(0, all ? undefined : SHOWN).map((p, i) => (
              <li key={i} className="flex items-baseline gap-2 text-dense">
                <span className="min-w-0 flex-1 truncate">
                  <Address url={p.url} text={p.title || pathOf(p.url)} />
                </span>
                <time className="text-meta text-fg-3" dateTime={p.at}>
                  {timeOfDay(p.at)}
                </time>
              </li>
            ))}
          </ol>
          {!all && pages.length > SHOWN && (
            <button type="button" className="link text-dense" onClick={() => setAll(true)}>
              {t("side.showAll", { n: pages.length })}
            </button>
          )}
        </>
      )}
    </Section>
  );
}

function Fact({ name, url }: { name: string; url: string | undefined }) {
  if (!url) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Address url={url} text={pathOf(url)} />
      </dd>
    </div>
  );
}

/** Address is a link only where it leads to a web page: a visitor's browser said it, and browsers can be made to lie. */
function Address({ url, text }: { url: string; text: string }) {
  return /^https?:\/\//i.test(url) ? (
    <a href={url} className="link" target="_blank" rel="noopener noreferrer nofollow" title={url} dir="auto">
      {text}
    </a>
  ) : (
    <span dir="auto">{text}</span>
  );
}

/** pathOf is an address without what all pages of a site share. */
export function pathOf(url: string): string {
  try {
    const u = new URL(url);
    return u.pathname === "/" ? u.host : u.pathname + u.search;
  } catch {
    return url;
  }
}

function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(locale(), { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

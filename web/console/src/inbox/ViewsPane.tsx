import { ChevronRight, PanelLeftClose } from "lucide-react";
import { lazy, memo, Suspense, useState, type KeyboardEvent, type ReactNode } from "react";
import { Link } from "wouter";
import { usePreferences } from "../app/preferences";
import { soon } from "../app/soon";
import { recall, remember } from "../app/storage";
import { t } from "../i18n/t";
import { cx } from "../ui/basics";
import type { Source } from "./source";
import { countText, useViews, type ViewEntry } from "./views";
import { w } from "./words";

const SavedViews = lazy(soon(() => import("./SavedViews")));

/** ViewsPane is the way to every list: built-in, of teams, and saved. */
export const ViewsPane = memo(function ViewsPane({ source }: { source: Source }) {
  const views = useViews();
  const [{ views_collapsed }, change] = usePreferences();
  if (views_collapsed) return null;
  const here = (view: string) => !source.linked && source.view === view;
  return (
    <nav className="pane-views scroll" aria-label={t("view.views")} onKeyDown={walk}>
      <div className="views-top">
        <h2 className="text-lead font-semibold">{t("nav.inbox")}</h2>
        <button type="button" className="btn btn-ghost btn-icon btn-dense" aria-label={w("views.hide")} data-tip={w("views.hide")} onClick={() => change({ views_collapsed: true })}>
          <PanelLeftClose className="rtl:-scale-x-100" aria-hidden="true" />
        </button>
      </div>
      <ul className="grid gap-px">
        {views.own.map((v) => (
          <li key={v.view}>
            <ViewLink entry={v} here={here(v.view)} />
          </li>
        ))}
      </ul>
      {views.teams.length > 0 && (
        <Section id="teams" name={t("view.teams")}>
          {views.teams.map((v) => (
            <li key={v.view}>
              <ViewLink entry={v} here={here(v.view)} />
            </li>
          ))}
        </Section>
      )}
      <Suspense>
        <SavedViews source={source} entries={views.saved} />
      </Suspense>
    </nav>
  );
});

export function ViewLink({ entry, here }: { entry: ViewEntry; here: boolean }) {
  return (
    <Link href={`/inbox/${entry.view}`} className={cx("view-item", here && "view-here")} aria-current={here ? "page" : undefined} draggable={false}>
      <span className="min-w-0 flex-1 truncate" dir="auto">
        {entry.name}
      </span>
      {entry.count !== undefined && entry.count > 0 && <span className="view-count">{countText(entry.count, entry.more)}</span>}
    </Link>
  );
}

/** Section is a group of views that folds up, and stays so on this device. */
export function Section({ id, name, beside, children }: { id: string; name: string; beside?: ReactNode; children: ReactNode }) {
  const [open, setOpen] = useState(() => recall(`views.${id}`) !== "closed");
  const toggle = () => {
    remember(`views.${id}`, open ? "closed" : null);
    setOpen(!open);
  };
  return (
    <section className="view-section" data-views={id}>
      <div className="view-head">
        <h3 className="min-w-0 flex-1">
          <button type="button" className="view-fold" aria-expanded={open} onClick={toggle}>
            <ChevronRight size={12} className={cx("rtl:-scale-x-100", open && "rotate-90 rtl:-rotate-90")} aria-hidden="true" />
            {name}
          </button>
        </h3>
        {beside}
      </div>
      {open && <ul className="grid gap-px">{children}</ul>}
    </section>
  );
}

/** walk takes the arrows from one view to the next. */
function walk(e: KeyboardEvent<HTMLElement>) {
  const by = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
  if (by === 0 || e.altKey || e.ctrlKey || e.metaKey) return;
  const all = [...e.currentTarget.querySelectorAll<HTMLElement>(".view-item, .view-fold")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  e.preventDefault();
  all[at + by]?.focus();
}

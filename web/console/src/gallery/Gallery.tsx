import { useEffect, useLayoutEffect, useMemo, type ReactNode } from "react";
import { useLocation, useSearch } from "wouter";
import { useMay } from "../app/desk";
import { sayer } from "../i18n/t";
import { EmptyState, Segmented } from "../ui/basics";
import { Buttons, Choosing, Fields, Layers, Marks, People, States, Tokens } from "./Basics";
import { Charts, Figures, Tables } from "./Reports";
import { Rows, Thread } from "./Tickets";
import { Composing, Customers, Lists, Pickers } from "./Work";
import en from "./words.en.json";
import "../issues/issues.css";
import "../reports/reports.css";
import "../settings/settings.css";
import "./gallery.css";

const g = sayer(en);

const parts = {
  tokens: Tokens,
  buttons: Buttons,
  fields: Fields,
  choices: Choosing,
  layers: Layers,
  marks: Marks,
  people: People,
  states: States,
  rows: Rows,
  lists: Lists,
  customers: Customers,
  thread: Thread,
  composing: Composing,
  pickers: Pickers,
  figures: Figures,
  charts: Charts,
  tables: Tables,
} satisfies Record<string, () => ReactNode>;

const names = Object.keys(parts) as (keyof typeof parts)[];

const switches = {
  theme: ["system", "light", "dark"],
  dir: ["ltr", "rtl"],
  density: ["comfortable", "compact"],
} as const;

/** Gallery shows every component in every state on one page, for screenshots, for axe and for whoever changes one. */
export default function Gallery() {
  const may = useMay();
  const look = useLook();
  useEffect(() => {
    document.title = `${g("title")} · Heard`;
  }, []);
  if (!may.settings && !import.meta.env.DEV) return <EmptyState title={g("only")} />;
  return (
    <div className="page scroll gallery" data-gallery="">
      <header className="gallery-head">
        <h1 className="text-page font-semibold">{g("title")}</h1>
        <p className="text-fg-2">{g("lead")}</p>
        <div className="gallery-switches">
          <Segmented label={g("theme")} value={look.theme} options={switches.theme.map((value) => ({ value, label: g(`theme.${value}`) }))} onChange={(v) => look.set("theme", v)} />
          <Segmented label={g("dir")} value={look.dir} options={switches.dir.map((value) => ({ value, label: g(`dir.${value}`) }))} onChange={(v) => look.set("dir", v)} />
          <Segmented label={g("density")} value={look.density} options={switches.density.map((value) => ({ value, label: g(`density.${value}`) }))} onChange={(v) => look.set("density", v)} />
        </div>
        <p className="text-meta text-fg-3">{g("forced")}</p>
        <nav aria-label={g("parts")} className="gallery-parts">
          {names.map((name) => (
            <a key={name} href={`#${name}`} className="link">
              {g(`part.${name}`)}
            </a>
          ))}
        </nav>
      </header>
      {names.map((name) => {
        const Part = parts[name];
        return (
          <section key={name} id={name} className="gallery-part" aria-labelledby={`${name}-title`}>
            <h2 id={`${name}-title`} className="text-title font-semibold">
              {g(`part.${name}`)}
            </h2>
            <Part />
          </section>
        );
      })}
    </div>
  );
}

/** useLook lives in the address, so that a screenshot needs no clicks; what held before comes back when one leaves. */
function useLook() {
  const search = useSearch();
  const [path, go] = useLocation();
  const params = useMemo(() => new URLSearchParams(search), [search]);
  const one = <K extends keyof typeof switches>(key: K): (typeof switches)[K][number] => {
    const all: readonly string[] = switches[key];
    return (all.includes(params.get(key) ?? "") ? params.get(key) : all[0]) as (typeof switches)[K][number];
  };
  const look = { theme: one("theme"), dir: one("dir"), density: one("density") };
  const asked = params.has("theme") || params.has("density");
  useLayoutEffect(() => {
    const root = document.documentElement;
    const before = { theme: root.dataset.theme, density: root.dataset.density, dir: root.dir };
    if (asked) {
      put(root, "theme", look.theme === "system" ? undefined : look.theme);
      put(root, "density", look.density === "compact" ? look.density : undefined);
    }
    root.dir = look.dir;
    return () => {
      put(root, "theme", before.theme);
      put(root, "density", before.density);
      root.dir = before.dir;
    };
  }, [asked, look.theme, look.density, look.dir]);
  const set = (key: keyof typeof switches, value: string) => {
    params.set(key, value);
    go(`${path}?${params.toString()}`, { replace: true });
  };
  return { ...look, set };
}

function put(root: HTMLElement, name: "theme" | "density", value: string | undefined) {
  if (value === undefined) delete root.dataset[name];
  else root.dataset[name] = value;
}


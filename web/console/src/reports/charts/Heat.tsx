import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { cx } from "../../ui/basics";
import { short, value } from "../format";
import type { Panel } from "../types";
import { r } from "../words";
import { useRove } from "./Plot";
import { heatStep } from "./scales";

interface Spot {
  value: number | null;
  href: string;
}

/** Heat is a table of days and hours whose cells have a number and a colour: the number is the figure, the colour finds it. */
export function Heat({ panel, name }: { panel: Panel; name: string }) {
  const ref = useRef<HTMLTableElement>(null);
  const narrow = useNarrow();
  const { rows, columns, spots, unit } = turned(gridOf(panel), narrow);
  const stop = useRove(ref, rows.length * columns.length, columns.length);
  const max = Math.max(0, ...spots.flatMap((line) => line.map((s) => s?.value ?? 0)));
  return (
    <div className="heat-scroll">
      <table ref={ref} className={cx("heat", columns.length > 12 && "heat-wide")} onKeyDown={stop.onKeyDown}>
        <caption className="sr-only">{name}</caption>
        <thead>
          <tr>
            <td />
            {columns.map((c) => (
              <th key={c} scope="col">
                {narrow && c.length > SHORT ? <Shortened name={c} /> : c}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, y) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.map((c, x) => {
                const spot = spots[y]?.[x];
                const i = y * columns.length + x;
                const props = {
                  className: cx("place", `heat-${heatStep(spot?.value ?? 0, max)}`),
                  tabIndex: i === stop.at ? 0 : -1,
                  onFocus: () => stop.set(i),
                  "aria-label": r("heat.cell", { day: row, hour: c, value: value(unit, spot?.value ?? 0) }),
                };
                const text = spot?.value ? short(unit, spot.value) : "·";
                return <td key={c}>{spot?.href ? <Link href={spot.href} {...props}>{text}</Link> : <span role="img" {...props}>{text}</span>}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** So many letters of a day stand above a narrow column. */
const SHORT = 3;

function Shortened({ name }: { name: string }) {
  return (
    <>
      <span aria-hidden="true">{name.slice(0, SHORT)}</span>
      <span className="sr-only">{name}</span>
    </>
  );
}

const NARROW = "(max-width: 47.5rem)";

/** useNarrow is true where a day has no room for its hours side by side: then they stand below each other. */
function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const list = matchMedia(NARROW);
    const changed = () => setNarrow(list.matches);
    list.addEventListener("change", changed);
    return () => list.removeEventListener("change", changed);
  }, []);
  return narrow;
}

type Grid = ReturnType<typeof gridOf>;

function turned(g: Grid, turn: boolean): Grid {
  if (!turn || g.columns.length <= g.rows.length) return g;
  return { ...g, rows: g.columns, columns: g.rows, spots: g.columns.map((_, x) => g.spots.map((line) => line[x])) };
}

/** gridOf reads either a row for each day with a column for each hour, or a row for each pair of them. */
function gridOf(panel: Panel): { rows: string[]; columns: string[]; spots: (Spot | undefined)[][]; unit: string } {
  const role = (name: string) => panel.columns.findIndex((c) => c.role === name);
  const [x, group, y] = [role("x"), role("group"), role("y")];
  const unit = panel.columns[y]?.unit || panel.unit;
  const number = (v: unknown) => (typeof v === "number" ? v : null);
  if (x >= 0 && group >= 0) {
    const columns = [...new Set(panel.rows.map((row) => String(row.cells[x])))];
    const rows = [...new Set(panel.rows.map((row) => String(row.cells[group])))];
    const found = new Map(panel.rows.map((row) => [`${row.cells[group]}\n${row.cells[x]}`, { value: number(row.cells[y]), href: row.href }]));
    return { rows, columns, spots: rows.map((a) => columns.map((b) => found.get(`${a}\n${b}`))), unit };
  }
  const at = panel.columns.flatMap((c, i) => (c.role === "y" ? [i] : []));
  return {
    rows: panel.rows.map((row) => String(row.cells[Math.max(0, x)])),
    columns: at.map((i) => panel.columns[i]!.label),
    spots: panel.rows.map((row) => at.map((i) => ({ value: number(row.cells[i]), href: number(row.cells[i]) ? hrefOf(row.href, panel.columns[i]!.key) : "" }))),
    unit,
  };
}

/** hrefOf is the link of one hour of a day: the row's link asks for the day (w1), its cells for an hour of it (w1h9). */
function hrefOf(row: string, hour: string): string {
  return row.replace(/(bucket=w\d)(?=&|$)/, `$1h${hour}`);
}

import { place, word } from "../format";
import type { Cell, Panel } from "../types";

/** One thing that is drawn over the places of an axis. */
export interface Series {
  key: string;
  label: string;
  unit: string;
  values: (number | null)[];
  low: (number | null)[] | undefined;
  high: (number | null)[] | undefined;
  n: (number | null)[] | undefined;
  /** What else is known of each place. */
  more: { label: string; unit: string; values: (number | null)[] }[];
  /** Among bars: a line. */
  line: boolean;
  /** Where its tickets are, for each place that has some of its own. */
  hrefs: string[];
}

/** What a chart draws: the rows of a panel, turned on their side. */
export interface Frame {
  /** The places of the axis as the server names them, and as people read them. */
  keys: string[];
  places: string[];
  /** Where the tickets of a place are. */
  hrefs: string[];
  series: Series[];
}

const numeric = (v: Cell | undefined): number | null => (typeof v === "number" && Number.isFinite(v) ? v : null);

/** frameOf reads a panel: its first x column names the places, every y column is a series, and a group column splits them. */
export function frameOf(panel: Panel): Frame {
  const at = (role: string) => panel.columns.findIndex((c) => c.role === role);
  const x = Math.max(0, at("x"));
  const group = at("group");
  return group >= 0 && at("x") >= 0 ? grouped(panel, x, group) : wide(panel, x);
}

function wide(panel: Panel, x: number): Frame {
  const { columns, rows } = panel;
  const series: Series[] = [];
  columns.forEach((c, i) => {
    const values = () => rows.map((row) => numeric(row.cells[i]));
    const last = series[series.length - 1];
    if (c.role === "y" || c.role === "line") series.push({ key: c.key, label: c.label, unit: c.unit || panel.unit, values: values(), low: undefined, high: undefined, n: undefined, more: [], line: c.role === "line", hrefs: rows.map((row) => row.hrefs?.[i] ?? "") });
    else if (last && c.role === "n" && c.unit !== "" && c.unit !== "count") last.more.push({ label: c.label, unit: c.unit, values: values() });
    else if (last && (c.role === "low" || c.role === "high" || c.role === "n")) last[c.role] ??= values();
  });
  return { keys: rows.map((row) => String(row.cells[x] ?? "")), places: rows.map((row) => (columns[x]?.key === "reason" && typeof row.cells[x] === "string" ? word(row.cells[x]) : place(row.cells[x]))), hrefs: rows.map((row) => row.href), series };
}

/** grouped is for tables with a row for every place and group. */
function grouped(panel: Panel, x: number, group: number): Frame {
  const { columns, rows } = panel;
  const role = (name: string) => columns.findIndex((c) => c.role === name);
  const y = role("y");
  const keys = [...new Set(rows.map((row) => String(row.cells[x] ?? "")))];
  const groups = [...new Set(rows.map((row) => String(row.cells[group] ?? "")))];
  const found = new Map(rows.map((row) => [`${row.cells[x]}\n${row.cells[group]}`, row]));
  const column = (name: string, g: string): (number | null)[] | undefined => {
    const i = role(name);
    return i < 0 ? undefined : keys.map((k) => numeric(found.get(`${k}\n${g}`)?.cells[i]));
  };
  const series = groups.map((g) => ({ key: g, label: g, unit: columns[y]?.unit || panel.unit, values: column("y", g) ?? [], low: column("low", g), high: column("high", g), n: column("n", g), more: [], line: false, hrefs: keys.map((k) => found.get(`${k}\n${g}`)?.hrefs?.[y] ?? "") }));
  const first = (k: string) => rows.find((row) => String(row.cells[x] ?? "") === k);
  return { keys, places: keys.map((k) => place(first(k)?.cells[x])), hrefs: keys.map((k) => first(k)?.href ?? ""), series };
}

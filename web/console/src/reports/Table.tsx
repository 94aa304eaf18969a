import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { cx } from "../ui/basics";
import { Spark } from "./charts/Spark";
import { cell, isWork, range, signed, unitOf, value, word } from "./format";
import type { Cell, Column, Panel, Row } from "./types";
import { r } from "./words";

const SHOWN = 12;
const SHOWN_HALF = 6;
const LEAST = 3;
/** So many more are shown too: a button for one row is more than the row. */
const SLACK = 2;
const MORE = 100;
const FEW = 20;

interface Shown {
  column: Column;
  at: number;
  low: number;
  high: number;
  n: number;
  /** The column of words that belong to the value: how its change is judged, or the scale of a score. */
  words: number;
  nInside: boolean;
  unit: string;
  max: number;
}

/** Columns of words that the API has a list of; all others hold what people wrote. */
const worded = new Set(["channel", "touchpoint", "group", "by", "kind", "status", "verdict", "reason", "availability"]);

/** Table is the rows of a panel: every chart has it, and what is best read as a table has nothing else. */
export function Table({ panel, bars, wide }: { panel: Panel; bars: boolean; wide: boolean }) {
  const shown = useMemo(() => shownOf(panel), [panel]);
  const [sort, setSort] = useState<{ at: number; down: boolean } | null>(null);
  const [most, setMost] = useState(() => firstRows(panel, shown, wide));
  const rows = useMemo(() => (sort ? sorted(panel.rows, sort.at, sort.down) : panel.rows), [panel.rows, sort]);
  const long = panel.columns[0]?.role === "x" && panel.rows.some((row) => String(row.cells[0] ?? "").length > 32);
  const head = shown.find((s) => s.column.role === "x" || s.column.role === "group")?.at ?? shown[0]?.at ?? 0;
  return (
    <div className="table-scroll" role="group" tabIndex={0} aria-label={r("table.region", { title: panel.title })}>
      <table className={cx("table report-table", long && "report-table-long", shown.length > 7 && "report-table-tight")}>
        <caption className="sr-only">{panel.title}</caption>
        <thead>
          <tr>
            {shown.map((s) => (
              <Head key={s.at} shown={s} meaning={panel.definitions?.[s.column.key] ?? ""} sort={sort?.at === s.at ? (sort.down ? "descending" : "ascending") : undefined} onSort={() => setSort({ at: s.at, down: sort?.at === s.at ? !sort.down : isNumber(s) })} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, most).map((row, i) => (
            <tr key={i}>
              {shown.map((s) => (
                <Data key={s.at} shown={s} row={row} head={s.at === head} bars={bars && rows.length > 1} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most && (
        <button type="button" className="btn btn-ghost m-2 ms-1" onClick={() => setMost(most + MORE)}>
          {r("table.more", { count: Math.min(MORE, rows.length - most) })}
        </button>
      )}
      {panel.note === "" && rows.slice(0, most).some((row) => shown.some((s) => isFew(s, row))) && <p className="px-4 py-2 text-meta text-fg-3">{r("table.few", { n: FEW })}</p>}
    </div>
  );
}

/** firstRows is how many rows are shown at first. Where one figure is told, those with too few answers wait behind the button. */
function firstRows(panel: Panel, shown: Shown[], wide: boolean): number {
  const most = wide ? SHOWN : SHOWN_HALF;
  if (panel.rows.length <= most + SLACK) return panel.rows.length;
  const told = shown.filter((s) => s.column.role === "y");
  if (told.length !== 1 || told[0]!.n < 0) return most;
  const known = panel.rows.filter((row) => row.cells[told[0]!.at] !== null).length;
  return Math.min(most, Math.max(LEAST, known));
}

/** shownOf folds the columns of an interval into the value that they belong to, and words about a value likewise. */
export function shownOf(panel: Panel): Shown[] {
  const out: Shown[] = [];
  panel.columns.forEach((column, at) => {
    const last = out.findLast((s) => s.column.role === "y");
    if (column.role === "link") return;
    if (last && (column.key === "verdict" || column.key === "scale")) {
      last.words = at;
      return;
    }
    if ((column.role === "low" || column.role === "high") && last) {
      last[column.role] = at;
      return;
    }
    if (column.role === "n" && last && last.n < 0) {
      last.n = at;
      last.nInside = column.label === "n";
      if (last.nInside) return; // stands below the value that it is about
    }
    const max = Math.max(0, ...panel.rows.map((row) => (typeof row.cells[at] === "number" ? row.cells[at] : 0)));
    const unit = column.unit || (column.role === "n" ? "count" : column.role === "y" ? panel.unit : "");
    out.push({ column, at, low: -1, high: -1, n: -1, words: -1, nInside: false, unit: unitOf(column.key, unit), max });
  });
  return out;
}

const isNumber = (s: Shown) => s.column.role === "y" || s.column.role === "n" || s.column.role === "spark" || s.column.role === "line" || s.column.role === "told";

/** What stands on too few is not told: the number of them says why. */
function isFew(s: Shown, row: Row): boolean {
  const n = row.cells[s.n];
  return s.n >= 0 && typeof n === "number" && n > 0 && n < FEW && (s.unit === "share" || row.cells[s.at] === null);
}

function sorted(rows: Row[], at: number, down: boolean): Row[] {
  const order = (a: Cell | undefined, b: Cell | undefined): number => {
    if (a === null || a === undefined || a === "") return b === null || b === undefined || b === "" ? 0 : 1;
    if (b === null || b === undefined || b === "") return -1;
    const by = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
    return down ? -by : by;
  };
  return [...rows].sort((a, b) => order(a.cells[at], b.cells[at]));
}

function Head({ shown, meaning, sort, onSort }: { shown: Shown; meaning: string; sort: "ascending" | "descending" | undefined; onSort(): void }) {
  const label = shown.column.label || word(shown.column.key);
  if (shown.column.role === "spark") return <th scope="col">{label}</th>;
  return (
    <th scope="col" className={cx(isNumber(shown) && "num")} aria-sort={sort}>
      <button type="button" className="sort" onClick={onSort} {...(meaning !== "" && { "data-tip": meaning, "aria-description": meaning })}>
        <bdi>{label}</bdi>
        {sort === "ascending" && <ArrowUp size={12} aria-hidden="true" />}
        {sort === "descending" && <ArrowDown size={12} aria-hidden="true" />}
      </button>
    </th>
  );
}

function Data({ shown, row, head, bars }: { shown: Shown; row: Row; head: boolean; bars: boolean }) {
  const v = row.cells[shown.at];
  if (shown.column.role === "spark") {
    const values = Array.isArray(v) ? v : [];
    return (
      <td>
        <Spark values={values} label={r("table.spark", { from: value("count", values[0] ?? null), to: value("count", values[values.length - 1] ?? null) })} />
      </td>
    );
  }
  const said = row.cells[shown.words];
  const text = typeof v === "string" && worded.has(shown.column.key) ? word(v) : shown.column.key === "change" && typeof v === "number" ? signed(shown.unit, Math.round(100 * v) / 100) : cell(shown.unit, v);
  const scaled = typeof said === "number" && v !== null ? r("table.of", { value: text, n: said }) : text;
  const own = row.hrefs?.[shown.at] ?? "";
  const linked = head && row.href ? <RowLink href={row.href}>{text}</RowLink> : own && v !== null ? <RowLink href={own}>{scaled}</RowLink> : <bdi>{scaled}</bdi>;
  if (!isNumber(shown)) {
    return head ? (
      <th scope="row" className="row-head">
        {linked}
      </th>
    ) : (
      <td className={cx("words", typeof v === "string" && /^\d{4}-\d{2}-\d{2}/.test(v) && "day-cell")}>{linked}</td>
    );
  }
  const [low, high] = [row.cells[shown.low], row.cells[shown.high]];
  const n = row.cells[shown.n];
  const unclear = shown.column.key === "change" && (said === "no_clear_change" || said === "not_enough_data");
  const about = [typeof said === "string" && v !== null && word(said), typeof low === "number" && typeof high === "number" && range(shown.unit, { low, high })].filter(Boolean);
  const count = typeof n === "number" && shown.nInside && !(isWork(shown.column.key) && v === null) && r("chart.n", { n });
  const all = row.hrefs?.[shown.n] ?? "";
  const bar = bars && shown.column.role === "y" && shown.unit !== "score" && shown.column.key !== "change" && typeof v === "number" && shown.max > 0 && v > 0;
  return (
    <td className={cx("num", (isFew(shown, row) || unclear) && "few")}>
      {v === null && isFew(shown, row) ? r("table.tooFew") : linked}
      {(about.length > 0 || count) && (
        <span className="interval">
          {about.join(" · ")}
          {about.length > 0 && count && " · "}
          {count && (all ? <RowLink href={all}>{count}</RowLink> : count)}
        </span>
      )}
      {bar && <span className="inline-bar" style={{ inlineSize: `${Math.max(2, (100 * (v as number)) / shown.max)}%` }} />}
    </td>
  );
}

/** Pages of ours are the console's, but for those that the server renders. */
export function RowLink({ href, children }: { href: string; children: React.ReactNode }) {
  if (/^\/reports\/weekly\/./.test(href)) return <a href={href} className="num-link">{children}</a>;
  return <Link href={href} className="num-link">{children}</Link>;
}

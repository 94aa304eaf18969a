import { Link } from "wouter";
import { cx } from "../../ui/basics";
import { value } from "../format";
import type { Panel } from "../types";
import { r } from "../words";

/** Parts is one bar of three parts that add up to everybody, each with its words: never a gauge. */
export function Parts({ panel, name }: { panel: Panel; name: string }) {
  const role = (want: string) => panel.columns.findIndex((c) => c.role === want);
  const [x, y, n] = [Math.max(0, role("x")), role("y"), role("n")];
  const unit = panel.columns[y]?.unit || panel.unit;
  const parts = panel.rows.map((row, i) => ({ label: String(row.cells[x] ?? ""), value: Number(row.cells[y] ?? 0), n: n >= 0 ? Number(row.cells[n] ?? 0) : null, href: row.href, i }));
  const sum = parts.reduce((a, p) => a + p.value, 0) || 1;
  return (
    <div className="parts">
      <div className="parts-bar" role="img" aria-label={name}>
        {parts.map((p) => p.value > 0 && <span key={p.label} className={`part-${p.i}`} style={{ flexGrow: p.value / sum }} />)}
      </div>
      <ul>
        {parts.map((p) => (
          <li key={p.label}>
            <span className={cx("key", `key-part-${p.i}`)}>{p.label}</span>
            <span className="parts-value">{p.href ? <Link href={p.href} className="num-link">{value(unit, p.value)}</Link> : value(unit, p.value)}</span>
            {p.n !== null && unit !== "count" && <span className="text-meta text-fg-3">{r("chart.n", { n: p.n })}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

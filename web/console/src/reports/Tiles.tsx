import { ArrowDown, ArrowUp } from "lucide-react";
import type { CSSProperties } from "react";
import { Link } from "wouter";
import { date } from "../i18n/time";
import { cx } from "../ui/basics";
import { About } from "./About";
import { Spark } from "./charts/Spark";
import { isWork, moved, movedRange, range, tidy, unitOf, value } from "./format";
import type { Dashboard, Tile } from "./types";
import { r } from "./words";

/** Tiles are the figures of a page: value, how sure it is, from how many, and whether it changed. */
export function Tiles({ tiles, compared }: { tiles: Tile[]; compared?: Dashboard["compared_with"] | undefined }) {
  if (tiles.length === 0) return null;
  return (
    <ul className="report-tiles" style={tileColumns(tiles.length)}>
      {tiles.map((tile) => (
        <One key={tile.figure} tile={{ ...tile, unit: unitOf(tile.figure, tile.unit) }} compared={compared} />
      ))}
    </ul>
  );
}

/** tileColumns are so many that rows are full: all in one, or three where that is too narrow for six. */
export function tileColumns(n: number): CSSProperties {
  return { "--tiles": n, "--tiles-few": n > 5 ? 3 : n } as CSSProperties;
}

/** One is a figure; of this moment, without the lines of a period: there is nothing to compare it with. */
function One({ tile, compared }: { tile: Tile; compared?: Dashboard["compared_with"] | undefined }) {
  const text = value(tile.unit, tile.value);
  const ofPeriod = compared !== undefined;
  const spark = tile.spark ?? [];
  const known = spark.filter((p) => p.value !== null);
  return (
    <li className={cx("report-tile", !ofPeriod && "report-tile-now")} data-figure={tile.figure} data-n={tile.n}>
      <h2 className="tile-label">
        <bdi>{tile.label}</bdi>
        {tile.definition && <About label={tile.label} text={tile.definition} />}
      </h2>
      <p className="tile-value">
        {tile.href && tile.value !== null ? (
          <Link href={tile.href} className="tile-link" aria-label={r("tile.open", { label: tile.label, value: text })}>
            {text}
          </Link>
        ) : (
          text
        )}
      </p>
      {!ofPeriod ? null : known.length < 2 ? <span /> : <Spark values={spark.map((p) => p.value)} label={r("tile.spark", { label: tile.label, from: value(tile.unit, known[0]!.value), to: value(tile.unit, known[known.length - 1]!.value) })} />}
      {ofPeriod && (
        <p className="tile-sure">
          {tile.interval && <span>{r("chart.interval", { range: range(tile.unit, tile.interval) })}</span>}
          {tile.unit !== "count" && !isWork(tile.figure) && <span>{r("chart.n", { n: tile.n })}</span>}
          {tile.p90 !== null && tile.p90 !== undefined && <span>{r("tile.p90", { value: value(tile.unit, tile.p90) })}</span>}
        </p>
      )}
      <div>
        <Delta tile={tile} compared={compared} />
        {tile.note && <p className="tile-note"><bdi>{tidy(tile.note)}</bdi></p>}
      </div>
    </li>
  );
}

/** Delta says whether a figure changed: an arrow and a word for what is clear, quiet words for what is not. */
function Delta({ tile, compared }: { tile: Tile; compared?: Dashboard["compared_with"] | undefined }) {
  const c = tile.change;
  if (!compared || !c || c.verdict === "" || tile.value === null) return null;
  const than = r("delta.than", { before: value(tile.unit, tile.before), from: date(compared.from), to: date(compared.to), range: movedRange(tile.unit, c) });
  if (c.verdict === "not_enough_data") return <p className="delta" data-tip={than}>{r("delta.few")}</p>;
  if (c.verdict === "no_clear_change") return <p className="delta" data-tip={than}>{r("delta.same")}</p>;
  if (c.verdict === "perhaps") return <p className="delta" data-tip={than}>{r("delta.perhaps", { moved: moved(tile.unit, c) })}</p>;
  const Arrow = c.verdict === "up" ? ArrowUp : ArrowDown;
  const way = r(c.verdict === "up" ? "delta.up" : "delta.down", { moved: moved(tile.unit, c, false) });
  const worth = c.good === true ? r("delta.better") : c.good === false ? r("delta.worse") : "";
  return (
    <p className={cx("delta delta-clear", c.good === true && "delta-good", c.good === false && "delta-bad")} data-tip={than} data-verdict={c.verdict}>
      <Arrow size={14} aria-hidden="true" />
      <span>{worth === "" ? way : r("delta.worth", { way, worth })}</span>
    </p>
  );
}

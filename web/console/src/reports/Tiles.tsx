import { ArrowDown, ArrowUp, Info } from "lucide-react";
import { useId } from "react";
import { Link } from "wouter";
import { date } from "../i18n/time";
import { cx } from "../ui/basics";
import { Spark } from "./charts/Spark";
import { moved, movedRange, range, tidy, value } from "./format";
import type { Dashboard, Tile } from "./types";
import { r } from "./words";

/** Tiles are the figures of a page: value, how sure it is, from how many, and whether it changed. */
export function Tiles({ tiles, compared }: { tiles: Tile[]; compared?: Dashboard["compared_with"] | undefined }) {
  if (tiles.length === 0) return null;
  return (
    <ul className="report-tiles">
      {tiles.map((tile) => (
        <One key={tile.figure} tile={tile} compared={compared} />
      ))}
    </ul>
  );
}

function One({ tile, compared }: { tile: Tile; compared?: Dashboard["compared_with"] | undefined }) {
  const id = useId();
  const text = value(tile.unit, tile.value);
  const spark = tile.spark ?? [];
  const known = spark.filter((p) => p.value !== null);
  return (
    <li className="report-tile" data-figure={tile.figure} data-n={tile.n}>
      <h2 className="tile-label">
        <span>{tile.label}</span>
        {tile.definition && (
          <button type="button" className="tile-about" aria-label={r("tile.about", { label: tile.label })} aria-describedby={`${id}-about`} data-tip={tile.definition} data-tap="">
            <Info size={13} aria-hidden="true" />
            <span id={`${id}-about`} className="sr-only">
              {tile.definition}
            </span>
          </button>
        )}
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
      {known.length < 2 ? <span /> : <Spark values={spark.map((p) => p.value)} label={r("tile.spark", { label: tile.label, from: value(tile.unit, known[0]!.value), to: value(tile.unit, known[known.length - 1]!.value) })} />}
      <p className="tile-sure">
        {tile.interval && <span>{r("chart.interval", { range: range(tile.unit, tile.interval) })}</span>}
        {tile.unit !== "count" && compared !== undefined && <span>{r("chart.n", { n: tile.n })}</span>}
        {tile.p90 !== null && tile.p90 !== undefined && <span>{r("tile.p90", { value: value(tile.unit, tile.p90) })}</span>}
      </p>
      <div>
        <Delta tile={tile} compared={compared} />
        {tile.note && <p className="tile-note">{tidy(tile.note)}</p>}
      </div>
    </li>
  );
}

/** Delta says whether a figure changed: an arrow and a word for what is clear, quiet words for what is not. */
function Delta({ tile, compared }: { tile: Tile; compared?: Dashboard["compared_with"] | undefined }) {
  const c = tile.change;
  if (!compared || !c || c.verdict === "") return null;
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

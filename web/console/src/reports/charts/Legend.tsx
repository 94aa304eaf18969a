import type { Marker } from "../types";
import { r } from "../words";
import type { Series } from "./frame";
import { markName } from "./Plot";

interface Props {
  series: Series[];
  kind: "line" | "bar";
  /** Ordered series are steps of one colour. */
  ramp?: string;
  banded?: boolean;
  marks?: { marker: Marker }[];
}

/** Legend names what is drawn; nothing when there is one series, which the title names. */
export function Legend({ series, kind, ramp, banded, marks = [] }: Props) {
  const seen = marks.filter((m, i) => marks.findIndex((o) => o.marker.name === m.marker.name && o.marker.kind === m.marker.kind) === i);
  if (series.length < 2 && !banded && seen.length === 0) return null;
  return (
    <ul className="legend-list">
      {series.length > 1 &&
        series.map((s, i) => (
          <li key={s.key} className={`key ${ramp ? `${ramp}-${i}` : `key-${i % 6}`}${kind === "line" || s.line ? ` key-line dash-${i % 6}` : ""}`}>
            {s.label}
          </li>
        ))}
      {banded && <li className="key key-band">{r("chart.band")}</li>}
      {seen.map(({ marker }) => (
        <li key={marker.kind + marker.name} className={`key ${marker.kind === "incident" ? "key-incident" : "key-release"}`}>
          {marker.url ? (
            <a href={marker.url} className="link" target="_blank" rel="noreferrer">
              {markName(marker)}
            </a>
          ) : (
            markName(marker)
          )}
        </li>
      ))}
    </ul>
  );
}

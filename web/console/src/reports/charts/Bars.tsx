import { Link } from "wouter";
import type { Marker } from "../types";
import type { Frame } from "./frame";
import { Legend } from "./Legend";
import { Line, placesOf } from "./Line";
import { Plot, type Geometry } from "./Plot";
import { axisOf } from "./scales";
import { range, short, value } from "../format";
import { r } from "../words";

interface Props {
  name: string;
  frame: Frame;
  kind: "bars" | "stack" | "hist";
  marks: { at: number; marker: Marker }[];
}

const RAMP = 5;

/** BarChart is bars side by side, one on another, or the buckets of a distribution. */
export function BarChart({ name, frame, kind, marks }: Props) {
  const dated = frame.keys.every((k) => /^\d{4}-\d{2}-\d{2}/.test(k));
  if (kind === "bars" && frame.series.length === 1 && !dated) return <Ranked name={name} frame={frame} />;
  if (kind === "stack" && !dated) return <Lying name={name} frame={frame} />;
  return <Standing name={name} frame={kind === "stack" ? { ...frame, series: frame.series.map((s) => ({ ...s, n: undefined })) } : frame} kind={kind} marks={marks} />;
}

function Standing({ name, frame, kind, marks }: Props) {
  const bars = frame.series.filter((s) => !s.line);
  const lines = frame.series.filter((s) => s.line);
  const unit = frame.series[0]?.unit ?? "count";
  const tops = frame.keys.map((_, i) => (kind === "stack" ? bars.reduce((sum, s) => sum + (s.values[i] ?? 0), 0) : Math.max(0, ...bars.map((s) => s.values[i] ?? 0))));
  const axis = axisOf([...tops, ...lines.flatMap((s) => s.values.filter((v) => v !== null))], { unit, zero: true });
  const ramp = kind !== "stack" || bars.length < 3 || bars.length > RAMP ? "" : bars.length === 5 && bars.every((s, i) => s.key.startsWith(`${i + 1}/`)) ? "score" : "ramp";
  const wide = Math.max(58, Math.max(0, ...frame.places.map((p) => p.length)) * 6.8);
  return (
    <>
      <Plot name={name} axis={axis} unit={unit} places={placesOf(frame)} marks={marks} label={wide} named={kind === "hist" ? "all" : "some"}>
        {(g) => (
          <>
            {frame.keys.map((key, i) =>
              kind === "stack" ? <Stack key={key} values={bars.map((s) => s.values[i] ?? 0)} i={i} g={g} ramp={ramp} /> : <Group key={key} values={bars.map((s) => s.values[i] ?? 0)} i={i} g={g} told={kind === "hist" ? short(unit, tops[i] ?? 0) : ""} />,
            )}
            {lines.map((s) => (
              <Line key={s.key} series={s} g={g} i={frame.series.indexOf(s)} />
            ))}
          </>
        )}
      </Plot>
      <Legend series={frame.series} kind="bar" ramp={ramp} marks={marks} />
    </>
  );
}

/** Ranked is bars of things that have names: they lie, so that the names can be read. */
function Ranked({ name, frame }: { name: string; frame: Frame }) {
  const s = frame.series[0]!;
  const max = Math.max(0, ...s.values.map((v) => v ?? 0)) || 1;
  return (
    <ul className="ranked" aria-label={name}>
      {frame.keys.map((key, i) => {
        const [v, low, high, n] = [s.values[i] ?? null, s.low?.[i] ?? null, s.high?.[i] ?? null, s.n?.[i] ?? null];
        const more = s.more.map((m) => value(m.unit, m.values[i]));
        if (low !== null && high !== null) more.push(r("chart.interval", { range: range(s.unit, { low, high }) }));
        if (n !== null) more.push(r("chart.n", { n }));
        return (
          <li key={key}>
            <span className="ranked-name">{frame.hrefs[i] ? <Link href={frame.hrefs[i]!} className="num-link">{frame.places[i]}</Link> : frame.places[i]}</span>
            <span className="ranked-bar">
              {(v ?? 0) > 0 && <span style={{ inlineSize: `${(100 * (v ?? 0)) / max}%` }} />}
            </span>
            <span className="ranked-value">{value(s.unit, v)}</span>
            {more.length > 0 && <span className="ranked-more">{more.join(" · ")}</span>}
          </li>
        );
      })}
    </ul>
  );
}

/** Lying is stacks of a few things that have names, as Ranked is: each part says its number. */
function Lying({ name, frame }: { name: string; frame: Frame }) {
  const bars = frame.series;
  const totals = frame.keys.map((_, i) => bars.reduce((sum, s) => sum + (s.values[i] ?? 0), 0));
  const max = Math.max(1, ...totals);
  return (
    <>
      <ul className="ranked" aria-label={name}>
        {frame.keys.map((key, i) => (
          <li key={key}>
            <span className="ranked-name">{frame.hrefs[i] ? <Link href={frame.hrefs[i]!} className="num-link">{frame.places[i]}</Link> : frame.places[i]}</span>
            <span className="ranked-bar ranked-stack" style={{ inlineSize: `${(100 * totals[i]!) / max}%` }}>
              {bars.map((s, k) => (s.values[i] ?? 0) > 0 && <span key={s.key} className={`ramp-${k % RAMP}`} style={{ flexGrow: s.values[i] ?? 0 }} />)}
            </span>
            <span className="ranked-value">{value("count", totals[i]!)}</span>
            <span className="ranked-more">{bars.map((s) => `${s.label} ${value(s.unit, s.values[i])}`).join(" · ")}</span>
          </li>
        ))}
      </ul>
      <Legend series={bars} kind="bar" ramp="ramp" />
    </>
  );
}

function Group({ values, i, g, told }: { values: number[]; i: number; g: Geometry; told: string }) {
  const room = Math.min(g.step * (values.length > 1 ? 0.76 : 0.66), 44 * values.length);
  const each = room / Math.max(1, values.length);
  const order = g.rtl ? [...values.keys()].reverse() : [...values.keys()];
  return (
    <>
      {order.map((s, k) => (
        <rect key={s} x={g.x(i) - room / 2 + k * each + (values.length > 1 ? 0.5 : 0)} y={g.y(values[s]!)} width={Math.max(1, each - (values.length > 1 ? 1 : 0))} height={Math.max(0, g.y(0) - g.y(values[s]!))} rx={Math.min(2, each / 4)} className={`bar series-${s % 6}`} />
      ))}
      {told !== "" && values[0]! > 0 && g.step > 26 && (
        <text x={g.x(i)} y={g.y(values[0]!) - 4} textAnchor="middle" className="chart-value">
          {told}
        </text>
      )}
    </>
  );
}

function Stack({ values, i, g, ramp }: { values: number[]; i: number; g: Geometry; ramp: string }) {
  const width = Math.min(g.step * 0.72, 44);
  let below = 0;
  return values.map((v, s) => {
    const from = below;
    below += v;
    return v > 0 && <rect key={s} x={g.x(i) - width / 2} y={g.y(below)} width={Math.max(1, width)} height={Math.max(0, g.y(from) - g.y(below))} className={`bar piece ${ramp || "series"}-${s % 6}`} />;
  });
}

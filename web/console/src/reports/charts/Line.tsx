import { Fragment } from "react";
import { range, value } from "../format";
import type { Marker } from "../types";
import { r } from "../words";
import type { Frame, Series } from "./frame";
import { Legend } from "./Legend";
import { Plot, type Geometry, type Place } from "./Plot";
import { axisOf, stretches } from "./scales";

const DOTS = 45;

/** LineChart is one or more lines over time, each with the band in which the true value is likely to be. */
export function LineChart({ name, frame, marks }: { name: string; frame: Frame; marks: { at: number; marker: Marker }[] }) {
  const apart = unlike(frame.series);
  const plots = apart ? frame.series.map((s) => [s]) : [frame.series];
  return (
    <>
      {plots.map((series, n) => (
        <Fragment key={n}>
          {apart && <p className="plot-label">{series[0]!.label}</p>}
          <Lines name={apart ? r("chart.part", { name, part: series[0]!.label }) : name} frame={{ ...frame, series }} marks={marks} height={apart ? 132 : undefined} first={apart ? n : 0} />
        </Fragment>
      ))}
      <Legend series={apart ? [] : frame.series} banded={frame.series.some(bandOf)} marks={marks} kind="line" />
    </>
  );
}

interface LinesProps {
  name: string;
  frame: Frame;
  marks: { at: number; marker: Marker }[];
  height: number | undefined;
  /** The look of the first line. */
  first: number;
}

function Lines({ name, frame, marks, height, first }: LinesProps) {
  const { series } = frame;
  const unit = series[0]?.unit ?? "count";
  const all = series.flatMap((s) => [s.values, bandOf(s) ? s.low : [], bandOf(s) ? s.high : []].flatMap((list) => (list ?? []).filter((v) => v !== null)));
  return (
    <Plot name={name} axis={axisOf(all, { unit, zero: false, most: height ? 2 : 4 })} unit={unit} places={placesOf(frame)} marks={marks} {...(height ? { height } : {})}>
      {(g) => (
        <>
          {series.map((s, i) => bandOf(s) && <Band key={`band${s.key}`} series={s} g={g} i={first + i} />)}
          {series.map((s, i) => (
            <Line key={s.key} series={s} g={g} i={first + i} />
          ))}
        </>
      )}
    </Plot>
  );
}

const FAR = 6;

/** unlike tells lines that would flatten each other on one axis: a median and the slowest tenth are often hours apart. */
export function unlike(series: Series[]): boolean {
  if (series.length < 2 || series.some((s) => s.unit !== series[0]!.unit)) return series.length > 1;
  const tops = series.map((s) => Math.max(0, ...s.values.map((v) => Math.abs(v ?? 0)))).filter((v) => v > 0);
  return series.length <= 3 && series[0]!.unit === "seconds" && Math.max(...tops) > FAR * Math.min(...tops);
}

/** bandOf tells whether a line has an interval: counts have none. */
function bandOf(s: Series): boolean {
  return (s.low?.some((v) => v !== null) && s.high?.some((v) => v !== null)) ?? false;
}

function Band({ series, g, i }: { series: Series; g: Geometry; i: number }) {
  const rows = series.values.map((_, k) => ({ low: series.low?.[k] ?? null, high: series.high?.[k] ?? null }));
  return stretches(rows, (v) => v.low !== null && v.high !== null).map(({ at, values }) => {
    const point = (k: number, v: number | null) => `${g.x(at + k).toFixed(1)} ${g.y(v ?? 0).toFixed(1)}`;
    const there = values.map((v, k) => point(k, v.high));
    const back = values.map((v, k) => point(k, v.low)).reverse();
    return values.length > 1 ? <path key={at} d={`M${[...there, ...back].join("L")}Z`} className={`band series-${i % 6}`} /> : <path key={at} d={`M${there[0]}L${back[0]}`} className={`whisker series-${i % 6}`} />;
  });
}

export function Line({ series, g, i }: { series: Series; g: Geometry; i: number }) {
  const dots = series.values.length <= DOTS;
  return (
    <g className={`series-${i % 6}`}>
      {stretches(series.values, (v) => v !== null).map(({ at, values }) => (
        <path key={at} className={`line dash-${i % 6}`} d={values.map((v, k) => `${k === 0 ? "M" : "L"}${g.x(at + k).toFixed(1)} ${g.y(v!).toFixed(1)}`).join("")} />
      ))}
      {series.values.map((v, k) => v !== null && (dots || alone(series.values, k)) && <circle key={k} cx={g.x(k)} cy={g.y(v)} r={series.values.length > 20 ? 2 : 3} className="dot" />)}
    </g>
  );
}

function alone(values: (number | null)[], k: number): boolean {
  return (values[k - 1] ?? null) === null && (values[k + 1] ?? null) === null;
}

/** placesOf are the words about every place: each series with its value, interval and number. */
export function placesOf(frame: Frame): Place[] {
  const plain = frame.series.length === 1;
  return frame.keys.map((key, i) => ({
    key,
    name: frame.places[i] ?? key,
    href: (plain && frame.series[0]!.hrefs[i]) || (frame.hrefs[i] ?? ""),
    lines: frame.series.map((s, k) => {
      const parts = [value(s.unit, s.values[i])];
      const [low, high] = [s.low?.[i] ?? null, s.high?.[i] ?? null];
      if (low !== null && high !== null) parts.push(r("chart.interval", { range: range(s.unit, { low, high }) }));
      const n = s.n?.[i] ?? null;
      if (n !== null) parts.push(r("chart.n", { n }));
      for (const m of s.more) if (m.values[i] !== null) parts.push(`${m.label} ${value(m.unit, m.values[i])}`);
      return { label: s.label, text: parts.join(" · "), series: plain ? -1 : k, href: s.hrefs[i] ?? "" };
    }),
  }));
}

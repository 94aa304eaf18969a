import { stretches } from "./scales";

const W = 96;
const H = 26;

/** Spark is the shape of a handful of values; the words stand beside it. Its ground is all of the time, also where nothing is known. */
export function Spark({ values, label }: { values: (number | null)[]; label: string }) {
  const known = values.filter((v) => v !== null);
  if (known.length < 2) return <span className="report-spark" aria-hidden="true" />;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const x = (i: number) => (values.length > 1 ? (i / (values.length - 1)) * W : W / 2);
  const y = (v: number) => (span === 0 ? H / 2 : H - ((v - low) / span) * H);
  const last = values.findLastIndex((v) => v !== null);
  return (
    <svg role="img" aria-label={label} viewBox={`-3 -3 ${W + 6} ${H + 6}`} className="report-spark" preserveAspectRatio="xMinYMid">
      <path className="spark-ground" d={`M0 ${H + 2}H${W}`} />
      {stretches(values, (v) => v !== null).map(({ at, values: part }) => (
        <path key={at} d={part.map((v, k) => `${k === 0 ? "M" : "L"}${x(at + k).toFixed(1)} ${y(v!).toFixed(1)}`).join("")} />
      ))}
      <circle cx={x(last)} cy={y(values[last]!)} r={2.5} />
    </svg>
  );
}

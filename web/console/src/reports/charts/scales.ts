/** The maths of the charts: where a value is, and which round numbers stand beside an axis. */

export interface Axis {
  low: number;
  high: number;
  ticks: number[];
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Steps of time that people count in. */
const timeSteps = [1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, 7 * DAY, 14 * DAY, 28 * DAY];

/** niceStep is the smallest round step that needs at most `most` of them. */
export function niceStep(span: number, most: number, unit: string): number {
  if (!(span > 0)) return 1;
  const least = span / most;
  if (unit === "seconds") {
    const step = timeSteps.find((s) => s >= least);
    if (step !== undefined) return step;
  }
  const ten = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 2.5, 5, 10].find((s) => s * ten >= least * (1 - 1e-9))! * ten;
  return unit === "count" ? Math.max(1, Math.ceil(step)) : step;
}

interface AxisOptions {
  unit: string;
  /** Bars begin at zero; lines may look closer. */
  zero: boolean;
  most?: number;
}

/** axisOf chooses the ends and ticks of an axis that holds the values. */
export function axisOf(values: number[], { unit, zero, most = 4 }: AxisOptions): Axis {
  let low = values.length > 0 ? Math.min(...values) : 0;
  let high = values.length > 0 ? Math.max(...values) : 1;
  const near = unit === "share" || unit === "score" || unit === "points";
  if (zero || !near) low = Math.min(0, low);
  if (unit === "share") [low, high] = atLeast(low, high, 0.2, 0, 1);
  if (high === low) high = low + 1;
  const step = niceStep(high - low, most, unit);
  const first = Math.floor(low / step + 1e-9) * step;
  const ticks: number[] = [];
  for (let v = first, n = 0; n < 20; n++, v = first + n * step) {
    ticks.push(clean(v));
    if (v >= high - step * 1e-9) break;
  }
  return { low: ticks[0]!, high: ticks[ticks.length - 1]!, ticks };
}

/** atLeast widens a stretch around its middle, so that noise does not fill the chart, and keeps it inside its ends. */
function atLeast(low: number, high: number, span: number, floor: number, ceiling: number): [number, number] {
  if (high - low >= span) return [low, high];
  const middle = (low + high) / 2;
  const from = Math.max(floor, Math.min(middle - span / 2, ceiling - span));
  return [Math.min(low, from), Math.max(high, Math.min(ceiling, from + span))];
}

function clean(v: number): number {
  return Number(v.toPrecision(12));
}

/** scale maps values of an axis to pixels; y grows downwards, so callers give (height, 0). */
export function scale(axis: { low: number; high: number }, from: number, to: number): (v: number) => number {
  const span = axis.high - axis.low || 1;
  return (v) => from + ((v - axis.low) / span) * (to - from);
}

/** labelled picks which of n places have room for a label: the first, the last, and even steps between. */
export function labelled(n: number, width: number, each: number): number[] {
  if (n === 0) return [];
  const room = Math.max(1, Math.floor(width / each));
  const step = Math.max(1, Math.ceil(n / room));
  const out: number[] = [];
  for (let i = n - 1; i >= 0; i -= step) out.unshift(i);
  return out;
}

/** stretches cuts a series at what is not known: a line must not run through a gap. */
export function stretches<T>(values: T[], known: (v: T) => boolean): { at: number; values: T[] }[] {
  const out: { at: number; values: T[] }[] = [];
  values.forEach((v, i) => {
    const last = out[out.length - 1];
    if (!known(v)) return;
    if (last && last.at + last.values.length === i) last.values.push(v);
    else out.push({ at: i, values: [v] });
  });
  return out;
}

/** heatStep is which of five steps a value has, 0 for none: even parts of the largest. */
export function heatStep(value: number, max: number): number {
  if (!(value > 0) || !(max > 0)) return 0;
  return Math.min(5, Math.max(1, Math.ceil((value / max) * 5)));
}

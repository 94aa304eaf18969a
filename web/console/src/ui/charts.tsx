import { useLayoutEffect, useRef, useState } from "react";
import type { TrendDay } from "../api/types";
import { number, t } from "../i18n/t";
import { date, shortDate } from "../i18n/time";
import { Segmented } from "./basics";
import { useRtl } from "./dir";

/** niceMax is the next round number at or above the largest value. */
export function niceMax(max: number): number {
  if (max <= 4) return 4;
  const unit = 10 ** Math.floor(Math.log10(max));
  const step = [1, 2, 2.5, 4, 5, 10].find((s) => s * unit >= max) ?? 10;
  return step * unit;
}

/** along puts n places side by side: time runs the way that the page reads. */
export function along(n: number, width: number, rtl = false): (i: number) => number {
  const step = n > 1 ? width / (n - 1) : 0;
  return (i) => (rtl ? width - i * step : i * step);
}

function path(values: number[], x: (i: number) => number, height: number, max: number): string {
  return values.map((v, i) => `${i === 0 ? "M" : "L"}${x(i).toFixed(1)} ${(height - (v / max) * height).toFixed(1)}`).join("");
}

/** Sparkline is the shape of a trend beside its numbers; the numbers themselves stand in the row. */
export function Sparkline({ trend, label }: { trend: TrendDay[]; label: string }) {
  const weeks = byWeek(trend);
  const max = Math.max(1, ...weeks.map((w) => Math.max(w.count, w.expected)));
  const x = along(weeks.length, 96, useRtl());
  return (
    <svg role="img" aria-label={label} viewBox="0 -2 96 30" className="spark" preserveAspectRatio="none">
      <path d={path(weeks.map((w) => w.expected), x, 26, max)} className="stroke-line-strong" strokeDasharray="3 3" />
      <path d={path(weeks.map((w) => w.count), x, 26, max)} className="stroke-accent" />
    </svg>
  );
}

function byWeek(trend: TrendDay[]): { count: number; expected: number }[] {
  const out: { count: number; expected: number }[] = [];
  const start = trend.length % 7;
  for (let i = start; i + 7 <= trend.length; i += 7) {
    const week = trend.slice(i, i + 7);
    out.push({ count: sum(week.map((d) => d.count)), expected: sum(week.map((d) => d.expected)) });
  }
  return out;
}

function sum(ns: number[]): number {
  return ns.reduce((a, b) => a + b, 0);
}

interface Mark {
  label: string;
  beside: boolean;
  x: number;
}

const LETTER = 6.6; // of the width of a letter, on the safe side
const LONGEST = 30;
const LINE = 14;

/** placeMarks gives each name a line on which it meets no other; what happened to the issue itself comes first. */
export function placeMarks<M extends Mark>(marks: M[], width: number): (M & { text: string; line: number; anchor: "start" | "middle" | "end" })[] {
  const lines: [number, number][][] = [];
  const inOrder = [...marks].sort((a, b) => Number(a.beside) - Number(b.beside) || a.x - b.x);
  return inOrder.map((m) => {
    const text = m.label.length > LONGEST ? `${m.label.slice(0, LONGEST - 1).trimEnd()}…` : m.label;
    const wide = text.length * LETTER;
    const anchor = m.x < wide / 2 ? "start" : m.x > width - wide / 2 ? "end" : "middle";
    const from = anchor === "start" ? m.x : anchor === "end" ? m.x - wide : m.x - wide / 2;
    const free = (line: [number, number][] | undefined) => !line?.some(([a, b]) => from < b + LETTER && from + wide > a - LETTER);
    let line = 0;
    while (!free(lines[line])) line++;
    (lines[line] ??= []).push([from, from + wide]);
    return { ...m, text, line, anchor };
  });
}

const H = 200;
const SCALE = 32; // of the drawing's width, for the numbers of the scale
const BESIDE = 44; // the scale and a margin

/** useRoom is how wide a drawing may be, so that its words keep their size on a small screen. */
function useRoom() {
  const ref = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(720);
  useLayoutEffect(() => {
    const el = ref.current;
    if (!el) return;
    const measure = () => el.clientWidth > 0 && setRoom(Math.max(160, el.clientWidth - BESIDE));
    measure();
    if (typeof ResizeObserver === "undefined") return;
    const seen = new ResizeObserver(measure);
    seen.observe(el);
    return () => seen.disconnect();
  }, []);
  return [ref, room] as const;
}

interface TrendProps {
  title: string;
  summary: string;
  trend: TrendDay[];
  /** What happened on a day; one with a row is drawn fainter, its name in that row inside. */
  marks: { at: string; label: string; row?: number }[];
}

/** TrendChart is tickets a day against what was to be expected, as a drawing and as a table. */
export function TrendChart({ title, summary, trend, marks }: TrendProps) {
  const [as, setAs] = useState<"chart" | "table">("chart");
  return (
    <figure>
      <figcaption className="mb-3 flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-lead font-semibold">{title}</h2>
          <p className="text-dense text-fg-2">{summary}</p>
        </div>
        <Segmented<"chart" | "table">
          label={t("chart.as")}
          value={as}
          onChange={setAs}
          options={[
            { value: "chart", label: t("chart.chart") },
            { value: "table", label: t("chart.table") },
          ]}
        />
      </figcaption>
      {as === "chart" ? <Drawing title={title} trend={trend} marks={marks} /> : <TrendTable trend={trend} />}
    </figure>
  );
}

function Drawing({ title, trend, marks }: Omit<TrendProps, "summary">) {
  const max = niceMax(Math.max(1, ...trend.map((d) => Math.max(d.count, d.expected))));
  const [box, W] = useRoom();
  const narrow = W < 420;
  const rtl = useRtl();
  const x = along(trend.length, W, rtl);
  const y = (v: number) => H - (v / max) * H;
  const ticks = [0, max / 2, max];
  const days = (narrow ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]).map((f) => Math.round(f * (trend.length - 1)));
  const shown = marks.map((m) => ({ label: m.label, beside: (m.row ?? 0) > 0, i: trend.findIndex((d) => d.day === m.at.slice(0, 10)) })).filter((m) => m.i >= 0);
  const placed = placeMarks(shown.filter((m) => !narrow || !m.beside).map((m) => ({ ...m, x: x(m.i) })), W);
  const above = LINE * Math.max(0, ...placed.map((m) => m.line));
  const [first, last] = rtl ? (["end", "start"] as const) : (["start", "end"] as const);
  return (
    <div ref={box}>
      <svg role="img" aria-label={title} viewBox={`${rtl ? SCALE - BESIDE : -SCALE} ${-18 - above} ${W + BESIDE} ${H + 44 + above}`} className="chart">
        {ticks.map((v) => (
          <g key={v}>
            <line x1={0} x2={W} y1={y(v)} y2={y(v)} className="chart-grid" />
            <text x={rtl ? W + 8 : -8} y={y(v) + 4} textAnchor={last}>
              {number(v)}
            </text>
          </g>
        ))}
        {days.map((i, n) => (
          <text key={n} x={x(i)} y={H + 20} textAnchor={n === 0 ? first : n === days.length - 1 ? last : "middle"}>
            {trend[i] ? shortDate(trend[i].day) : ""}
          </text>
        ))}
        {/* On a small screen what came beside has a line, and its name under the drawing alone. */}
        {narrow && shown.filter((m) => m.beside).map((m, n) => <line key={`b${n}`} x1={x(m.i)} x2={x(m.i)} y1={0} y2={H} className="chart-mark chart-mark-beside" />)}
        {placed.map((m, n) => (
          <g key={n}>
            <line x1={m.x} x2={m.x} y1={0} y2={H} className={m.beside ? "chart-mark chart-mark-beside" : "chart-mark"} />
            <text x={m.x} y={-6 - LINE * m.line} textAnchor={m.anchor}>
              <title>{m.label}</title>
              {m.text}
            </text>
          </g>
        ))}
        <path d={path(trend.map((d) => d.expected), x, H, max)} className="chart-expected" />
        <path d={path(trend.map((d) => d.count), x, H, max)} className="chart-line" />
        {trend.map((d, i) => (
          <rect key={d.day} x={x(i) - W / trend.length / 2} y={0} width={W / trend.length} height={H} fill="transparent">
            <title>{t("chart.day", { day: shortDate(d.day), count: d.count, expected: number(d.expected) })}</title>
          </rect>
        ))}
      </svg>
      <p className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-meta text-fg-2" aria-hidden="true">
        <span className="legend legend-line">{t("chart.tickets")}</span>
        <span className="legend legend-expected">{t("chart.expected")}</span>
      </p>
    </div>
  );
}

function TrendTable({ trend }: { trend: TrendDay[] }) {
  return (
    <div className="max-h-72 overflow-y-auto" tabIndex={0} role="region" aria-label={t("chart.table")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("chart.dayColumn")}</th>
            <th scope="col" className="num">
              {t("chart.tickets")}
            </th>
            <th scope="col" className="num">
              {t("chart.expected")}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...trend].reverse().map((d) => (
            <tr key={d.day}>
              <td>{date(d.day)}</td>
              <td className="num">{number(d.count)}</td>
              <td className="num">{number(d.expected)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

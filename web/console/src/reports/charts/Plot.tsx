import { useLayoutEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode, type RefObject } from "react";
import { Link } from "wouter";
import { cx } from "../../ui/basics";
import { useRtl } from "../../ui/dir";
import { Popover } from "../../ui/layer";
import { short } from "../format";
import type { Marker } from "../types";
import { r } from "../words";
import { labelled, scale, type Axis } from "./scales";

/** What is known about one place of the axis, for the card that names it and for those who hear it. */
export interface Place {
  key: string;
  name: string;
  lines: { label: string; text: string; series: number; href: string }[];
  href: string;
}

export interface Geometry {
  width: number;
  height: number;
  /** The middle of a place, and how much room it has. */
  x(i: number): number;
  step: number;
  y(v: number): number;
  rtl: boolean;
}

interface PlotProps {
  name: string;
  axis: Axis;
  unit: string;
  places: Place[];
  marks?: { at: number; marker: Marker }[];
  height?: number;
  /** Room for one label under the axis. */
  label?: number;
  /** Whether every place has to have its name, as buckets do, or some are enough, as with days. */
  named?: "all" | "some";
  children(g: Geometry): ReactNode;
}

const TOP = 12;
const BOTTOM = 26;
const MOST = 1.6;
/** Every chart keeps as much room for its numbers, so that the same day stands in the same place in all of them. */
const GUTTER = 50;
const LINE = 14;

/** Plot is the frame of a chart with an axis: grid, labels, markers, and a place for the keyboard and the pointer at every x. */
export function Plot({ name, axis, unit, places, marks = [], height: least = 216, label = 58, named = "some", children }: PlotProps) {
  const ref = useRef<HTMLDivElement>(null);
  const { width, ...size } = useSize(ref);
  const rtl = useRtl();
  const height = Math.min(Math.max(least, size.height), MOST * least); // as tall as the card beside it
  const [at, setAt] = useState<number | null>(null);
  const ticks = axis.ticks.map((v) => ({ v, text: short(unit, v) }));
  const gutter = Math.max(GUTTER, Math.max(...ticks.map((k) => k.text.length)) * 6.6 + 10);
  const top = marks.length > 0 ? TOP + 14 : TOP;
  const inner = Math.max(40, width - gutter - 6);
  const step = inner / Math.max(1, places.length);
  // Where one name is wider than its place, names take two lines before any is left out.
  const broken = places.map((p) => (named === "all" && p.name.length * LETTER > step ? halves(p.name) : [p.name]));
  const bottom = BOTTOM + (broken.some((b) => b.length > 1) ? LINE : 0);
  const widest = Math.max(0, ...broken.flat().map((b) => b.length)) * LETTER;
  const g: Geometry = {
    width: inner,
    height: height - top - bottom,
    step,
    x: (i) => (rtl ? inner - (i + 0.5) * step : (i + 0.5) * step),
    y: scale(axis, height - top - bottom, 0),
    rtl,
  };
  const start = rtl ? 6 : gutter;
  return (
    <div ref={ref} className="plot" style={{ minBlockSize: least }}>
      {width > 0 && (
        <>
          <svg role="img" aria-label={name} width={width} height={height} viewBox={`0 0 ${width} ${height}`} className="chart">
            <g transform={`translate(${start} ${top})`}>
              {ticks.map(({ v, text }) => (
                <g key={v}>
                  <line x1={0} x2={inner} y1={g.y(v)} y2={g.y(v)} className={v === 0 ? "chart-zero" : "chart-grid"} />
                  <text x={rtl ? inner + 8 : -8} y={g.y(v) + 4} textAnchor={rtl ? "start" : "end"}>
                    {text}
                  </text>
                </g>
              ))}
              {labelled(places.length, inner, named === "all" ? widest : label).map((i) =>
                broken[i]!.map((part, n) => (
                  <text key={`${i} ${n}`} x={inside(g.x(i), part, inner)} y={g.height + 19 + n * LINE} textAnchor="middle">
                    {part}
                  </text>
                )),
              )}
              {at !== null && <rect x={g.x(at) - step / 2} y={0} width={step} height={g.height} className="chart-at" />}
              {children(g)}
              {marks.map(({ at: i, marker }, n) => (
                <g key={n} className={marker.kind === "incident" ? "chart-incident" : "chart-release"}>
                  <line x1={g.x(i)} x2={g.x(i)} y1={-4} y2={g.height} />
                  <path d={`M${g.x(i) - 4} -10h8l-4 7z`} />
                </g>
              ))}
            </g>
          </svg>
          <Places places={places} marks={marks} at={at} setAt={setAt} style={{ insetInlineStart: gutter, inlineSize: inner, insetBlockStart: top - 12, blockSize: g.height + 12 }} name={name} />
          {at !== null && places[at] && <Card place={places[at]} marks={marks.filter((m) => m.at === at)} x={start + g.x(at)} clear={Math.min(step / 2, 24) + 8} width={width} />}
        </>
      )}
    </div>
  );
}

const LETTER = 6.4;

/** halves breaks a name where its lines are most alike: "15 min – 1 h" behind the dash. */
function halves(name: string): string[] {
  const words = name.split(" ");
  if (words.length < 2) return [name];
  const cuts = words.slice(1).map((_, i) => [words.slice(0, i + 1).join(" "), words.slice(i + 1).join(" ")]);
  const long = (cut: string[]) => Math.max(...cut.map((c) => c.length)) - (/[–-]$/.test(cut[0]!) ? 3 : 0);
  return cuts.reduce((best, cut) => (long(cut) < long(best) ? cut : best));
}

/** A label at the edge moves in, so that it is not cut. */
function inside(x: number, text: string, width: number): number {
  const half = text.length * 3.3;
  return Math.min(Math.max(x, half - 20), width - half + 4);
}

function useSize(ref: RefObject<HTMLElement | null>) {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const el = ref.current;
    if (!el) return;
    const measure = () => setSize({ width: el.clientWidth, height: el.clientHeight });
    measure();
    if (typeof ResizeObserver === "undefined") return;
    const seen = new ResizeObserver(measure);
    seen.observe(el);
    return () => seen.disconnect();
  }, [ref]);
  return size;
}

interface PlacesProps {
  name: string;
  places: Place[];
  marks: { at: number; marker: Marker }[];
  at: number | null;
  setAt(i: number | null): void;
  style: React.CSSProperties;
}

/** several are the lines of a place that open tickets of their own: where they are more than one, somebody has to choose. */
function several(p: Place): Place["lines"] {
  const own = p.lines.filter((l) => l.href !== "");
  return own.length > 1 ? own : [];
}

/** Which asks whose tickets of a place are meant: each value opens its own. */
function Which({ place, anchor, onClose }: { place: Place; anchor: RefObject<HTMLElement | null>; onClose(): void }) {
  return (
    <Popover anchor={anchor} label={r("chart.which", { place: place.name })} onClose={onClose} className="chart-which">
      <p className="font-medium">{place.name}</p>
      <ul>
        {several(place).map((l, i) => (
          <li key={l.label}>
            <Link href={l.href} className="menu-item" {...(i === 0 && { "data-autofocus": true })}>
              <span className={cx("flex-1", l.series >= 0 && `key key-${l.series % 6}`)}>{l.label}</span>
              <span className="num-link">{l.text}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Popover>
  );
}

/** Places are the points of a chart as links: one stop for Tab, arrows between them. */
function Places({ name, places, marks, at, setAt, style }: PlacesProps) {
  const ref = useRef<HTMLUListElement>(null);
  const stop = useRove(ref, places.length);
  const [asked, setAsked] = useState<Place | null>(null);
  const anchor = useRef<HTMLElement | null>(null);
  const ask = (p: Place) => (e: MouseEvent<HTMLElement>) => {
    anchor.current = e.currentTarget;
    setAsked(asked === p ? null : p);
  };
  return (
    <>
    <ul ref={ref} className="places" style={style} aria-label={r("chart.points", { name })} onKeyDown={(e) => (e.key === "Escape" ? setAt(null) : stop.onKeyDown(e))} onPointerLeave={() => setAt(null)}>
      {places.map((p, i) => {
        const props = {
          className: "place",
          "aria-label": said(p, marks.filter((m) => m.at === i)),
          tabIndex: i === stop.at ? 0 : -1,
          onFocus: () => {
            stop.set(i);
            setAt(i);
          },
          onBlur: () => setAt(null),
          onPointerEnter: () => setAt(i),
        };
        return (
          <li key={p.key} data-at={at === i || undefined}>
            {several(p).length > 0 ? <button type="button" aria-haspopup="dialog" aria-expanded={asked === p} onClick={ask(p)} {...props} /> : p.href ? <Link href={p.href} {...props} /> : <button type="button" {...props} />}
          </li>
        );
      })}
    </ul>
    {asked && <Which key={asked.key} place={asked} anchor={anchor} onClose={() => setAsked(null)} />}
    </>
  );
}

/** useRove makes a group of links one stop for Tab: the newest when one comes to it, and arrows lead on. */
export function useRove(ref: RefObject<HTMLElement | null>, n: number, across = 1) {
  const [at, set] = useState(n - 1);
  const now = Math.min(Math.max(0, at), n - 1);
  const onKeyDown = (e: KeyboardEvent<HTMLElement>) => {
    const forward = getComputedStyle(e.currentTarget).direction === "rtl" ? -1 : 1;
    const by: Record<string, number> = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: across, ArrowUp: -across, Home: -n, End: n };
    const step = by[e.key];
    if (step === undefined || e.altKey || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    const to = Math.min(Math.max(0, now + step), n - 1);
    set(to);
    ref.current?.querySelectorAll<HTMLElement>(".place")[to]?.focus();
  };
  return { at: now, set, onKeyDown };
}

function said(p: Place, marks: { marker: Marker }[]): string {
  return [p.name, ...p.lines.map((l) => `${l.label}: ${l.text}`), ...marks.map((m) => markName(m.marker))].join(", ");
}

export function markName(m: Marker): string {
  return m.kind === "incident" ? r("mark.incident", { name: m.name }) : r("mark.release", { name: m.name });
}

interface CardProps {
  place: Place;
  marks: { marker: Marker }[];
  x: number;
  /** How far it stays from the middle of its place. */
  clear: number;
  width: number;
}

/** The card stands beside its place, where there is more room: neither what it tells about nor the title is covered. */
function Card({ place, marks, x, clear, width }: CardProps) {
  const beside = x < width / 2 ? { left: x + clear, maxInlineSize: width - x - clear } : { right: width - x + clear, maxInlineSize: x - clear };
  return (
    <div className="chart-card" aria-hidden="true" style={beside}>
      <p className="font-medium">{place.name}</p>
      {marks.map((m, i) => (
        <p key={i}>{markName(m.marker)}</p>
      ))}
      <dl>
        {place.lines.map((l) => (
          <div key={l.label}>
            <dt className={cx(l.series >= 0 && "key", l.series >= 0 && `key-${l.series % 6}`)}>{l.label}</dt>
            <dd>{l.text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

import { ChartColumn, Download, Table2 } from "lucide-react";
import { memo, useMemo, useState } from "react";
import { query as queryString } from "../api/http";
import { cx, Segmented } from "../ui/basics";
import { About } from "./About";
import { BarChart } from "./charts/Bars";
import { frameOf, type Frame } from "./charts/frame";
import { Heat } from "./charts/Heat";
import { LineChart } from "./charts/Line";
import { Parts } from "./charts/Parts";
import { tidy } from "./format";
import { shownOf, Table } from "./Table";
import type { Dashboard, Marker, Panel } from "./types";
import { r } from "./words";

interface Props {
  page: Dashboard;
  path: string;
  query: Record<string, string>;
}

/** Panels are the findings of a page, two side by side where there is room; tables and heat take all of it. */
export function Panels({ page, path, query }: Props) {
  const wide = widths(page.panels);
  return (
    <div className="panels">
      {page.panels.map((p, i) => (
        <PanelCard key={p.id} panel={p} wide={wide[i] ?? true} markers={page.markers ?? []} csv={`/api/v1${path}${queryString({ ...query, format: "csv", panel: p.id })}`} />
      ))}
    </div>
  );
}

/** How many columns half of a page has room for. */
const HALF = 4;

/** widths decides which panels take a whole row: what is wide by itself, and what would stand there alone. */
export function widths(panels: Panel[]): boolean[] {
  const out = panels.map((p) => p.chart === "heat" || (p.chart === "table" && shownOf(p).length > HALF));
  let open = -1;
  panels.forEach((_, i) => {
    if (out[i]) {
      if (open >= 0) out[open] = true;
      open = -1;
    } else open = open >= 0 ? -1 : i;
  });
  if (open >= 0) out[open] = true;
  return out;
}

interface CardProps {
  panel: Panel;
  wide: boolean;
  markers: Marker[];
  csv: string;
}

/** PanelCard has the finding as its title; the chart and the table are two views of the same rows. */
export const PanelCard = memo(function PanelCard({ panel, wide, markers, csv }: CardProps) {
  const [as, setAs] = useState<"chart" | "table">("chart");
  const drawn = panel.chart !== "table" && panel.empty === "";
  const meant = useMemo(() => meaning(panel), [panel]);
  return (
    <article className={cx("panel", wide && "panel-wide")} aria-label={panel.title} data-panel={panel.id} data-chart={panel.chart}>
      <header className="panel-head">
        <div className="min-w-0 flex-1">
          <h2 className="panel-title">
            <bdi>{tidy(panel.title)}</bdi>
            {drawn && meant !== "" && <About label={panel.title} text={meant} />}
          </h2>
          {panel.summary && panel.summary !== panel.title && <p className="panel-summary"><bdi>{tidy(panel.summary)}</bdi></p>}
        </div>
        {panel.empty === "" && (
          <div className="panel-tools">
            {drawn && (
              <Segmented<"chart" | "table">
                label={r("panel.as")}
                value={as}
                onChange={setAs}
                options={[
                  { value: "chart", label: "", icon: <Glyph icon={<ChartColumn aria-hidden="true" />} name={r("panel.chart")} />, tip: { "data-tip": r("panel.chart") } },
                  { value: "table", label: "", icon: <Glyph icon={<Table2 aria-hidden="true" />} name={r("panel.table")} />, tip: { "data-tip": r("panel.table") } },
                ]}
              />
            )}
            <a href={csv} download className="btn btn-ghost btn-icon btn-dense" aria-label={r("panel.csv", { title: panel.title })} data-tip={r("panel.csvTip")}>
              <Download aria-hidden="true" />
            </a>
          </div>
        )}
      </header>
      {panel.empty !== "" ? <p className="panel-empty">{panel.empty}</p> : drawn && as === "chart" ? <Drawing panel={panel} markers={markers} /> : <Table panel={panel} bars={panel.chart === "table"} wide={wide} />}
      {panel.note && <p className="panel-note"><bdi>{tidy(panel.note)}</bdi></p>}
    </article>
  );
});

/** meaning is what the figures of a chart mean; where there are several, each after its name. */
function meaning(panel: Panel): string {
  const told = panel.columns.flatMap((c) => (panel.definitions?.[c.key] ? [{ label: c.label, text: panel.definitions[c.key]! }] : []));
  return told.length === 1 ? told[0]!.text : told.map((d) => r("panel.meaning", d)).join(" ");
}

function Glyph({ icon, name }: { icon: React.ReactNode; name: string }) {
  return (
    <>
      {icon}
      <span className="sr-only">{name}</span>
    </>
  );
}

function Drawing({ panel, markers }: { panel: Panel; markers: Marker[] }) {
  const frame = useMemo(() => frameOf(panel), [panel]);
  const marks = useMemo(() => marksOn(frame, markers), [frame, markers]);
  const name = panel.summary && panel.summary !== panel.title ? `${panel.title}. ${panel.summary}` : panel.title;
  switch (panel.chart) {
    case "line":
      return <LineChart name={name} frame={frame} marks={marks} />;
    case "bars":
    case "stack":
      return <BarChart name={name} frame={frame} kind={panel.chart} marks={marks} />;
    case "hist":
      return <BarChart name={name} frame={frame} kind="hist" marks={[]} />;
    case "heat":
      return <Heat panel={panel} name={name} />;
    case "nps":
      return <Parts panel={panel} name={name} />;
  }
  return <Table panel={panel} bars wide />;
}

/** marksOn finds the place of every release and incident on an axis of days: the last that began by then. */
export function marksOn(frame: Frame, markers: Marker[]): { at: number; marker: Marker }[] {
  const days = frame.keys.length > 0 && frame.keys.every((k) => /^\d{4}-\d{2}-\d{2}/.test(k));
  if (!days) return [];
  return markers.flatMap((marker) => {
    const day = marker.at.slice(0, 10);
    const at = frame.keys.findLastIndex((k) => k.slice(0, 10) <= day);
    return at >= 0 ? [{ at, marker }] : [];
  });
}

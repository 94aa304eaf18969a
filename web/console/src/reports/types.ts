// What GET /api/v1/reports/dashboards/{page} answers.

export const channels = ["chat", "email", "api"] as const;
export type Channel = (typeof channels)[number];
export const touchpoints = ["advertising", "social", "marketing", "sales", "pricing", "payment", "delivery", "product", "support"] as const;
export type Touchpoint = (typeof touchpoints)[number];

export const pages = ["live", "overview", "satisfaction", "speed", "volume", "handoffs", "team", "topics"] as const;
export type PageName = (typeof pages)[number];

export interface Range {
  low: number | null;
  high: number | null;
}

export interface Change {
  verdict: "up" | "down" | "perhaps" | "no_clear_change" | "not_enough_data" | "";
  value: number | null;
  ratio: boolean;
  relative: number | null;
  interval: Range | null;
  good: boolean | null;
}

export interface SparkPoint {
  from: string;
  to: string;
  value: number | null;
  n: number;
}

export interface Tile {
  figure: string;
  label: string;
  unit: string;
  better: string;
  definition: string;
  value: number | null;
  p90: number | null;
  interval: Range | null;
  n: number;
  hits: number | null;
  method: string;
  spark: SparkPoint[] | null;
  before: number | null;
  change: Change;
  sentence: string;
  note: string;
  href: string;
}

export type ChartKind = "line" | "bars" | "stack" | "hist" | "heat" | "table" | "nps";

export interface Column {
  key: string;
  label: string;
  unit: string;
  role: string;
}

export type Cell = string | number | boolean | null | number[];

export interface Row {
  cells: Cell[];
  href: string;
  /** The tickets of each cell that has some of its own. */
  hrefs?: string[];
}

export interface Panel {
  id: string;
  title: string;
  summary: string;
  chart: ChartKind;
  unit: string;
  method?: string;
  columns: Column[];
  rows: Row[];
  note: string;
  empty: string;
  /** What the figures of its columns mean. */
  definitions?: Record<string, string>;
}

export interface Marker {
  kind: string;
  name: string;
  at: string;
  to?: string | null;
  url?: string;
}

export interface Statement {
  text: string;
  where: string;
  good: boolean | null;
  href: string;
}

export interface Dashboard {
  page: PageName;
  from: string;
  to: string;
  compared_with: { from: string; to: string } | null;
  time: string;
  as_of: string;
  time_zone: string;
  definition_version: number;
  headline: Statement | null;
  tiles: Tile[];
  panels: Panel[];
  markers: Marker[] | null;
  notes: string[] | null;
}

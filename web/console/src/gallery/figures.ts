import type { TrendDay } from "../api/types";
import type { Change, Marker, Panel, Tile } from "../reports/types";

const days = Array.from({ length: 28 }, (_, i) => new Date(Date.UTC(2026, 9, 24 + i)).toISOString().slice(0, 10));
/** A wave with a break in it, the same every time. */
const wave = (i: number, base: number, swing: number) => Math.round(base + swing * Math.sin(i / 2.3) + (i > 20 ? swing : 0));

const change = (verdict: Change["verdict"], good: boolean | null, value: number | null = 0.06): Change => ({ verdict, value, ratio: false, relative: null, interval: { low: 0.02, high: 0.1 }, good });

function tile(label: string, part: Partial<Tile>): Tile {
  return {
    figure: label.toLowerCase(),
    label,
    unit: "share",
    better: "higher",
    definition: "Answers of 4 or 5, divided by all answers given in the period.",
    value: 0.76,
    p90: null,
    interval: { low: 0.71, high: 0.8 },
    n: 385,
    hits: 292,
    method: "exact",
    spark: days.slice(0, 12).map((d, i) => ({ from: d, to: d, value: 0.7 + (wave(i, 5, 3) % 9) / 60, n: 30 })),
    before: 0.7,
    change: change("up", true),
    sentence: "",
    note: "",
    href: "/tickets",
    ...part,
  };
}

export const tiles: Tile[] = [
  tile("Customer satisfaction", {}),
  tile("Reopened", { better: "lower", value: 0.12, change: change("up", false) }),
  tile("New tickets", { unit: "count", better: "", value: 1514, interval: null, change: change("no_clear_change", null) }),
  tile("Net promoter score", { unit: "points", value: 41, interval: { low: 12, high: 60 }, n: 28, change: change("not_enough_data", null) }),
  tile("First response", { unit: "seconds", better: "lower", value: 240, p90: 1900, interval: null, change: change("perhaps", null, 60), spark: null }),
  tile("Ease", { unit: "score", value: null, interval: null, n: 0, spark: null, href: "", change: change("", null), note: "Nobody answered in this period." }),
];

const column = (key: string, role: string, unit = "count", label = key) => ({ key, label, unit, role });
const panel = (id: string, chart: Panel["chart"], title: string, part: Partial<Panel>): Panel => ({ id, title, summary: "", chart, unit: "count", columns: [], rows: [], note: "", empty: "", ...part });

export const panels: Panel[] = [
  panel("line", "line", "Satisfaction fell by 6 points after 14 November", {
    unit: "share",
    summary: "76 %, between 71 and 80 %, of 385 answers.",
    columns: [column("from", "x", ""), column("value", "y", "share"), column("low", "low", "share"), column("high", "high", "share"), column("n", "n")],
    rows: days.map((d, i) => ({ cells: i === 9 ? [d, null, null, null, 0] : [d, 0.84 - wave(i, 4, 2) / 60, 0.7 - wave(i, 4, 2) / 60, 0.92, 14], href: "" })),
  }),
  panel("bars", "bars", "1,514 came, 1,491 were resolved; unresolved at the end: 12", {
    columns: [column("from", "x", ""), column("opened", "y", "count", "Opened"), column("resolved", "y", "count", "Resolved"), column("backlog", "line", "count", "Open at the end of the day")],
    rows: days.map((d, i) => ({ cells: [d, wave(i, 50, 18), wave(i + 1, 48, 18), wave(i, 20, 8)], href: "" })),
  }),
  panel("stack", "stack", "Answers from 1 to 5", {
    columns: [column("from", "x", ""), ...[1, 2, 3, 4, 5].map((n) => column(`${n}/5`, "y")), column("n", "n")],
    rows: days.map((d, i) => ({ cells: [d, i % 3, 1, wave(i, 3, 2), wave(i, 9, 4), wave(i + 2, 12, 5), 30], href: "" })),
  }),
  panel("hist", "hist", "Ease from 1 to 7: more is easier", {
    columns: [column("bucket", "x", ""), column("n", "y"), column("share", "n", "share")],
    rows: [0, 2, 1, 4, 9, 22, 31].map((n, i) => ({ cells: [String(i + 1), n, n / 69], href: "" })),
  }),
  panel("nps", "nps", "No clear change in net promoter score", {
    unit: "share",
    columns: [column("part", "x", ""), column("share", "y", "share"), column("n", "n")],
    rows: [
      { cells: ["Detractors, 0 to 6", 0.36, 10], href: "" },
      { cells: ["Passives, 7 and 8", 0.28, 8], href: "" },
      { cells: ["Promoters, 9 and 10", 0.36, 10], href: "" },
    ],
  }),
  panel("heat", "heat", "Busiest on Mondays from 15:00 to 16:00", {
    columns: [column("weekday", "x", ""), ...Array.from({ length: 24 }, (_, h) => column(String(h), "y"))],
    rows: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].map((day, d) => ({ cells: [day, ...Array.from({ length: 24 }, (_, h) => (h < 7 || h > 21 ? 0 : Math.max(0, wave(h + d, 16 - d * 2, 9))))], href: "" })),
  }),
  panel("table", "table", "Satisfaction by team", {
    unit: "",
    columns: [column("team", "x", "", "Team"), column("csat", "y", "share", "Satisfied"), column("csat_low", "low", "share"), column("csat_high", "high", "share"), column("csat_n", "n", "count", "Answers")],
    rows: [
      { cells: ["Support", 0.82, 0.76, 0.87, 158], href: "/tickets" },
      { cells: ["Orders", 0.77, 0.69, 0.83, 137], href: "/tickets" },
      { cells: ["A team with a long name", 0.5, 0.2, 0.8, 6], href: "" },
    ],
  }),
  panel("none", "line", "Net promoter score", { empty: "Nobody was asked in these days." }),
];

export const markers: Marker[] = [
  { kind: "incident", name: "Carrier strike", at: "2026-11-13T08:00:00Z", to: "2026-11-15T08:00:00Z" },
  { kind: "release", name: "Shop 2.15.0, with the new checkout", at: "2026-11-14T08:00:00Z" },
  { kind: "release", name: "Shop 2.15.1", at: "2026-11-16T08:00:00Z" },
];

export const trend: TrendDay[] = days.map((day, i) => ({ day, count: wave(i, 6, 3), expected: 5 }) as TrendDay);

import { Link } from "wouter";
import { PanelCard } from "../reports/Panels";
import { Tiles } from "../reports/Tiles";
import { Headline, Notes } from "../reports/Frame";
import { TrendChart } from "../ui/charts";
import { Case } from "./Case";
import { markers, panels, tiles, trend } from "./figures";

export function Figures() {
  return (
    <>
      <Case name="headline and notes" wide>
        <Headline said={{ text: "Satisfaction fell by 6 points; late parcels are the main driver.", where: "", good: false, href: "/issues" }} />
        <Notes list={["Figures of today are not final before midnight."]} />
      </Case>
      <Case name="tiles: better, worse, unclear, too few, nothing, 90 %" wide>
        <div className="reports">
          <Tiles tiles={tiles} compared={{ from: "2026-11-01", to: "2026-11-08" }} />
        </div>
      </Case>
    </>
  );
}

export function Charts() {
  return (
    <>
      {panels.map((panel) => (
        <Case key={panel.id} name={panel.chart + (panel.empty ? ", empty" : "")} wide>
          <PanelCard panel={panel} wide markers={markers} csv="#" />
        </Case>
      ))}
      <Case name="trend with marks close to each other" wide>
        <TrendChart title="Late parcels, a day" summary="38 in the last 28 days, 14 expected." trend={trend} marks={markers.map((m, i) => ({ at: m.at, label: m.name, ...(i > 0 ? { row: i } : {}) }))} />
      </Case>
    </>
  );
}

export function Tables() {
  return (
    <Case name="table" wide>
      <div className="overflow-x-auto">
        <table className="table">
          <thead>
            <tr>
              <th>Topic</th>
              <th className="num">Tickets</th>
              <th className="num">CSAT</th>
            </tr>
          </thead>
          <tbody>
            {[
              ["Late delivery", "38", "61 %"],
              ["A topic with a long name that has to break somewhere", "12", "84 %"],
              ["Refund", "9", "–"],
            ].map((r) => (
              <tr key={r[0]}>
                <td>
                  <Link href="/issues" className="link">
                    {r[0]}
                  </Link>
                </td>
                <td className="num">{r[1]}</td>
                <td className="num">{r[2]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Case>
  );
}

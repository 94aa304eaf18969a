import { Check } from "lucide-react";
import type { Event } from "../api/types";
import { number } from "../i18n/t";
import { t, word } from "./words";
import type { Names } from "./lines";

/** One agent as the router saw it when it decided. */
interface Candidate {
  agent: string;
  name?: string;
  load: number;
  capacity: number;
  idle_s?: number;
  score?: number;
  rate?: number;
  missing?: string[];
  out?: string;
}

/** Why lays a routing decision open: the rule in words, and everybody who was weighed. */
export default function Why({ event, names }: { event: Event; names: Names }) {
  const d = event.data ?? {};
  const candidates = (Array.isArray(d.candidates) ? d.candidates : []) as Candidate[];
  const rule = String(d.rule ?? "");
  const team = typeof d.team === "string" ? String(d.team_name || names.team(d.team)) : "";
  const scored = candidates.some((c) => c.score !== undefined);
  return (
    <div className="why">
      <p>{word(`rule.${rule}`, rule.replaceAll("_", " "))}</p>
      {d.relaxed === true && <p>{t("why.relaxed")}</p>}
      {team && <p>{t("why.overflow", { team })}</p>}
      {candidates.length > 0 && (
        <div className="why-scroll" tabIndex={0} role="region" aria-label={t("why.candidates")}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("why.agent")}</th>
                <th scope="col" className="num">
                  {t("why.load")}
                </th>
                <th scope="col" className="num">
                  {t("why.idle")}
                </th>
                {scored && (
                  <th scope="col" className="num" data-tip={t("why.scoreHint")}>
                    {t("why.score")}
                  </th>
                )}
                <th scope="col">{t("why.outcome")}</th>
              </tr>
            </thead>
            <tbody>
              {candidates.map((c) => (
                <CandidateRow key={c.agent} candidate={c} chosen={c.agent === d.agent} scored={scored} name={c.name || names.agent(c.agent) || t("line.someone")} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function CandidateRow({ candidate, chosen, scored, name }: { candidate: Candidate; chosen: boolean; scored: boolean; name: string }) {
  return (
    <tr className={chosen ? "why-chosen" : undefined} data-chosen={chosen}>
      <th scope="row">{name}</th>
      <td className="num">{t("me.loadOf", { load: candidate.load, capacity: candidate.capacity })}</td>
      <td className="num">{candidate.idle_s === undefined ? "–" : idle(candidate.idle_s)}</td>
      {scored && <td className="num">{candidate.score === undefined ? "–" : number(candidate.score, 2)}</td>}
      <td>
        {chosen ? (
          <span className="chip chip-ok">
            <Check aria-hidden="true" />
            {t("why.chosen")}
          </span>
        ) : (
          outcome(candidate)
        )}
      </td>
    </tr>
  );
}

/** outcome is why it was not this one. */
export function outcome(c: { out?: string; missing?: string[]; rate?: number }): string {
  if (c.out === "skill") return t("out.skill", { skills: (c.missing ?? []).join(", ") });
  if (c.out === "rate") return t("out.rate", { n: c.rate ?? 0 });
  if (c.out) return word(`out.${c.out}`, c.out);
  return c.missing && c.missing.length > 0 ? t("out.lacks", { skills: c.missing.join(", ") }) : t("out.behind");
}

/** idle is how long somebody had got nothing; who never got anything has waited longest. */
export function idle(seconds: number): string {
  if (seconds < 0 || seconds > 30 * 86_400) return t("why.never");
  if (seconds < 60) return t("why.seconds", { n: Math.round(seconds) });
  if (seconds < 3600) return t("time.m", { n: Math.floor(seconds / 60) });
  return seconds < 86_400 ? t("time.h", { n: Math.floor(seconds / 3600) }) : t("time.d", { n: Math.floor(seconds / 86_400) });
}

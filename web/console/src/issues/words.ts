import type { Issue, IssueStatus } from "../api/types";
import { number, t } from "../i18n/t";

export const statusTone: Record<IssueStatus, string> = {
  flagged: "chip-danger",
  acknowledged: "chip-info",
  in_progress: "chip-info",
  fixed: "chip-accent",
  verified: "chip-ok",
  no_effect: "chip-warn",
  regressed: "chip-danger",
  wont_fix: "",
};

export const kindTone: Record<Issue["kind"], string> = { new: "chip-accent", rising: "chip-warn", burst: "chip-danger", recurring: "", regressed: "chip-danger" };

/** csatText is the difference in satisfaction with its interval; under too few answers there is none. */
export function csatText(csat: Issue["csat"]): { text: string; interval: string; clear: boolean } {
  if (csat === null || csat === undefined) return { text: t("issue.noCsat"), interval: "", clear: false };
  const interval = t("issue.interval", { low: signed(csat.low), high: signed(csat.high), n: csat.n });
  const clear = csat.low > 0 || csat.high < 0;
  return { text: signed(csat.diff), interval, clear };
}

export function signed(n: number): string {
  const s = number(Math.abs(n), 2);
  return n > 0 ? `+${s}` : n < 0 ? `−${s}` : s;
}

import type { Issue, IssueStatus, Step } from "../api/types";
import { locale, sayer, speaker } from "../i18n/t";
import en from "./issues.en.json";
import own from "./words.en.json";

const i = sayer(en);

/** t says the words of the first screen and those that only issues need. */
export const { t, word } = speaker(own);
export type Key = Parameters<typeof t>[0];

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

/** fixed has so many decimals always: figures below each other are read at one glance. */
export function fixed(n: number, digits = 2): string {
  return n.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function signed(n: number): string {
  const s = fixed(Math.abs(n));
  return n > 0 ? `+${s}` : n < 0 ? `−${s}` : s;
}

/** stepText says one step of an issue's history in words. */
export function stepText(h: Step, agent: (id: string) => string): string {
  const who = h.by?.name || (h.by?.kind === "agent" ? agent(h.by.id ?? "") : "") || t("line.system");
  switch (h.what) {
    case "name":
      return t("issue.step.name", { who, name: h.to });
    case "owner":
      return h.to ? t("issue.step.owner", { who, name: agent(h.to) || t("line.someone") }) : t("issue.step.noOwner", { who });
    case "tracker":
      return h.to ? i("step.tracker", { who, url: h.to }) : i("step.noTracker", { who });
    case "merged":
      return t("issue.step.merged", { who });
    case "split":
      return t("issue.step.split", { who });
    case "kind":
      return t("issue.step.kind", { kind: word(`kind.${h.to}`, h.to) });
    default:
      return t("issue.step.status", { who, to: word(`issueStatus.${h.to}`, h.to) });
  }
}

import { Link } from "wouter";
import type { IssueDetail, ImpactPart } from "../api/types";
import { useMay } from "../app/desk";
import { locale, number, percent, sayer } from "../i18n/t";
import { fixed, t } from "./words";
import en from "./issues.en.json";

const i = sayer(en);

/** Impact shows the sum, its four terms and how each comes about, so that nobody has to believe one number. */
export function Impact({ issue }: { issue: IssueDetail }) {
  const { impact } = issue;
  const most = Math.max(0.01, ...impact.parts.map((p) => p.hours));
  const weeks = number(issue.period_days / 7);
  return (
    <>
      <p className="text-kpi font-semibold">{t("issue.hoursPerWeek", { n: impact.hours_per_week })}</p>
      <p className="text-meta text-fg-3">{i("sum")}</p>
      <dl className="mt-3 grid gap-2">
        {impact.parts.map((p) => (
          <div key={p.term} className="grid grid-cols-[7.5rem_1fr_3.5rem] items-center gap-x-3 text-dense" data-term={p.term}>
            <dt className="text-fg-2">{t(`impact.${p.term}`)}</dt>
            <dd aria-hidden="true">
              <svg viewBox="0 0 100 6" preserveAspectRatio="none" className="impact-bar h-1.5 w-full">
                <rect width="100" height="6" className="fill-sunken" />
                <rect width={(p.hours / most) * 100} height="6" className="fill-accent" />
              </svg>
            </dd>
            <dd className="text-end">{fixed(p.hours)}</dd>
            <dd className="col-span-3 text-meta text-fg-3">{i(how(p), { count: number(p.count, 1), weight: number(p.weight, 2), weeks })}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-meta text-fg-3">{t("impact.trend", { n: number(impact.trend, 2) })}</p>
      {issue.unsure_share !== undefined && <p className="text-meta text-fg-3">{t("issue.unsure", { share: percent(issue.unsure_share) })}</p>}
      <Cost issue={issue} />
    </>
  );
}

function how(p: ImpactPart) {
  return `part.${p.term}` as const;
}

/** money prints an amount in whole units: cents would pretend. */
export function money(amount: number, currency: string): string {
  return amount.toLocaleString(locale(), { style: "currency", currency, maximumFractionDigits: 0 });
}

/** Cost is the same in money, where the desk said what an hour costs. */
function Cost({ issue }: { issue: IssueDetail }) {
  const may = useMay();
  const c = issue.cost;
  if (!c) {
    if (!may.settings) return null;
    return (
      <p className="mt-3 text-meta">
        <Link href="/settings/impact" className="link">
          {i("cost.none")}
        </Link>
      </p>
    );
  }
  const rows = [
    [i("cost.amount", { days: issue.period_days }), c.amount, ""],
    [i("cost.avoidable"), c.avoidable, i("cost.avoidableHint")],
    [i("cost.yearly"), c.yearly, ""],
  ] as const;
  return (
    <section className="mt-4 border-t border-line pt-3" aria-label={i("cost")}>
      <h3 className="mb-1 text-dense font-semibold">{i("cost")}</h3>
      <dl className="grid gap-1 text-dense">
        {rows.map(([label, amount, hint]) => (
          <div key={label} className="flex flex-wrap justify-between gap-x-3">
            <dt className="text-fg-2">{label}</dt>
            <dd className="font-medium">{money(amount, c.currency)}</dd>
            {hint && <dd className="w-full text-meta text-fg-3">{hint}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
}

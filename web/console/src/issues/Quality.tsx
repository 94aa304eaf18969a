import { useQuery } from "@tanstack/react-query";
import { api, Problem } from "../api/http";
import type { Interval95, IssueList } from "../api/types";
import { percent, sayer } from "../i18n/t";
import en from "./issues.en.json";

const i = sayer(en);

interface SuggestionQuality {
  trained_at: string | null;
  days: number;
  waiting: number;
  precision: Interval95 | null;
  held_out: Interval95 | null;
}

/** Quality tells how often people took what is suggested. Who may not read it sees what is known of issues alone. */
export function Quality({ checked }: { checked: IssueList["checked"] }) {
  const tags = useQuery({
    queryKey: ["tags", "quality"],
    queryFn: ({ signal }) => api.get<SuggestionQuality>("/tags/suggestions/quality", signal),
    retry: (n, err) => !(err instanceof Problem) && n < 2,
  });
  return (
    <section className="mt-8" aria-labelledby="quality" data-quality>
      <h2 id="quality" className="mb-2 text-lead font-semibold">
        {i("quality")}
      </h2>
      <dl className="grid max-w-[88ch] gap-2 text-dense">
        <dt className="font-medium">{i("quality.topics")}</dt>
        <dd className="text-fg-2">{checked ? i("quality.topicsSaid", parts(checked)) : i("quality.topicsNone")}</dd>
        {tags.data && (
          <>
            <dt className="font-medium">{i("quality.tags")}</dt>
            <dd className="text-fg-2">{ofTags(tags.data)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function ofTags(q: SuggestionQuality): string {
  if (!q.trained_at) return i("quality.untaught");
  const more = { days: q.days, waiting: q.waiting };
  const said = q.precision ? i("quality.tagsSaid", { ...parts(q.precision), ...more }) : i("quality.tagsNone", more);
  return q.held_out ? `${said} ${i("quality.heldOut", parts(q.held_out))}` : said;
}

function parts(v: Interval95) {
  return { share: percent(v.value), n: v.n, low: percent(v.low), high: percent(v.high) };
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { api } from "../api/http";
import type { Issue, IssueDetail, Ticket, TrueSize } from "../api/types";
import { number, sayer } from "../i18n/t";
import { t } from "./words";
import { since } from "../i18n/time";
import { useMinute } from "../live/clock";
import { useToast } from "../ui/toast";
import en from "./issues.en.json";
import { subjectOf } from "../inbox/subject";

const i = sayer(en);

/** IssueTickets lists examples; those that do not belong can be split off into an issue of their own. */
export function IssueTickets({ issue, mayAct }: { issue: IssueDetail; mayAct: boolean }) {
  const now = useMinute();
  const say = useToast();
  const cache = useQueryClient();
  const [, go] = useLocation();
  const [picked, setPicked] = useState<string[]>([]);
  const split = useMutation({
    mutationFn: () => api.post<Issue>(`/issues/${issue.id}/split`, { tickets: picked }),
    onSuccess: (made) => {
      void cache.invalidateQueries({ queryKey: ["issues"] });
      void cache.invalidateQueries({ queryKey: ["issue", issue.id] });
      say(t("issue.splitDone", { count: picked.length }));
      setPicked([]);
      if (made?.id) go(`/issues/${made.id}`);
    },
    onError: (err) => say.wrong(err),
  });
  const keep = useMutation({
    mutationFn: () => api.post<Issue>(`/issues/${issue.id}/keep`, { tickets: picked }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: ["issues"] });
      void cache.invalidateQueries({ queryKey: ["issue", issue.id] });
      say(i("keep.done", { count: picked.length }));
      setPicked([]);
    },
    onError: (err) => say.wrong(err),
  });
  const busy = split.isPending || keep.isPending;
  const toggle = (id: string, on: boolean) => setPicked((all) => (on ? [...all, id] : all.filter((x) => x !== id)));
  const unsure = issue.split_candidates.filter((x) => !issue.tickets_sample.some((y) => y.id === x.id));
  const row = (x: Ticket) => (
    <li key={x.id} className="flex items-center gap-3 border-b border-line py-2 last:border-b-0">
      {mayAct && <input type="checkbox" className="check" aria-label={t("issue.pick", { number: String(x.number) })} checked={picked.includes(x.id)} onChange={(e) => toggle(x.id, e.target.checked)} />}
      <Link href={`/tickets/${x.id}?issue=${issue.id}`} className="flex min-w-0 flex-1 items-baseline gap-2 hover:text-accent-fg">
        <span className="text-meta text-fg-3">#{x.number}</span>
        <span className="min-w-0 flex-1 truncate" dir="auto">{issue.said?.[x.id] || subjectOf(x)}</span>
        <span className="text-meta text-fg-3">{since(x.created_at, now)}</span>
      </Link>
    </li>
  );
  return (
    <>
      <Size size={issue.true_size} />
      <ul>{issue.tickets_sample.map(row)}</ul>
      {mayAct && unsure.length > 0 && (
        <section className="mt-4" aria-label={i("split")}>
          <h3 className="text-dense font-semibold">{i("split")}</h3>
          <p className="text-meta text-fg-2">{i("splitLead")}</p>
          <ul>{unsure.map(row)}</ul>
        </section>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <Link href={`/tickets?issue=${issue.id}`} className="btn">
          {t("issue.allTickets", { n: number(issue.tickets) })}
        </Link>
        {picked.length > 0 && (
          <>
            <button type="button" className="btn" disabled={busy} onClick={() => keep.mutate()}>
              {i("keep", { count: picked.length })}
            </button>
            <button type="button" className="btn" disabled={busy} onClick={() => split.mutate()}>
              {t("issue.split", { count: picked.length })}
            </button>
          </>
        )}
      </div>
    </>
  );
}

/** Size says how many of the tickets belong here, as far as people's checks can tell. */
function Size({ size }: { size?: TrueSize | null }) {
  if (!size) return <p className="mb-2 text-meta text-fg-3">{i("size.none")}</p>;
  return (
    <details className="mb-2 text-meta text-fg-2" data-true-size={size.value}>
      <summary>{i("size", { value: number(size.value), of: number(size.of), low: number(size.low), high: number(size.high), count: size.kept + size.moved })}</summary>
      <p className="mt-1 max-w-[64ch] text-fg-3">
        {i("size.checks", { kept: number(size.kept), moved: number(size.moved) })} {size.definition}
      </p>
    </details>
  );
}

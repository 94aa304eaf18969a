import { useInfiniteQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { api, query } from "../api/http";
import type { Page } from "../api/types";
import type { Job } from "../../../shared/src/wire.gen";
import { number, sayer } from "../i18n/t";
import { dateTime } from "../i18n/time";
import { EmptyState } from "../ui/basics";
import { useToast } from "../ui/toast";
import en from "./jobs.en.json";
import { Head, States, useSave } from "./parts";

const w = sayer(en);

/** kindOf is what a job does, in words; one that is newer than this page stands for itself. */
function kindOf(kind: string): string {
  const key = `kind.${kind}`;
  return key in en ? w(key as keyof typeof en) : kind.replaceAll(/[._]/g, " ");
}

/** JobsPage lists what was given up, with its last error, so that somebody can send it again. */
export function JobsPage() {
  const say = useToast();
  const q = useInfiniteQuery({
    queryKey: ["jobs", "parked"],
    queryFn: ({ pageParam, signal }) => api.get<Page<Job>>(`/jobs${query({ state: "parked", cursor: pageParam, limit: 50 })}`, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
  const { save, busy } = useSave([["jobs"]], (id: string) => api.post(`/jobs/${id}/retry`), () => say(w("retried")));
  const rows = q.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <>
      <Head title={w("title")} lead={w("lead")}>
        <button type="button" className="btn" disabled={q.isFetching} onClick={() => void q.refetch()}>
          <RefreshCw aria-hidden="true" />
          {w("refresh")}
        </button>
      </Head>
      <States of={q}>
        {rows.length === 0 ? (
          <EmptyState title={w("none")} />
        ) : (
          <div className="card overflow-hidden">
            <table className="table issue-table">
              <caption className="sr-only">{w("title")}</caption>
              <thead>
                <tr>
                  <th scope="col">{w("kind")}</th>
                  <th scope="col">{w("first")}</th>
                  <th scope="col" className="num">
                    {w("tries")}
                  </th>
                  <th scope="col">
                    <span className="sr-only">{w("act")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((j) => (
                  <Row key={j.id} j={j} busy={busy} onRetry={() => save(j.id)} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {q.hasNextPage && (
          <button type="button" className="btn mt-4" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {w("more")}
          </button>
        )}
      </States>
    </>
  );
}

function Row({ j, busy, onRetry }: { j: Job; busy: boolean; onRetry(): void }) {
  const kind = kindOf(j.kind);
  return (
    <tr data-job={j.kind}>
      <td className="issue-cell">
        <span className="font-medium">{kind}</span>
        <span className="block text-meta text-danger [overflow-wrap:anywhere]" dir="auto">
          {j.error || w("noError")}
        </span>
      </td>
      <td data-label={w("first")}>{j.first_try_at ? dateTime(j.first_try_at) : w("never")}</td>
      <td className="num" data-label={w("tries")}>
        {number(j.tries)}
      </td>
      <td className="num">
        <button type="button" className="btn" disabled={busy} aria-label={w("retryOf", { kind, time: dateTime(j.created_at) })} onClick={onRetry}>
          {w("retry")}
        </button>
      </td>
    </tr>
  );
}

import { useState } from "react";
import { Link } from "wouter";
import { useDesk } from "../app/desk";
import { useStore } from "../live/store";
import { t } from "../i18n/t";
import { Dialog } from "../ui/layer";
import { bulksOf, type Run } from "./bulk";
import { later } from "./later";
import type { ListStore } from "./listStore";
import { useBulk } from "./useBulk";

const LONG = 50;

/** BulkRuns shows acts on many tickets that take their time, and what could not be done. */
export default function BulkRuns({ store }: { store: ListStore }) {
  const { live } = useDesk();
  const runs = useStore(bulksOf(live));
  const bulk = useBulk(store);
  const [looked, look] = useState<string | null>(null);
  const run = runs.find((r) => r.id === looked);
  return (
    <>
      <div className="bulk-runs" role="status">
        {runs.filter((r) => r.state === "running" ? r.total > LONG : r.failed.length > 0).map((r) => (
          <div key={r.id} className="bulk-run" data-bulk={r.state}>
            {r.state === "running" ? <Progress run={r} /> : <Failed run={r} onShow={() => look(r.id)} onHide={() => bulk.drop(r)} />}
          </div>
        ))}
      </div>
      {run && (
        <Failures
          run={run}
          store={store}
          onClose={() => look(null)}
          onAgain={() => {
            look(null);
            bulk.again(run);
          }}
        />
      )}
    </>
  );
}

function Progress({ run }: { run: Run }) {
  const text = run.undoes ? later("bulk.undoing") : later(`bulk.verb.${run.what.kind}`);
  const done = run.done + run.failed.length;
  return (
    <>
      <span className="min-w-0 flex-1 truncate">{text}…</span>
      <span className="text-fg-3">{later("bulk.progress", { done, total: run.total })}</span>
      <progress className="bulk-progress" aria-label={text} value={done} max={Math.max(1, run.total)} />
    </>
  );
}

function Failed({ run, onShow, onHide }: { run: Run; onShow(): void; onHide(): void }) {
  return (
    <>
      <span className="min-w-0 flex-1">{later("bulk.failed", { count: run.failed.length })}</span>
      <button type="button" className="btn btn-dense" onClick={onShow}>
        {later("bulk.show")}
      </button>
      <button type="button" className="btn btn-ghost btn-dense" onClick={onHide}>
        {later("bulk.hide")}
      </button>
    </>
  );
}

function Failures({ run, store, onClose, onAgain }: { run: Run; store: ListStore; onClose(): void; onAgain(): void }) {
  return (
    <Dialog title={later("bulk.failedTitle")} onClose={onClose}>
      <ul className="bulk-failures scroll">
        {run.failed.map((f) => (
          <li key={f.ticket} data-failed={f.ticket}>
            <Link href={`${store.source.base}/${f.ticket}`} className="link" onClick={onClose}>
              <span dir="auto">
                #{f.number} {f.subject}
              </span>
            </Link>
            <p className="text-meta text-fg-2">{f.detail || f.code}</p>
          </li>
        ))}
      </ul>
      <div className="mt-4 flex justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t("action.close")}
        </button>
        {!run.undoes && run.failed.some((f) => f.code !== "closed") && (
          <button type="button" className="btn btn-primary" onClick={onAgain}>
            {later("bulk.retry", { count: run.failed.length })}
          </button>
        )}
      </div>
    </Dialog>
  );
}

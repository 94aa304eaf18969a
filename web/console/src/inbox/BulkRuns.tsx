import { Square } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useDesk } from "../app/desk";
import { useStore } from "../live/store";
import { t } from "../i18n/t";
import { Dialog } from "../ui/layer";
import { bulksOf, type Failure, type Run } from "./bulk";
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
  useEffect(() => bulk.takeUp(), [bulk]);
  return (
    <>
      <div className="bulk-runs" role="status">
        {runs.filter((r) => r.state === "running" ? r.total > LONG : r.failed.length > 0 || Boolean(r.left_out)).map((r) => (
          <div key={r.id} className="bulk-run" data-bulk={r.state}>
            {r.state === "running" ? <Progress run={r} onStop={() => bulk.stop(r)} /> : <Failed run={r} onShow={() => look(r.id)} onHide={() => bulk.drop(r)} />}
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

function Progress({ run, onStop }: { run: Run; onStop(): void }) {
  const [stopping, setStopping] = useState(false);
  const text = run.undoes ? later("bulk.undoing") : later(`bulk.verb.${run.what.kind}`);
  const done = run.done + run.failed.length;
  return (
    <>
      <span className="min-w-0 flex-1 truncate">{text}…</span>
      <span className="text-fg-3">{later("bulk.progress", { done, total: run.total })}</span>
      {!run.undoes && (
        <button
          type="button"
          className="btn btn-dense"
          aria-disabled={stopping}
          data-tip={later("bulk.stopHint")}
          onClick={() => {
            if (stopping) return;
            setStopping(true);
            onStop();
          }}
        >
          <Square aria-hidden="true" />
          {later(stopping ? "bulk.stopping" : "bulk.stop")}
        </button>
      )}
      <progress className="bulk-progress" aria-label={text} value={done} max={Math.max(1, run.total)} />
    </>
  );
}

function Failed({ run, onShow, onHide }: { run: Run; onShow(): void; onHide(): void }) {
  return (
    <>
      <span className="min-w-0 flex-1">
        {run.failed.length > 0 && later("bulk.failed", { count: run.failed.length })} {Boolean(run.left_out) && later("bulk.left", { count: run.left_out ?? 0 })}
      </span>
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
  const left = run.left ?? [];
  const title = later(run.failed.length > 0 ? "bulk.failedTitle" : "bulk.leftTitle");
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="bulk-failures scroll" tabIndex={0} role="region" aria-label={title}>
        <Items items={run.failed} store={store} onClose={onClose} />
        {left.length > 0 && (
          <>
            {run.failed.length > 0 && <h3 className="text-dense font-medium">{later("bulk.leftTitle")}</h3>}
            <p className="text-dense text-fg-2">{later("bulk.leftWhy")}</p>
            <Items items={left} store={store} onClose={onClose} />
            {left.length < (run.left_out ?? 0) && <p className="text-meta text-fg-2">{later("bulk.leftMore", { count: (run.left_out ?? 0) - left.length })}</p>}
          </>
        )}
      </div>
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

function Items({ items, store, onClose }: { items: readonly Failure[]; store: ListStore; onClose(): void }) {
  if (items.length === 0) return null;
  return (
    <ul className="grid gap-[10px]">
      {items.map((f) => (
        <li key={f.ticket} data-failed={f.ticket}>
          <Link href={`${store.source.base}/${f.ticket}`} className="link" onClick={onClose}>
            <span dir="auto">
              #{f.number} {f.subject}
            </span>
          </Link>
          {f.code !== "" && <p className="text-meta text-fg-2">{f.detail || f.code}</p>}
        </li>
      ))}
    </ul>
  );
}

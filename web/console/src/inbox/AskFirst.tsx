import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { api } from "../api/http";
import { number, t } from "../i18n/t";
import { Skeleton, why } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { countOf, MOST, type Counted, type Do } from "./bulk";
import { later } from "./later";
import type { ListStore } from "./listStore";
import type { useBulk } from "./useBulk";

type Bulk = ReturnType<typeof useBulk>;

/** Up to this many loaded tickets are changed at once without a question: they are on screen, or nearly, and can be undone. */
const UNASKED = 50;

interface Asked {
  what: Do;
  /** What was loaded and chosen; undefined where the server has to count. */
  count: number | undefined;
  go(asOf?: number): void;
}

/** useAskFirst asks before an act on more tickets than anybody can look at: each of their customers may hear of it. */
export function useAskFirst(bulk: Bulk, store: ListStore, count: number | undefined): { bulk: Bulk; question: ReactNode } {
  const [asked, setAsked] = useState<Asked | null>(null);
  const act: Bulk["act"] = (what, change) => {
    const whole = store.chosen.get().all;
    if (whole || count === undefined || count > UNASKED) setAsked({ what, count: whole ? undefined : count, go: (asOf) => bulk.act(what, change, asOf) });
    else bulk.act(what, change);
  };
  return { bulk: { ...bulk, act }, question: asked && <Question asked={asked} store={store} onClose={() => setAsked(null)} /> };
}

/** Question names how many tickets are meant before it can be answered, and means those that were counted. */
function Question({ asked, store, onClose }: { asked: Asked; store: ListStore; onClose(): void }) {
  const [path] = useState(() => countOf(store));
  const counted = useQuery({ queryKey: ["bulk-count", path], queryFn: ({ signal }) => api.get<Counted>(path, signal), enabled: asked.count === undefined, gcTime: 0, staleTime: Infinity, refetchOnWindowFocus: false });
  const except = asked.count === undefined ? store.chosen.get().ids.size : 0;
  const count = asked.count ?? (counted.data && Math.max(0, counted.data.count - except));
  const ready = count !== undefined && count > 0 && !counted.data?.more;
  return (
    <Dialog title={count === undefined || counted.data?.more ? later(`bulk.verb.${asked.what.kind}`) : later(`bulk.go.${asked.what.kind}`, { count })} onClose={onClose}>
      <div className="grid gap-4">
        <p aria-live="polite">
          {counted.isError ? why(counted.error) : count === undefined ? <Counting /> : counted.data?.more ? later("bulk.tooMany", { most: number(MOST, 0) }) : count === 0 ? later("bulk.none") : asked.count === undefined ? later("bulk.ask", { count }) : later("bulk.askLoaded")}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className="btn" onClick={onClose}>
            {t("action.cancel")}
          </button>
          {/* It holds the focus from the start, and does nothing until the number stands: what is pressed has been read. */}
          <button
            type="button"
            className="btn btn-primary"
            data-autofocus
            aria-disabled={!ready}
            onClick={() => {
              if (!ready) return;
              onClose();
              asked.go(counted.data?.as_of);
            }}
          >
            {ready ? later(`bulk.go.${asked.what.kind}`, { count }) : later(`bulk.verb.${asked.what.kind}`)}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function Counting() {
  return (
    <span role="status" aria-label={later("bulk.counting")}>
      <Skeleton className="h-5" />
    </span>
  );
}

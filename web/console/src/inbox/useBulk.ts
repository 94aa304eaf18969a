import { useCallback, useMemo } from "react";
import { useDesk } from "../app/desk";
import type { Ticket } from "../live/list";
import { useToast } from "../ui/toast";
import { bulksOf, type Do, type Ended, type Run } from "./bulk";
import { later } from "./later";
import type { ListStore } from "./listStore";

/** useBulk acts on what is chosen and says how it ended: what failed stays to be looked at, the rest can be undone. */
export function useBulk(store: ListStore) {
  const { live } = useDesk();
  const say = useToast();
  const bulks = bulksOf(live);
  const tell = useCallback(
    async (ending: Promise<Ended>): Promise<void> => {
      try {
        const { run, undo } = await ending;
        const back = undo && (() => void tell(undo()));
        if (run.stopped) say(later("bulk.stopped", { done: run.done, total: run.total }), back, run.done);
        else if (run.undoes) say(run.failed.length === 0 ? later("bulk.undone") : later("bulk.failed", { count: run.failed.length }));
        else if (run.failed.length === 0 && run.done > 0) say(later(`bulk.done.${run.what.kind}`, { count: run.done }), back, run.done);
        else if (back) say(later("bulk.failed.some", { done: run.done, total: run.total, failed: run.failed.length }), back, run.done);
        else say(later("bulk.failed.none"));
      } catch (err) {
        say.wrong(err);
      }
    },
    [say],
  );
  return useMemo(
    () => ({
      /** asOf is when the question was put: what came in later is not meant. */
      act: (what: Do, change: (t: Ticket) => Partial<Ticket>, asOf?: number) => void tell(bulks.act(store, what, change, asOf)),
      again: (run: Run) => void tell(bulks.again(run, store)),
      drop: (run: Run) => bulks.drop(run.id),
      stop: (run: Run) => void bulks.stop(run).catch((err: unknown) => say.wrong(err)),
      /** What was under way when the page was left. */
      takeUp: () => {
        const ending = bulks.takeUp(store);
        if (ending) void tell(ending);
      },
    }),
    [bulks, store, tell, say],
  );
}

import { useState, type ReactNode } from "react";
import { t } from "../i18n/t";
import { Dialog } from "../ui/layer";
import type { Do } from "./bulk";
import { later } from "./later";
import type { useBulk } from "./useBulk";

type Bulk = ReturnType<typeof useBulk>;

/** Up to this many tickets are changed at once without a question: they are on screen, or nearly, and can be undone. */
const UNASKED = 50;

/** useAskFirst asks before an act on more tickets than anybody can look at: each of their customers may hear of it. */
export function useAskFirst(bulk: Bulk, count: number | undefined): { bulk: Bulk; question: ReactNode } {
  const [asked, setAsked] = useState<{ what: Do; go(): void } | null>(null);
  const act: Bulk["act"] = (what, change) => {
    if (count === undefined || count > UNASKED) setAsked({ what, go: () => bulk.act(what, change) });
    else bulk.act(what, change);
  };
  const question = asked && (
    <Dialog title={later(`bulk.verb.${asked.what.kind}`)} onClose={() => setAsked(null)}>
      <div className="grid gap-4 px-5 pt-2 pb-5">
        <p>{count === undefined ? later("bulk.askAll") : later("bulk.ask", { count })}</p>
        <div className="flex justify-end gap-2">
          <button type="button" className="btn" onClick={() => setAsked(null)}>
            {t("action.cancel")}
          </button>
          <button
            type="button"
            className="btn btn-primary"
            data-autofocus
            onClick={() => {
              setAsked(null);
              asked.go();
            }}
          >
            {later("bulk.askGo")}
          </button>
        </div>
      </div>
    </Dialog>
  );
  return { bulk: { ...bulk, act }, question };
}

import { useStore } from "../live/store";
import { later } from "./later";
import type { ListStore } from "./listStore";
import { chooseView } from "./selection";

/** Scope says in words how far a selection reaches, and widens it to the whole view when one asks for that. */
export default function Scope({ store, total }: { store: ListStore; total: number | undefined }) {
  const chosen = useStore(store.chosen);
  const list = useStore(store);
  if (chosen.all) {
    return (
      <p className="scope" data-scope="view">
        {total === undefined || chosen.ids.size > 0 ? later("scope.whole") : later("scope.wholeCount", { count: total })}
      </p>
    );
  }
  return (
    <p className="scope" data-scope="loaded">
      <span>{later("scope.loaded", { count: chosen.ids.size })}</span>
      {list.next !== undefined && (
        <button type="button" className="link" onClick={() => store.chosen.patch(chooseView(chosen.anchor))}>
          {total === undefined ? later("scope.all") : later("scope.count", { count: total })}
        </button>
      )}
    </p>
  );
}

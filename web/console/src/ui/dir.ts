import { useSyncExternalStore } from "react";

/** isRtl tells whether the page reads from right to left. */
export const isRtl = () => document.documentElement.dir === "rtl";

function onTurn(changed: () => void): () => void {
  const seen = new MutationObserver(changed);
  seen.observe(document.documentElement, { attributeFilter: ["dir"] });
  return () => seen.disconnect();
}

/** useRtl is for what CSS cannot mirror, as the axis of a drawing: it follows the page when that turns round. */
export const useRtl = () => useSyncExternalStore(onTurn, isRtl);

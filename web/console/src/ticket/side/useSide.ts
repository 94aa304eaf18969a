import { useCallback, useMemo, useState, useSyncExternalStore } from "react";
import { usePreferences } from "../../app/preferences";
import { useKey } from "../../keys/useKeys";

const WIDE = "(min-width: 68.75rem)";

function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(WIDE);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => window.matchMedia(WIDE).matches,
  );
}

export interface Side {
  /** The pane stands beside the ticket. */
  docked: boolean;
  /** It lies above it, for now. */
  drawer: boolean;
  tagging: boolean;
  /** The button that shows and hides it, wherever it is. */
  turn(): void;
  close(): void;
}

/** useSide is where the pane beside a ticket stands: docked when there is room and one wants it, else in a drawer. */
export function useSide(): Side {
  const wide = useWide();
  const [{ context_collapsed }, change] = usePreferences();
  const [drawer, setDrawer] = useState<"" | "open" | "tag">("");
  const docked = wide && !context_collapsed;
  const close = useCallback(() => setDrawer(""), []);
  const turn = useCallback(() => (wide ? change({ context_collapsed: !context_collapsed }) : setDrawer("open")), [wide, context_collapsed, change]);
  // Keys of what is not on screen bring it there.
  useKey("ticket.tag", docked ? null : () => setDrawer("tag"));
  useKey("ticket.priority", docked ? null : () => setDrawer("open"));
  return useMemo(() => ({ docked, drawer: drawer !== "" && !docked, tagging: drawer === "tag", turn, close }), [docked, drawer, turn, close]);
}

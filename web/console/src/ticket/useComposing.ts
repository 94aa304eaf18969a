import { useCallback, useEffect, useRef } from "react";
import { useDesk } from "../app/desk";
import type { Kind } from "./drafts";

const SAY_AGAIN = 3000;
const STOPS_AFTER = 5000;

/** useComposing tells the customer (replies only) and colleagues that somebody writes here. */
export function useComposing(ticket: string, kind: Kind) {
  const { live } = useDesk();
  const said = useRef({ on: false, at: 0 });
  const timer = useRef(0);
  const tell = useCallback(
    (on: boolean) => {
      window.clearTimeout(timer.current);
      if (on) timer.current = window.setTimeout(() => tell(false), STOPS_AFTER);
      const { on: was, at } = said.current;
      if (on === was && (!on || Date.now() - at < SAY_AGAIN)) return;
      said.current = { on, at: Date.now() };
      live.composing(ticket, on);
      if (kind === "reply") live.typing(ticket, on);
    },
    [live, ticket, kind],
  );
  useEffect(() => () => tell(false), [tell]);
  return tell;
}

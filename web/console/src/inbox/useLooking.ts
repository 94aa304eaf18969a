import { useEffect, useRef, useState, type RefObject } from "react";
import type { LookedAt } from "../../../shared/src/wire.gen";
import { useDesk } from "../app/desk";
import type { Ticket } from "../live/list";

export type Looks = ReadonlyMap<string, LookedAt>;

const nobody: Looks = new Map();
const MOST = 100;
const AFTER = 250;

/** useLooking says which rows are on screen, as soon as they rest, and hears who else looks at them. */
export function useLooking(rows: readonly Ticket[], scroll: RefObject<HTMLElement | null>, height: number): Looks {
  const { live } = useDesk();
  const [looks, setLooks] = useState(nobody);
  const now = useRef(rows);
  now.current = rows;
  const rest = useRef(() => {});
  useEffect(() => {
    let [timer, told] = [0, ""];
    const tell = () => {
      const el = scroll.current;
      if (!el) return;
      const first = Math.floor(el.scrollTop / height);
      const ids = now.current.slice(first, first + Math.min(MOST, Math.ceil(el.clientHeight / height) + 1)).map((r) => r.id);
      if (ids.join() === told || !live.socket.send({ type: "rows", tickets: ids })) return;
      told = ids.join();
      setLooks((before) => kept(before, new Set(ids)));
    };
    rest.current = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(tell, AFTER);
    };
    const el = scroll.current;
    el?.addEventListener("scroll", rest.current, { passive: true });
    window.addEventListener("resize", rest.current);
    const offs = [
      live.onFrame("looking", (f) => setLooks((before) => folded(before, f.tickets as LookedAt[]))),
      live.onReopened(() => {
        told = "";
        setLooks(nobody);
        tell();
      }, true),
    ];
    return () => {
      window.clearTimeout(timer);
      el?.removeEventListener("scroll", rest.current);
      window.removeEventListener("resize", rest.current);
      offs.forEach((off) => off());
      live.socket.send({ type: "rows", tickets: [] });
    };
  }, [live, scroll, height]);
  useEffect(() => rest.current(), [rows, live, height]);
  return looks;
}

/** kept drops those off screen: when they come back, they are told anew. */
export function kept(looks: Looks, ids: ReadonlySet<string>): Looks {
  const left = [...looks].filter(([id]) => ids.has(id));
  return left.length === looks.size ? looks : new Map(left);
}

/** folded is who looks at the rows after some of them changed. */
export function folded(looks: Looks, changed: readonly LookedAt[]): Looks {
  const next = new Map(looks);
  for (const at of changed) {
    if (at.agents.length > 0) next.set(at.ticket, at);
    else next.delete(at.ticket);
  }
  return next;
}

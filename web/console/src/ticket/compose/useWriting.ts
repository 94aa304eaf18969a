import { useCallback, useEffect, useState, type RefObject } from "react";
import { api } from "../../api/http";
import type { Page } from "../../api/types";
import type { Draft } from "../../../../shared/src/wire.gen";
import { useDesk } from "../../app/desk";
import type { Kind } from "../drafts";
import { writingOf, type Writing } from "./drafts";

export const kinds: readonly Kind[] = ["reply", "note"];

/** useWriting is what is being written to a ticket: its text lives in the composer alone. */
export function useWriting(ticket: string, area: RefObject<HTMLTextAreaElement | null>) {
  const { live } = useDesk();
  const [kind, setKind] = useState<Kind>("reply");
  const w = writingOf(live, ticket, kind);
  const [shown, setShown] = useState({ w, text: w.text });
  if (shown.w !== w) setShown({ w, text: w.text });
  useEffect(() => w.onShow((text) => setShown({ w, text })), [w]);
  useDrafts(ticket, w);
  const setText = useCallback(
    (text: string) => {
      w.typed(text);
      setShown({ w, text });
    },
    [w],
  );
  const turn = useCallback(
    (k: Kind) => {
      setKind(k);
      // At once, so that no key that follows is lost; and once more for a field that only now comes on screen.
      area.current?.focus();
      requestAnimationFrame(() => area.current?.focus());
    },
    [area],
  );
  return { kind, w, text: shown.w === w ? shown.text : w.text, setText, turn };
}

/** useDrafts reads what the server has when a ticket opens, and stores what is here when one leaves. */
function useDrafts(ticket: string, w: Writing) {
  const { live } = useDesk();
  useEffect(() => {
    const both = kinds.map((k) => writingOf(live, ticket, k));
    const stop = new AbortController();
    const read = () =>
      void api
        .get<Page<Draft>>(`/tickets/${ticket}/drafts`, stop.signal)
        .then((page) => both.forEach((x) => x.server(page.items.find((d) => d.kind === x.kind))))
        .catch(() => {});
    read();
    const hide = () => document.visibilityState === "hidden" && both.forEach((x) => x.flush());
    document.addEventListener("visibilitychange", hide);
    const offs = [
      live.onReopened(read),
      live.onFrame("draft", (f) => f.ticket === ticket && both.find((x) => x.kind === f.kind)?.changedElsewhere(Number(f.rev ?? 0))),
    ];
    return () => {
      stop.abort();
      document.removeEventListener("visibilitychange", hide);
      offs.forEach((off) => off());
      both.forEach((x) => x.flush());
    };
  }, [live, ticket]);
  useEffect(() => w.flush, [w]);
}

import { useCallback, useEffect, useState, type RefObject } from "react";
import { keepDraft, readDraft, type Kind } from "./drafts";

const KEEP_AFTER = 300;

/** useDraft is the text being written, kept as a draft while it is written and when one leaves. */
export function useDraft(me: string, ticket: string, area: RefObject<HTMLTextAreaElement | null>) {
  const [kind, setKind] = useState<Kind>("reply");
  const [text, setText] = useState(() => readDraft(me, ticket, "reply"));
  useEffect(() => {
    const keep = () => keepDraft(me, ticket, kind, text);
    if (text === "") return keep();
    const id = window.setTimeout(keep, KEEP_AFTER);
    return () => {
      window.clearTimeout(id);
      keep();
    };
  }, [me, ticket, kind, text]);
  /** write shows a text of a kind, wherever it comes from, ready to go on. */
  const write = useCallback(
    (k: Kind, body: string) => {
      setKind(k);
      setText(body);
      keepDraft(me, ticket, k, body);
      area.current?.focus();
    },
    [me, ticket, area],
  );
  const turn = (k: Kind) => {
    keepDraft(me, ticket, kind, text);
    write(k, k === kind ? text : readDraft(me, ticket, k));
  };
  return { kind, text, setText, write, turn };
}

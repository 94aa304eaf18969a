import { PencilLine } from "lucide-react";
import type { LookedAt } from "../../../shared/src/wire.gen";
import { nameOf, useAgents } from "../app/desk";
import { locale, t } from "../i18n/t";
import { Avatar, cx } from "../ui/basics";

/** Looked marks a row that a colleague has open, above all one that somebody answers already. It takes no room of the row's. */
export function Looked({ at }: { at: LookedAt }) {
  const agents = useAgents().data;
  const writes = at.composing.length > 0;
  const ids = writes ? at.composing : at.agents;
  const names = ids.map((id) => nameOf(agents, id) || t("line.someone"));
  const text = t(writes ? "presence.replying" : "presence.viewing", { names: new Intl.ListFormat(locale(), { type: "conjunction" }).format(names), count: names.length });
  return (
    <span className={cx("row-looked", writes && "row-writes")} title={text}>
      <Avatar name={names[0] ?? ""} seed={ids[0] ?? ""} size={20} />
      {writes && <PencilLine className="row-pencil" size={12} strokeWidth={2.5} aria-hidden="true" />}
      <span className="sr-only">{text}</span>
    </span>
  );
}

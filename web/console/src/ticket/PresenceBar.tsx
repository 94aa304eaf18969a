import { useAgents, nameOf } from "../app/desk";
import { locale, t } from "../i18n/t";
import type { ThreadView } from "../live/thread";
import { Avatar } from "../ui/basics";

/** PresenceBar tells who else is here, and above all who is about to answer. */
export function PresenceBar({ view }: { view: ThreadView }) {
  const agents = useAgents().data;
  const name = (id: string, given: string) => given || nameOf(agents, id) || t("line.someone");
  const writing = view.composing.map((id) => name(id, view.viewers.find((v) => v.id === id)?.name ?? ""));
  const reading = view.viewers.filter((v) => !view.composing.includes(v.id)).map((v) => name(v.id, v.name));
  const text = writing.length > 0 ? t("presence.replying", { names: list(writing), count: writing.length }) : reading.length > 0 ? t("presence.viewing", { names: list(reading), count: reading.length }) : "";
  return (
    <div role="status" className="presence-slot">
      {text && (
        <p className={writing.length > 0 ? "presence-bar presence-writing" : "presence-bar"}>
          {[...writing, ...reading].slice(0, 3).map((n) => (
            <Avatar key={n} name={n} size={20} />
          ))}
          {text}
        </p>
      )}
    </div>
  );
}

function list(names: string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(names);
}

import { MessageCircleWarning } from "lucide-react";
import { t } from "./words";
import { timeOfDay } from "../i18n/time";
import type { Guard } from "../live/thread";

interface Props {
  guard: Guard;
  onSend(): void;
  onKeep(): void;
}

/** GuardBar shows what came in while the agent was writing, before anything goes out. */
export function GuardBar({ guard, onSend, onKeep }: Props) {
  const count = guard.events.length;
  return (
    <div role="alert" className="guard" data-guard="">
      <p className="flex items-center gap-2 text-dense font-semibold">
        <MessageCircleWarning size={16} aria-hidden="true" />
        {count > 0 ? t("guard.title", { count }) : t("guard.plain")}
      </p>
      <ul className="grid gap-1">
        {guard.events.map((e) => (
          <li key={e.seq} className="text-dense">
            <span className="font-medium">{e.by.name || (e.by.kind === "customer" ? t("customer.customer") : t("line.someone"))}</span> <time dateTime={e.at}>{timeOfDay(e.at)}</time>
            <p className="line-clamp-3">{e.body}</p>
          </li>
        ))}
      </ul>
      <div className="flex gap-2">
        <button type="button" className="btn btn-dense" onClick={onSend}>
          {t("guard.send")}
        </button>
        <button type="button" className="btn btn-dense btn-ghost" onClick={onKeep}>
          {t("guard.keep")}
        </button>
      </div>
    </div>
  );
}

import { History, MoreHorizontal, Pencil, Trash2 } from "lucide-react";
import { memo } from "react";
import { t } from "./words";
import { timeOfDay } from "../i18n/time";
import { Menu, type Item } from "../ui/layer";
import type { Talk } from "./items";

export type MessageAct = "edit" | "redact" | "versions";

/** What the viewer may do to the words of a ticket. */
export interface WordRights {
  me: string;
  own: boolean;
  any: boolean;
  /** A closed ticket's words are redacted, and not changed. */
  closed: boolean;
}

const DAY = 24 * 3600_000;

/** actsOn is what may be done to one message now; the server judges again. */
export function actsOn(item: Talk, rights: WordRights, now: number): MessageAct[] {
  if (item.redacted) return [];
  const { by, at } = item.event;
  const mine = by.kind === "agent" && by.id === rights.me && now - Date.parse(at) < DAY;
  if (!rights.any && !(rights.own && mine)) return [];
  const acts: MessageAct[] = by.kind === "customer" || rights.closed ? [] : ["edit"];
  acts.push("redact");
  if (item.edited && rights.any) acts.push("versions");
  return acts;
}

const icons = { edit: <Pencil aria-hidden="true" />, redact: <Trash2 aria-hidden="true" />, versions: <History aria-hidden="true" /> };

interface Props {
  item: Talk;
  name: string;
  rights: WordRights;
  onAct(act: MessageAct, item: Talk): void;
}

/** MessageMenu is what one may do to one message; nothing at all where nothing is allowed. */
export const MessageMenu = memo(function MessageMenu({ item, name, rights, onAct }: Props) {
  const acts = actsOn(item, rights, Date.now());
  if (acts.length === 0) return null;
  const items: Item[] = acts.map((act) => ({ key: act, label: t(`message.${act}`), icon: icons[act], danger: act === "redact", onSelect: () => onAct(act, item) }));
  return <Menu label={t("message.menu", { name, time: timeOfDay(item.event.at) })} className="btn btn-ghost btn-icon btn-dense msg-menu" items={items} button={<MoreHorizontal aria-hidden="true" />} />;
});

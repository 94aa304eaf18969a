import { Check, CircleDot, Moon, SignalHigh, Tag, UserPlus, X } from "lucide-react";
import { lazy, Suspense, useContext, useEffect, useRef, useState, type FormEvent, type ReactNode, type RefObject } from "react";
import { part } from "../app/soon";
import type { Priority } from "../api/types";
import { useWorking, useDesk, useFreshAgents, useTeams } from "../app/desk";
import { TagList, useTags } from "../app/tags";
import { t } from "../i18n/t";
import { KeyboardContext, keyProps, useKey } from "../keys/useKeys";
import type { ShortcutId } from "../keys/registry";
import { useStore } from "../live/store";
import { Avatar, Segmented } from "../ui/basics";
import { Menu, Popover, useToggle, type Item } from "../ui/layer";
import { useAskFirst } from "./AskFirst";
import { later } from "./later";
import type { ListStore } from "./listStore";
import { nothing, size } from "./selection";
import { useBulk } from "./useBulk";
import { w } from "./words";

const WhenPicker = lazy(part(() => import("../ticket/when/WhenPicker")));

type Bulk = ReturnType<typeof useBulk>;

/** BulkBar is what one can do with the selected tickets; the keys of a ticket mean them all while it stands. */
export default function BulkBar({ store, total, pressed }: { store: ListStore; total: number | undefined; pressed: RefObject<ShortcutId | null> }) {
  const keyboard = useContext(KeyboardContext);
  const chosen = useStore(store.chosen);
  const count = size(chosen, total);
  const { bulk, question } = useAskFirst(useBulk(store), store, count);
  const resolve = () => bulk.act({ kind: "resolve" }, () => ({ status: "resolved", waiting_since: null }));
  useKey("ticket.resolve", resolve, true);
  // One key never means the open ticket while others are selected.
  useKey("ticket.resolve-next", resolve, true);
  useEffect(() => {
    // The keys of all its parts are taken by now.
    const early = pressed.current;
    pressed.current = null;
    if (early) keyboard.run(early);
  }, [keyboard, pressed]);
  return (
    <div className="bulk-bar" role="toolbar" aria-label={later("bulk.bar")}>
      <button type="button" className="btn btn-ghost btn-icon btn-dense" aria-label={later("bulk.clear")} onClick={() => store.chosen.patch(nothing)} {...keyProps("list.back", later("bulk.clear"))}>
        <X aria-hidden="true" />
      </button>
      <span className="bulk-count" aria-hidden="true">
        {count === undefined ? w("selection.all") : <>{w("selection.count", { count })}</>}
      </span>
      <span className="flex-1" />
      <Assign bulk={bulk} />
      <button type="button" className="btn btn-ghost btn-icon btn-dense" aria-label={t("action.resolve")} onClick={resolve} {...keyProps("ticket.resolve", t("action.resolve"))}>
        <Check aria-hidden="true" />
      </button>
      <Snooze bulk={bulk} />
      <Tags bulk={bulk} />
      <PriorityMenu bulk={bulk} />
      <StatusMenu bulk={bulk} />
      {question}
    </div>
  );
}

/** Opened gives a menu of the bar its key, before the same key of the open ticket. */
function Opened({ id, children }: { id: ShortcutId; children: ReactNode }) {
  const at = useRef<HTMLSpanElement>(null);
  useKey(id, () => at.current?.querySelector<HTMLElement>("button")?.click(), true);
  return (
    <span ref={at} className="contents">
      {children}
    </span>
  );
}

const icon = "btn btn-ghost btn-icon btn-dense";

function Assign({ bulk }: { bulk: Bulk }) {
  const { me } = useDesk();
  const order = { online: 0, away: 1, offline: 2 };
  const agents = useWorking();
  const teams = useTeams().data ?? [];
  agents.sort((a, b) => Number(b.id === me.agent.id) - Number(a.id === me.agent.id) || order[a.availability] - order[b.availability] || a.name.localeCompare(b.name));
  const toAgent = (a: { id: string; name: string }) => bulk.act({ kind: "assign", agent: a.id }, () => ({ assignee: a.id, assignee_name: a.name }));
  useKey("ticket.take", () => toAgent(me.agent), true);
  const items: Item[] = [
    ...agents.map((a) => ({
      key: `a${a.id}`,
      label: a.id === me.agent.id ? t("assign.me", { name: a.name }) : a.name,
      icon: <Avatar name={a.name} seed={a.id} size={20} presence={a.availability} />,
      hint: `${a.load}/${a.capacity}`,
      onSelect: () => toAgent(a),
    })),
    ...teams.map((x) => ({
      key: `t${x.id}`,
      label: t("assign.team", { team: x.name }),
      onSelect: () => bulk.act({ kind: "assign", team: x.id }, () => ({ assignee: null, assignee_name: "", team: x.id, team_name: x.name })),
    })),
  ];
  return (
    <Opened id="ticket.assign">
      <Menu label={later("bulk.assign.label")} className={icon} search onOpen={useFreshAgents()} tip={keyProps("ticket.assign", later("bulk.assign"))} items={items} button={<UserPlus aria-hidden="true" />} />
    </Opened>
  );
}

function Snooze({ bulk }: { bulk: Bulk }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const picker = useToggle();
  useKey("ticket.snooze", picker.open, true);
  const snooze = (at: Date) => bulk.act({ kind: "snooze", until: at.toISOString() }, () => ({ status: "snoozed", snoozed_until: at.toISOString() }));
  return (
    <>
      <button ref={anchor} type="button" className={icon} aria-haspopup="dialog" aria-expanded={picker.on} aria-label={t("action.snooze")} onClick={() => (picker.on ? picker.close() : picker.open())} {...keyProps("ticket.snooze", t("action.snooze"))}>
        <Moon aria-hidden="true" />
      </button>
      {picker.on && (
        <Suspense>
          <WhenPicker anchor={anchor} label={later("bulk.snooze")} onPick={snooze} onClose={picker.close} />
        </Suspense>
      )}
    </>
  );
}

const priorities: Priority[] = ["urgent", "high", "normal", "low"];

function PriorityMenu({ bulk }: { bulk: Bulk }) {
  const items = priorities.map((priority) => ({ key: priority, label: t(`priority.${priority}`), onSelect: () => bulk.act({ kind: "priority", priority }, () => ({ priority })) }));
  return (
    <Opened id="ticket.priority">
      <Menu label={later("bulk.priority")} className={icon} tip={keyProps("ticket.priority", later("bulk.priority"))} items={items} button={<SignalHigh aria-hidden="true" />} />
    </Opened>
  );
}

function StatusMenu({ bulk }: { bulk: Bulk }) {
  const items: Item[] = [
    { key: "open", label: later("bulk.reopen"), onSelect: () => bulk.act({ kind: "reopen" }, () => ({ status: "open", snoozed_until: null })) },
    { key: "pending", label: t("status.pending"), onSelect: () => bulk.act({ kind: "status", status: "pending" }, () => ({ status: "pending" })) },
    { key: "resolved", label: t("action.resolve"), onSelect: () => bulk.act({ kind: "resolve" }, () => ({ status: "resolved", waiting_since: null })) },
  ];
  return (
    <Opened id="ticket.status">
      <Menu label={later("bulk.status")} className={icon} tip={keyProps("ticket.status", later("bulk.status"))} items={items} button={<CircleDot aria-hidden="true" />} />
    </Opened>
  );
}

function Tags({ bulk }: { bulk: Bulk }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const layer = useToggle();
  const known = useTags();
  const [way, setWay] = useState<"add" | "remove">("add");
  useKey("ticket.tag", layer.open, true);
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const typed = String(new FormData(e.currentTarget).get("tags")).toLowerCase().split(",");
    const tags = [...new Set(typed.map((x) => x.trim()).filter(Boolean))];
    if (tags.length === 0) return;
    layer.close();
    bulk.act({ kind: "tag", [way]: tags }, (x) => ({ tags: [...x.tags.filter((tag) => !tags.includes(tag)), ...(way === "add" ? tags : [])] }));
  };
  return (
    <>
      <button ref={anchor} type="button" className={icon} aria-haspopup="dialog" aria-expanded={layer.on} aria-label={later("bulk.tag")} onClick={() => (layer.on ? layer.close() : layer.open())} {...keyProps("ticket.tag", later("bulk.tag"))}>
        <Tag aria-hidden="true" />
      </button>
      {layer.on && (
        <Popover anchor={anchor} label={later("bulk.tag.label")} onClose={layer.close}>
          <form className="grid gap-2 p-2" onSubmit={submit}>
            <input className="field" name="tags" aria-label={later("bulk.tag")} aria-describedby="bulk-tags" list="bulk-known" autoComplete="off" data-autofocus />
            <TagList id="bulk-known" tags={known} />
            <p id="bulk-tags" className="text-meta text-fg-3">
              {later("bulk.tag.hint")}
            </p>
            <div className="flex items-center justify-between gap-3">
              <Segmented label={later("bulk.tag.label")} value={way} onChange={(v) => setWay(v)} options={[{ value: "add", label: later("bulk.tag.add") }, { value: "remove", label: later("bulk.tag.remove") }]} />
              <button className="btn btn-primary">{later("bulk.tag.apply")}</button>
            </div>
          </form>
        </Popover>
      )}
    </>
  );
}

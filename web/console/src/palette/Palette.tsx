import {
  ArrowLeftRight, ArrowRight, Check, CheckCheck, CircleDot, Clock, CornerDownLeft, Filter, Flag, Inbox, List, ListChecks, Lock, Mail, MessageSquareText,
  Moon, Reply, Search, Settings, Tag, UserPlus, UserRound, X, type LucideIcon,
} from "lucide-react";
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { t } from "../i18n/t";
import { Kbd, useLate, why } from "../ui/basics";
import { p, useEntries, type Entry, type Group } from "./entries";
import { keepRecent } from "./recents";
import "./palette.css";

const PAUSE = 140;

/** Palette is every command, screen, ticket and customer behind one key. */
export default function Palette({ typed, onClose }: { typed: RefObject<string>; onClose(): void }) {
  const modal = useModal();
  const [text, setText] = useState(typed.current.trimEnd());
  const asked = usePause(text.trim());
  const { entries, go, busy, error } = useEntries(text, asked);
  const [chosen, setChosen] = useState("");
  const id = useId();
  // What is chosen stays so while answers arrive around it; without a choice it is the first.
  const active = Math.max(0, entries.findIndex((e) => e.key === chosen));
  const late = useLate(busy, 300);
  const pick = (e: Entry | undefined) => {
    if (!e) return;
    onClose();
    if (e.href !== undefined) {
      keepRecent({ key: e.key, label: e.label, href: e.href });
      go(e.href);
    }
    // The focus goes back to where it was first; a command may move it then.
    if (e.run) window.setTimeout(e.run);
  };
  // Letters may have come while we were being drawn, and Enter before we were there.
  useLayoutEffect(() => setText(typed.current.trimEnd()), [typed]);
  useEffect(() => {
    if (!typed.current.endsWith("\n") || text !== typed.current.trimEnd()) return;
    typed.current = "";
    pick(entries[0]);
  }, [text, typed]);
  const steps: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 8, PageUp: active - 8, Home: 0, End: entries.length - 1 };
  const press = (e: KeyboardEvent) => {
    const to = steps[e.key];
    if (e.nativeEvent.isComposing || ((e.key === "Home" || e.key === "End") && text !== "")) return;
    if (e.key === "Enter") pick(entries[active]);
    else if (to !== undefined && entries.length > 0) setChosen(entries[wrap(to, entries.length)]?.key ?? "");
    else if (e.key === "k" && (e.ctrlKey || e.metaKey)) onClose();
    else return;
    e.preventDefault();
  };
  return (
    <dialog ref={modal} className="palette" aria-label={p("title")} onCancel={(e) => (e.preventDefault(), onClose())} onPointerDown={(e) => e.target === e.currentTarget && onClose()}>
      <div className="palette-box">
        <div className="palette-head">
          <Search aria-hidden="true" />
          <input
            role="combobox"
            aria-label={p("input")}
            aria-expanded={entries.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={entries[active] ? `${id}-${active}` : undefined}
            aria-autocomplete="list"
            autoComplete="off"
            spellCheck={false}
            placeholder={p("placeholder")}
            maxLength={200}
            value={text}
            onChange={(e) => {
              setText(e.target.value);
              setChosen("");
            }}
            onKeyDown={press}
          />
          <button type="button" className="btn btn-ghost btn-icon btn-dense" aria-label={t("action.close")} onClick={onClose}>
            <X aria-hidden="true" />
          </button>
        </div>
        <Entries id={id} entries={entries} active={active} onPoint={setChosen} onPick={pick} />
        <div role="status" className="palette-status">
          {error ? <span className="text-danger">{p("failed", { why: why(error) })}</span> : late ? p("searching") : entries.length === 0 ? p("none") : <span className="sr-only">{text !== "" && p("results", { count: entries.length })}</span>}
        </div>
        <div className="palette-foot" aria-hidden="true">
          <Kbd keys="ArrowUp" />
          <Kbd keys="ArrowDown" />
          <span>{p("hint.move")}</span>
          <Kbd keys="Enter" />
          <span>{p("hint.go")}</span>
          <Kbd keys="Escape" />
          <span>{p("hint.close")}</span>
        </div>
      </div>
    </dialog>
  );
}

function wrap(i: number, n: number): number {
  return i < 0 ? (i === -1 ? n - 1 : 0) : i >= n ? (i === n ? 0 : n - 1) : i;
}

/** usePause is the text once nothing was typed for a moment: a search for each letter helps nobody. */
function usePause(text: string): string {
  const [still, setStill] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setStill(text), PAUSE);
    return () => window.clearTimeout(timer);
  }, [text]);
  return still;
}

/** useModal opens the browser's own modal and gives the focus back after it. */
function useModal() {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const d = ref.current;
    if (d && !d.open) d.showModal();
    d?.querySelector("input")?.focus();
    return () => {
      d?.close();
      if (before?.isConnected) before.focus();
    };
  }, []);
  return ref;
}

interface EntriesProps {
  id: string;
  entries: Entry[];
  active: number;
  onPoint(key: string): void;
  onPick(e: Entry): void;
}

function Entries({ id, entries, active, onPoint, onPick }: EntriesProps) {
  const list = useRef<HTMLDivElement>(null);
  // While tickets are selected, the commands of a ticket mean them all.
  const selected = document.querySelector(".bulk-bar") !== null;
  const activeKey = entries[active]?.key;
  useEffect(() => {
    const row = list.current?.querySelector<HTMLElement>("[aria-selected=true]");
    // The heading above the first row of a group comes along.
    (row?.previousElementSibling?.hasAttribute("data-heading") ? row.previousElementSibling : row)?.scrollIntoView({ block: "nearest" });
    row?.scrollIntoView({ block: "nearest" });
  }, [activeKey]);
  return (
    <div ref={list} role="listbox" id={`${id}-list`} aria-label={p("title")} className="palette-list scroll">
      {groups(entries).map((g) => (
        <div key={g.name} role="group" aria-labelledby={`${id}-${g.name}`}>
          <p id={`${id}-${g.name}`} role="presentation" data-heading="" className="palette-group">
            {p(g.name === "ticket" && selected ? "group.selected" : `group.${g.name}`)}
          </p>
          {g.rows.map(({ e, i }) => (
            <div
              key={e.key}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === active}
              data-active={i === active}
              className="palette-row"
              onPointerMove={() => i !== active && onPoint(e.key)}
              onClick={() => onPick(e)}
            >
              <Mark entry={e} />
              <Label text={e.label} at={e.at} />
              {e.hint && <span className="palette-hint">{e.hint}</span>}
              {e.keys && <Kbd keys={e.keys} />}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function groups(entries: Entry[]): { name: Group; rows: { e: Entry; i: number }[] }[] {
  const out: { name: Group; rows: { e: Entry; i: number }[] }[] = [];
  entries.forEach((e, i) => {
    const last = out[out.length - 1];
    if (last?.name === e.group) last.rows.push({ e, i });
    else out.push({ name: e.group, rows: [{ e, i }] });
  });
  return out;
}

const icons: Record<Group, LucideIcon> = {
  recent: Clock,
  ticket: CornerDownLeft,
  list: List,
  macros: MessageSquareText,
  tickets: Inbox,
  customers: UserRound,
  go: ArrowRight,
  views: Filter,
  settings: Settings,
  you: UserRound,
};

/** What is done most is found by its picture first: the same one as on the buttons of a ticket. */
const own: Partial<Record<string, LucideIcon>> = {
  "ticket.reply": Reply,
  "ticket.note": Lock,
  "ticket.macro": MessageSquareText,
  "ticket.resolve": Check,
  "ticket.resolve-next": CheckCheck,
  "ticket.assign": UserRound,
  "ticket.take": UserPlus,
  "ticket.handoff": ArrowLeftRight,
  "ticket.snooze": Moon,
  "ticket.status": CircleDot,
  "ticket.tag": Tag,
  "ticket.priority": Flag,
  "ticket.unread": Mail,
  "list.select-all": ListChecks,
  "list.search": Search,
};

function Mark({ entry }: { entry: Entry }) {
  const Icon = own[entry.key] ?? icons[entry.group];
  return <Icon className={Icon === ArrowRight || Icon === CornerDownLeft || Icon === Reply ? "rtl:-scale-x-100" : undefined} aria-hidden="true" />;
}

/** Label marks the letters that matched. */
function Label({ text, at }: { text: string; at: number[] | undefined }) {
  if (!at || at.length === 0) return <span className="palette-label"><bdi>{text}</bdi></span>;
  const parts: ReactNode[] = [];
  let from = 0;
  for (let i = 0; i < at.length; ) {
    const start = at[i] ?? 0;
    let end = start + 1;
    while (at[++i] === end) end++;
    parts.push(text.slice(from, start), <b key={start}>{text.slice(start, end)}</b>);
    from = end;
  }
  return (
    <span className="palette-label">
      <bdi>
        {parts}
        {text.slice(from)}
      </bdi>
    </span>
  );
}

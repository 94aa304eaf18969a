import { Search, UsersRound } from "lucide-react";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { nameOf, useDesk, useTeams } from "../../app/desk";
import { t } from "../words";
import { Avatar, cx } from "../../ui/basics";
import { called, found, type Receiver } from "./receivers";
import { o } from "./words";

interface Props {
  all: readonly Receiver[];
  value: Receiver | undefined;
  error: string | undefined;
  onChange(to: Receiver | undefined): void;
}

/**
 * ReceiverField finds who takes over by name, team or skill; the list stands below it until somebody is chosen. Who types
 * means somebody else: the one before is chosen no more, and comes back by Escape alone.
 */
export function ReceiverField({ all, value, error, onChange }: Props) {
  const id = useId();
  const teams = useTeams().data;
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState<string | null>(null);
  const [open, setOpen] = useState(!value);
  const [at, setAt] = useState(0);
  /** The arrows have gone to somebody: a pointer that happens to lie over one of them means nobody. */
  const [pointed, setPointed] = useState(false);
  const before = useRef(value);
  const shown = found(all, text ?? "", (team) => nameOf(teams, team));
  const active = shown[Math.min(at, shown.length - 1)];
  const typed = (text ?? "").trim() !== "";
  const unknown = typed && shown.length === 0;
  const choose = (r: Receiver) => {
    before.current = r;
    onChange(r);
    setText(null);
    setOpen(false);
    setPointed(false);
  };
  const type = (words: string) => {
    if (value) before.current = value;
    onChange(undefined);
    setText(words);
    setOpen(true);
    setPointed(false);
    setAt(0);
  };
  const leave = () => {
    const named = typed ? called(all, text ?? "") : undefined;
    if (named) choose(named);
    else if (value) setOpen(false);
  };
  useEffect(() => {
    list.current?.querySelector("[data-active=true]")?.scrollIntoView({ block: "nearest" });
  }, [active?.key, open]);
  const move = (by: number) => {
    setOpen(true);
    setPointed(true);
    if (open) setAt((Math.min(at, shown.length - 1) + by + shown.length) % Math.max(1, shown.length));
  };
  const keys = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    const whole = e.ctrlKey || e.metaKey;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") move(e.key === "ArrowDown" ? 1 : -1);
    else if (e.key === "Enter" && open && active && (!whole || typed || pointed)) choose(active);
    else if (e.key === "Escape" && (text !== null || (open && value))) {
      const back = value ?? before.current;
      onChange(back);
      setText(null);
      setOpen(!back);
    } else {
      // Who goes on with words in the field means the one that they found.
      if (e.key === "Tab" && open && typed && active) choose(active);
      return;
    }
    e.preventDefault();
    // With Ctrl the whole is sent, with whom was found.
    if (!(e.key === "Enter" && whole)) e.stopPropagation();
  };
  const nobody = unknown ? o("unknown", { name: (text ?? "").trim() }) : undefined;
  const wrong = nobody ?? error;
  const about = wrong ?? (open ? o("searchHint") : undefined);
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-dense font-medium">
        {t("handoff.to")}
      </label>
      <div className="receiver-field">
        {value && text === null ? <Face receiver={value} /> : <Search className="receiver-search" aria-hidden="true" />}
        <input
          ref={input}
          id={id}
          className="field"
          role="combobox"
          aria-expanded={open && shown.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={open && active ? `${id}-${active.key}` : undefined}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={about ? `${id}-about` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={o("search")}
          value={text ?? value?.name ?? ""}
          data-autofocus=""
          onFocus={(e) => e.currentTarget.select()}
          onClick={() => setOpen(true)}
          onChange={(e) => type(e.target.value)}
          onBlur={leave}
          onKeyDown={keys}
        />
      </div>
      {about && (
        <p id={`${id}-about`} className={cx("text-meta [overflow-wrap:anywhere]", wrong ? "text-danger" : "sr-only")}>
          {about}
        </p>
      )}
      {open && shown.length > 0 && (
        <div ref={list} id={`${id}-list`} role="listbox" aria-label={t("handoff.choose")} className="receivers scroll" onMouseDown={(e) => e.preventDefault()}>
          {shown.map((r) => (
            <Option key={r.key} id={`${id}-${r.key}`} receiver={r} active={r === active} chosen={r.key === value?.key} onPoint={() => setAt(shown.indexOf(r))} onChoose={() => (choose(r), input.current?.focus())} />
          ))}
        </div>
      )}
      <p className="sr-only" role="status">
        {nobody ?? (open && typed && o("results", { count: shown.length }))}
      </p>
    </div>
  );
}

function Face({ receiver: r }: { receiver: Receiver }) {
  if (r.kind === "agent") return <Avatar name={r.name} seed={r.agent.id} size={24} presence={r.agent.availability} />;
  return (
    <span className="receiver-team" aria-hidden="true">
      <UsersRound />
    </span>
  );
}

const MOST_SKILLS = 3;

interface OptionProps {
  id: string;
  receiver: Receiver;
  active: boolean;
  chosen: boolean;
  onPoint(): void;
  onChoose(): void;
}

function Option({ id, receiver: r, active, chosen, onPoint, onChoose }: OptionProps) {
  const { me } = useDesk();
  const skills = r.kind === "agent" ? r.agent.skills : [];
  const name = r.kind === "team" ? t("assign.team", { team: r.name }) : r.agent.id === me.agent.id ? t("assign.me", { name: r.name }) : r.name;
  const state = r.kind === "agent" ? t(`availability.${r.agent.availability}`) : r.online === 0 ? o("teamNobody") : o("teamOnline", { count: r.online });
  const full = r.capacity > 0 && r.load >= r.capacity;
  return (
    <div id={id} role="option" aria-selected={chosen} data-active={active} className="receiver" onPointerMove={onPoint} onClick={onChoose}>
      <Face receiver={r} />
      <span className="receiver-words">
        <span className="truncate font-medium">
          <bdi>{name}</bdi>
        </span>
        <span className="receiver-state">
          <span>{state}</span>
          {skills.slice(0, MOST_SKILLS).map((s) => (
            <span key={s} className="chip">
              {s}
            </span>
          ))}
          {skills.length > MOST_SKILLS && <span>{o("moreSkills", { count: skills.length - MOST_SKILLS })}</span>}
        </span>
      </span>
      {r.capacity > 0 && (
        <span className={cx("receiver-load", full && "receiver-full")}>
          <meter className="load" min={0} max={r.capacity} value={Math.min(r.load, r.capacity)} aria-hidden="true" />
          <span>{t("me.loadOf", { load: r.load, capacity: r.capacity })}</span>
        </span>
      )}
    </div>
  );
}

import { CalendarClock } from "lucide-react";
import { useId, useState, type RefObject } from "react";
import { sayer } from "../../i18n/t";
import { Kbd } from "../../ui/basics";
import { Popover } from "../../ui/layer";
import { useDesk } from "../../app/desk";
import { parseWhen, presets } from "../snooze";
import { fromNow, whenName } from "./name";
import { here } from "./wall";
import en from "./when.en.json";
import "./when.css";

const w = sayer(en);

/** What the server takes at the most. */
const FARTHEST = 365 * 24 * 3_600_000;

interface Props {
  anchor: RefObject<HTMLElement | null>;
  /** What happens at that time: the name of the layer. */
  label: string;
  onPick(at: Date): void;
  onClose(): void;
  /** How far away a moment may be, when that is less than a year. */
  farthest?: number;
}

interface Choice {
  key: string;
  /** The letters that choose it. */
  keys: string;
  name: string;
  at: Date;
}

/** WhenPicker asks for a moment to come: typed as people write it, by one letter, or from a calendar. */
export default function WhenPicker({ anchor, label, onPick, onClose, farthest = FARTHEST }: Props) {
  const [now, setNow] = useState(Date.now);
  const { me } = useDesk();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [calendar, setCalendar] = useState(false);
  const id = useId();
  const { choices, problem } = understand(text, now, farthest);
  const active = Math.min(at, choices.length - 1);
  const pick = (c: Choice | undefined) => {
    if (!c || c.at.getTime() <= Date.now()) return setNow(Date.now());
    onClose();
    onPick(c.at);
  };
  return (
    <Popover anchor={anchor} label={label} className="when" onClose={onClose}>
      <p className="when-title">{label}</p>
      <input
        className="field"
        role="combobox"
        aria-label={w("field")}
        aria-expanded={choices.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={choices[active] ? `${id}-${choices[active].key}` : undefined}
        aria-invalid={problem !== "" || undefined}
        aria-describedby={`${id}-problem`}
        placeholder={w("placeholder")}
        autoComplete="off"
        spellCheck={false}
        value={text}
        data-autofocus=""
        onChange={(e) => {
          setText(e.target.value);
          setAt(0);
          // "2h" counts from where it is written, not from where the layer was opened.
          setNow(Date.now());
        }}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing) return;
          if (e.key === "ArrowDown") setAt((active + 1) % Math.max(1, choices.length));
          else if (e.key === "ArrowUp") setAt((active - 1 + choices.length) % Math.max(1, choices.length));
          else if (e.key === "Enter") pick(choices[active]);
          else return;
          e.preventDefault();
        }}
      />
      <div role="listbox" id={`${id}-list`} aria-label={w("choices")}>
        {choices.map((c, i) => (
          <div key={c.key} id={`${id}-${c.key}`} role="option" aria-selected={i === active} data-active={i === active} data-when={c.at.toISOString()} className="menu-item" onPointerMove={() => setAt(i)} onClick={() => pick(c)}>
            <span className="min-w-0 flex-1 truncate">{c.name || whenName(c.at, now)}</span>
            <span className="text-meta text-fg-3">{c.name ? whenName(c.at, now) : fromNow(c.at, now)}</span>
            {i === active && text !== "" ? <Kbd keys="Enter" /> : [...c.keys].map((k) => <Kbd key={k} keys={k} />)}
          </div>
        ))}
      </div>
      <p id={`${id}-problem`} className="when-problem" role="status">
        {problem}
      </p>
      {calendar ? (
        <Calendar now={now} onPick={(d) => pick({ key: "calendar", keys: "", name: "", at: d })} />
      ) : (
        <button type="button" className="menu-item" onClick={() => setCalendar(true)}>
          <CalendarClock aria-hidden="true" />
          <span className="flex-1">{w("calendar")}</span>
        </button>
      )}
      {me.desk.time_zone !== "" && me.desk.time_zone !== here() && <p className="when-zone">{w("zone", { zone: here() })}</p>}
    </Popover>
  );
}

/** understand is what can be chosen for a text: all presets for none, one for its letter, or the moment it says. */
function understand(text: string, now: number, farthest: number): { choices: Choice[]; problem: string } {
  const asked = text.trim().toLowerCase();
  const named = presets(now).map((p) => ({ ...p, keys: p.key, name: w(`preset.${p.key}`) }));
  if (asked === "") return { choices: once(named), problem: "" };
  const letter = named.filter((p) => p.key === asked);
  if (letter.length > 0) return { choices: letter, problem: "" };
  const at = parseWhen(asked, now);
  if (at === null) return { choices: [], problem: w(/^\W*0+\s*\p{L}*\W*$/u.test(asked) ? "nothing" : "unknown") };
  if (at.getTime() <= now) return { choices: [], problem: w("past", { time: whenName(at, now) }) };
  if (at.getTime() - now > farthest) return { choices: [], problem: w("tooFar", { time: whenName(at, now), last: whenName(new Date(now + farthest), now) }) };
  return { choices: [{ key: "said", keys: "", name: "", at }], problem: "" };
}

/** once keeps one of two choices of the same moment (on a Sunday next week is tomorrow); both letters choose it. */
function once(named: Choice[]): Choice[] {
  return named
    .filter((c, i) => named.findIndex((x) => x.at.getTime() === c.at.getTime()) === i)
    .map((c) => ({ ...c, keys: named.filter((x) => x.at.getTime() === c.at.getTime()).map((x) => x.key).join("") }));
}

function Calendar({ now, onPick }: { now: number; onPick(at: Date): void }) {
  const [value, setValue] = useState(() => local(presets(now)[1]?.at.getTime() ?? now));
  const at = new Date(value);
  const fits = at.getTime() > now && at.getTime() - now < FARTHEST;
  return (
    <form
      className="when-calendar"
      onSubmit={(e) => {
        e.preventDefault();
        if (fits) onPick(at);
      }}
    >
      <input className="field" type="datetime-local" aria-label={w("calendarLabel")} value={value} min={local(now)} max={local(now + FARTHEST)} autoFocus onChange={(e) => setValue(e.target.value)} />
      <button className="btn btn-primary" disabled={!fits}>
        {w("use")}
      </button>
    </form>
  );
}

/** local is a moment as datetime-local wants it, in the reader's zone. */
function local(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

import { CalendarDays, ListFilter, X } from "lucide-react";
import { useRef, useState, type ReactNode } from "react";
import { useDesk } from "../app/desk";
import { TagList, useTags } from "../app/tags";
import { date } from "../i18n/time";
import { Segmented } from "../ui/basics";
import { Menu, Popover } from "../ui/layer";
import { compares, daysOf, isSpan, narrowing, ranges, todayIn, usual, type Narrowing, type ReportQuery } from "./query";
import { useChoices, type Choices } from "./useChoices";
import { r } from "./words";

interface Props {
  query: ReportQuery;
  change(next: Partial<ReportQuery>): void;
  downloads: ReactNode;
}

/** FilterBar is what a page is about: days, what they are compared with, and which part of the desk. */
export function FilterBar({ query, change, downloads }: Props) {
  const choices = useChoices();
  const set = narrowing.filter((name) => query[name] !== "");
  return (
    <div className="filter-bar" role="group" aria-label={r("filter.bar")}>
      <RangePicker query={query} change={change} />
      <Menu
        label={r("compare.label")}
        named
        className="btn"
        button={r(`compare.${query.compare}`)}
        items={compares.map((c) => ({ key: c, label: r(`compare.${c}`), checked: c === query.compare, onSelect: () => change({ compare: c }) }))}
      />
      <Narrow query={query} change={change} choices={choices} />
      {set.map((name) => (
        <span key={name} className="chip chip-accent filter-chip" data-filter={name}>
          <span className="truncate">{r("filter.chip", { what: r(`filter.${name}`), value: choices.nameOf(name, query[name]) })}</span>
          <button type="button" className="chip-x" aria-label={r("filter.remove", { what: r(`filter.${name}`) })} onClick={() => change({ [name]: "" })}>
            <X aria-hidden="true" />
          </button>
        </span>
      ))}
      {set.length > 1 && (
        <button type="button" className="btn btn-ghost btn-dense" onClick={() => change(Object.fromEntries(narrowing.map((name) => [name, ""])))}>
          {r("filter.clear")}
        </button>
      )}
      <div className="filter-end">
        <Segmented
          label={r("time.label")}
          value={query.time}
          onChange={(time) => change({ time })}
          options={[
            { value: "calendar", label: r("time.calendar"), tip: { "data-tip": r("time.calendarTip") } },
            { value: "business", label: r("time.business"), tip: { "data-tip": r("time.businessTip") } },
          ]}
        />
        {downloads}
      </div>
    </div>
  );
}

function RangePicker({ query, change }: Pick<Props, "query" | "change">) {
  const { me } = useDesk();
  const today = todayIn(me.desk.time_zone);
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const days = daysOf(query, today);
  const words = r("range.days", { from: date(days.from), to: date(days.to) });
  return (
    <>
      <button ref={anchor} type="button" className="btn" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)} data-range={query.range}>
        <CalendarDays aria-hidden="true" />
        {query.range === "custom" ? (
          words
        ) : (
          <>
            {r(`range.${query.range}`)}
            <span className="range-days">{words}</span>
          </>
        )}
      </button>
      {open && (
        <Popover anchor={anchor} label={r("range.label")} onClose={() => setOpen(false)} className="range-popover">
          <div className="grid" role="group" aria-label={r("range.presets")}>
            {ranges
              .filter((p) => p !== "custom")
              .map((p) => (
                <button
                  key={p}
                  type="button"
                  className="menu-item"
                  aria-pressed={p === query.range}
                  onClick={() => {
                    setOpen(false);
                    change({ range: p, from: "", to: "" });
                  }}
                >
                  <span className="flex-1">{r(`range.${p}`)}</span>
                  {p === query.range && <span aria-hidden="true">✓</span>}
                </button>
              ))}
          </div>
          <CustomDays
            from={days.from}
            to={days.to}
            today={today}
            onApply={(from, to) => {
              setOpen(false);
              change({ range: "custom", from, to });
            }}
          />
        </Popover>
      )}
    </>
  );
}

function CustomDays({ from, to, today, onApply }: { from: string; to: string; today: string; onApply(from: string, to: string): void }) {
  const [first, setFirst] = useState(from);
  const [last, setLast] = useState(to);
  const [wrong, setWrong] = useState(false);
  return (
    <form
      className="custom-days"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        if (isSpan(first, last)) onApply(first, last);
        else setWrong(true);
      }}
    >
      <label>
        {r("range.from")}
        <input type="date" className="field" value={first} max={today} aria-invalid={wrong || undefined} aria-describedby={wrong ? "range-wrong" : undefined} onChange={(e) => setFirst(e.target.value)} />
      </label>
      <label>
        {r("range.to")}
        <input type="date" className="field" value={last} max={today} aria-invalid={wrong || undefined} aria-describedby={wrong ? "range-wrong" : undefined} onChange={(e) => setLast(e.target.value)} />
      </label>
      {wrong && (
        <p id="range-wrong" role="alert" className="text-meta text-danger">
          {r("range.wrong")}
        </p>
      )}
      <button type="submit" className="btn btn-primary">
        {r("range.apply")}
      </button>
    </form>
  );
}

function Narrow({ query, change, choices }: Pick<Props, "query" | "change"> & { choices: Choices }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button ref={anchor} type="button" className="btn" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ListFilter aria-hidden="true" />
        <span className="narrow-word">{r("filter.button")}</span>
      </button>
      {open && (
        <Popover anchor={anchor} label={r("filter.button")} onClose={() => setOpen(false)} className="narrow-popover">
          {choices.offered.map((name) => (
            <Choice key={name} name={name} value={query[name]} choices={choices} onChange={(value) => change({ [name]: value })} />
          ))}
        </Popover>
      )}
    </>
  );
}

function Choice({ name, value, choices, onChange }: { name: Narrowing; value: string; choices: Choices; onChange(v: string): void }) {
  if (name === "tag") return <TagField value={value} onChange={onChange} />;
  const list = choices.of(name);
  return (
    <label>
      {r(`filter.${name}`)}
      <select className="field" value={value} onChange={(e) => onChange(e.target.value)}>
        <option value={usual[name]}>{r("filter.all")}</option>
        {value !== "" && !list.some((o) => o.id === value) && <option value={value}>{choices.nameOf(name, value)}</option>}
        {list.map((o) => (
          <option key={o.id} value={o.id}>
            {o.name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Tags are as many as agents make: one writes the word. */
function TagField({ value, onChange }: { value: string; onChange(v: string): void }) {
  const [text, setText] = useState(value);
  const tags = useTags();
  const unknown = text.trim() !== "" && tags.length > 0 && !tags.includes(text.trim().toLowerCase());
  return (
    <label>
      {r("filter.tag")}
      <TagList id="filter-tags" tags={tags} />
      <input
        className="field"
        list="filter-tags"
        aria-describedby={unknown ? "filter-tag-unknown" : undefined}
        value={text}
        maxLength={50}
        placeholder={r("filter.all")}
        onChange={(e) => setText(e.target.value)}
        onBlur={() => text.trim() !== value && onChange(text.trim())}
        onKeyDown={(e) => e.key === "Enter" && onChange(text.trim())}
      />
      {unknown && (
        <span id="filter-tag-unknown" className="text-meta text-fg-2">
          {r("filter.tagUnknown")}
        </span>
      )}
    </label>
  );
}

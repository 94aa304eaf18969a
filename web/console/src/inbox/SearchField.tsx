import { Bookmark, Search, X } from "lucide-react";
import { lazy, Suspense, useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { flushSync } from "react-dom";
import { useLocation } from "wouter";
import { part } from "../app/soon";
import { Problem } from "../api/http";
import { t } from "../i18n/t";
import { keyOf } from "../keys/registry";
import { useKey } from "../keys/useKeys";
import { cx } from "../ui/basics";
import { useToggle } from "../ui/layer";
import { withParam, type Source } from "./source";
import type { SuggestHandle } from "./Suggest";
import { blamed, isKnown, parseTerms, unfinished, withoutTerm, type Term } from "./terms";
import { w } from "./words";

const Suggest = lazy(part(() => import("./Suggest")));
const SaveView = lazy(part(() => import("./SaveView")));

const SEARCH_AFTER = 300;
export const LONGEST = 500;

/** SearchField is one search in two views: chips to look at, text to write. */
export function SearchField({ source, error }: { source: Source; error: unknown }) {
  const input = useRef<HTMLInputElement>(null);
  const panel = useRef<SuggestHandle>(null);
  const id = useId();
  const s = useSearchText(source);
  const [editing, setEditing] = useState(false);
  const [caret, setCaret] = useState(0);
  const [offered, setOffered] = useState(false);
  const [active, setActive] = useState<string | undefined>();
  const save = useToggle();
  const refused = error instanceof Problem ? error.fields.q : undefined;
  const bad = refused === undefined ? undefined : blamed(source.q, refused);
  const terms = parseTerms(source.q);
  useKey("list.search", () => input.current?.focus());
  const write = (q: string, at: number, now: boolean) => {
    flushSync(() => {
      s.write(q, at, now);
      setCaret(at);
      setOffered(true);
    });
    input.current?.setSelectionRange(at, at);
  };
  const onKeyDown = (e: KeyboardEvent<HTMLInputElement>) => {
    if (e.nativeEvent.isComposing) return;
    if (offered && panel.current?.key(e.key)) return e.preventDefault();
    if (e.key === "Enter") {
      s.write(s.text, s.text.length, true);
      setOffered(false);
    } else if (e.key === "Escape") {
      if (offered) setOffered(false);
      else input.current?.blur();
    } else if (e.key === "ArrowDown" && !offered) setOffered(true);
    else return;
    e.preventDefault();
  };
  return (
    <div className="search" role="search">
      <div
        className={cx("field search-field", editing && "search-editing")}
        data-refused={refused !== undefined || undefined}
        onPointerDown={(e) => {
          if ((e.target as Element).closest("button, input")) return;
          e.preventDefault();
          input.current?.focus();
        }}
      >
        <Search size={14} aria-hidden="true" className="flex-none text-fg-3" />
        <div className="search-words">
          {!editing && terms.length > 0 && <Chips terms={terms} bad={bad} onRemove={(x) => s.write(withoutTerm(source.q, x), 0, true)} />}
          <div className="search-text">
            {editing && <Marks text={s.text} bad={s.text.trimEnd() === source.q ? bad : undefined} input={input} />}
            <input
              ref={input}
              role="combobox"
              aria-label={t("list.search")}
              aria-expanded={editing && offered}
              aria-controls={editing && offered ? `${id}-list` : undefined}
              aria-activedescendant={editing && offered ? active : undefined}
              aria-autocomplete="list"
              aria-invalid={refused !== undefined || undefined}
              aria-describedby={refused === undefined ? undefined : `${id}-refused`}
              placeholder={terms.length > 0 && !editing ? undefined : t("list.search")}
              value={editing ? s.text : ""}
              maxLength={LONGEST}
              autoComplete="off"
              spellCheck={false}
              enterKeyHint="search"
              onFocus={() => {
                const text = s.text === "" || s.text.endsWith(" ") ? s.text : `${s.text} `;
                flushSync(() => {
                  s.edit(text);
                  setEditing(true);
                  setCaret(text.length);
                  setOffered(true);
                });
                input.current?.setSelectionRange(text.length, text.length);
              }}
              onBlur={() => {
                setEditing(false);
                setOffered(false);
                s.write(s.text, 0, true);
              }}
              onChange={(e) => {
                const at = e.target.selectionStart ?? e.target.value.length;
                setCaret(at);
                setOffered(true);
                s.write(e.target.value, at, false);
              }}
              onSelect={(e) => setCaret(e.currentTarget.selectionStart ?? 0)}
              onKeyDown={onKeyDown}
              aria-keyshortcuts={keyOf("list.search")}
            />
          </div>
        </div>
        {(source.q !== "" || s.text.trim() !== "") && (
          <>
            {source.q !== "" && refused === undefined && !source.linked && (
              <button type="button" className="chip-x" aria-label={w("search.save")} data-tip={w("search.save")} onClick={save.open}>
                <Bookmark size={14} aria-hidden="true" />
              </button>
            )}
            <button type="button" className="chip-x" aria-label={t("list.clearSearch")} data-tip={t("list.clearSearch")} onMouseDown={(e) => e.preventDefault()} onClick={() => write("", 0, true)}>
              <X size={14} aria-hidden="true" />
            </button>
          </>
        )}
      </div>
      {refused !== undefined && (
        <p id={`${id}-refused`} role="alert" className="search-refused">
          {inWords(refused)}
        </p>
      )}
      {editing && offered && (
        <Suspense>
          <Suggest ref={panel} id={`${id}-list`} text={s.text} caret={caret} onActive={setActive} onTake={write} />
        </Suspense>
      )}
      {save.on && (
        <Suspense>
          <SaveView source={source} onClose={save.close} />
        </Suspense>
      )}
    </div>
  );
}

/** The server says at which character the trouble is; here the term is marked. */
function inWords(detail: string): string {
  return detail.replace(/^has, at character \d+, /u, "");
}

/** useSearchText is what stands in the field, and asks for it: at once, or when the writer rests on what can be asked. */
function useSearchText(source: Source) {
  const [, go] = useLocation();
  const [text, setText] = useState(source.q);
  const asked = useRef(source.q);
  const timer = useRef(0);
  useEffect(() => {
    if (asked.current !== source.q) setText(source.q);
    asked.current = source.q;
  }, [source.q]);
  useEffect(() => () => window.clearTimeout(timer.current), [source.base]);
  const ask = (q: string) => {
    if (q === source.q) return;
    asked.current = q;
    // The list before the search is a place to come back to; what was searched on the way is not.
    go(withParam(source, "q", q), { replace: source.q !== "" });
  };
  const write = (q: string, at: number, now: boolean) => {
    setText(q);
    window.clearTimeout(timer.current);
    if (now) {
      ask(q.trim());
      if (q.trim() !== "") void import("./searches").then((m) => m.keepSearch(q));
    } else if (!unfinished(q, at)) timer.current = window.setTimeout(() => ask(q.trim()), SEARCH_AFTER);
  };
  return { text, edit: setText, write };
}

function Chips({ terms, bad, onRemove }: { terms: Term[]; bad: Term | undefined; onRemove(t: Term): void }) {
  return (
    <ul className="search-chips" aria-label={w("search.conditions")}>
      {terms.map((x) => (
        <li key={x.start} className={cx("chip filter-chip", x.start === bad?.start ? "chip-danger" : isKnown(x.key) && "chip-accent")} data-term={x.text}>
          <span className="truncate" dir="auto">
            {x.text}
          </span>
          <button type="button" className="chip-x" aria-label={w("search.remove", { term: x.text })} onClick={() => onRemove(x)}>
            <X aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Marks colours the conditions behind the text that is being written. */
function Marks({ text, bad, input }: { text: string; bad: Term | undefined; input: { current: HTMLInputElement | null } }) {
  const back = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const el = input.current;
    if (!el) return;
    const follow = () => back.current && (back.current.scrollLeft = el.scrollLeft);
    follow();
    el.addEventListener("scroll", follow);
    return () => el.removeEventListener("scroll", follow);
  }, [input, text]);
  const parts = [];
  let at = 0;
  for (const x of parseTerms(text)) {
    parts.push(text.slice(at, x.start));
    parts.push(
      <mark key={x.start} className={cx("search-mark", x.start === bad?.start ? "search-mark-bad" : isKnown(x.key) && "search-mark-key")}>
        {x.text}
      </mark>,
    );
    at = x.end;
  }
  return (
    <div ref={back} className="search-back" aria-hidden="true">
      {parts}
      {text.slice(at)}
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Clock } from "lucide-react";
import { useEffect, useImperativeHandle, useMemo, useState, type Ref } from "react";
import { api } from "../api/http";
import type { IssueList } from "../api/types";
import { useAgents, useInboxes, useTeams, working } from "../app/desk";
import { useTags } from "../app/tags";
import { later } from "./later";
import { recentSearches } from "./recent";
import { accepted, suggest, type Suggestion, type Values } from "./suggest";
import { termAt } from "./terms";

export interface SuggestHandle {
  /** key answers whether it was one for the suggestions. */
  key(key: string): boolean;
}

interface Props {
  ref: Ref<SuggestHandle>;
  id: string;
  text: string;
  caret: number;
  onActive(id: string | undefined): void;
  onTake(q: string, caret: number, done: boolean): void;
}

/** Suggest is what a search could say at the caret: the field keeps the focus, and names the active suggestion. */
export default function Suggest({ ref, id, text, caret, onActive, onTake }: Props) {
  const values = useValues();
  const items = useMemo(() => suggest(text, caret, values, recentSearches()), [text, caret, values]);
  const here = termAt(text, caret);
  // While a value is written, Enter takes the best fit; free words are searched for as they are.
  const guess = here !== undefined && here.key !== "" && items[0] !== undefined && items[0].text !== here.text;
  const [at, setAt] = useState(-1);
  useEffect(() => setAt(guess ? 0 : -1), [text, caret, guess]);
  const active = items[at];
  useEffect(() => onActive(active && `${id}-${at}`), [active, at, id, onActive]);
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [id, at]);
  const take = (s: Suggestion) => {
    const next = accepted(text, caret, s);
    onTake(next.q, next.caret, s.done);
  };
  useImperativeHandle(ref, () => ({
    key: (key) => {
      if (items.length === 0) return false;
      if (key === "ArrowDown") setAt((at + 1) % items.length);
      else if (key === "ArrowUp") setAt((at <= 0 ? items.length : at) - 1);
      else if ((key === "Enter" || key === "Tab") && active) take(active);
      else return false;
      return true;
    },
  }));
  if (items.length === 0) return null;
  const groups = (["recent", "key", "value"] as const).filter((g) => items.some((s) => s.group === g));
  return (
    <div id={id} role="listbox" aria-label={later("suggest.label")} className="suggest scroll" onMouseDown={(e) => e.preventDefault()}>
      {groups.map((g) => (
        <div key={g} role="group" aria-label={later(`suggest.group.${g}`)}>
          <p className="suggest-group" aria-hidden="true">
            {later(`suggest.group.${g}`)}
          </p>
          {items.map((s, i) => s.group === g && <Choice key={s.id} id={`${id}-${i}`} s={s} active={i === at} onPoint={() => setAt(i)} onTake={() => take(s)} />)}
        </div>
      ))}
    </div>
  );
}

function Choice({ id, s, active, onPoint, onTake }: { id: string; s: Suggestion; active: boolean; onPoint(): void; onTake(): void }) {
  return (
    <div id={id} role="option" aria-selected={active} className="menu-item" data-active={active} data-suggests={s.text} onPointerMove={onPoint} onClick={onTake}>
      {s.group === "recent" && <Clock aria-hidden="true" />}
      <span className="truncate" dir="auto">
        {s.group === "value" && <span className="text-fg-3">{s.key}:</span>}
        {s.label}
      </span>
      <span className="suggest-hint">{s.group === "key" ? later(`suggest.key.${s.key}` as "suggest.key.is") : s.hint}</span>
    </div>
  );
}

const DAYS = 4;

function useValues(): Values {
  const [agents, teams, inboxes, tags] = [useAgents().data, useTeams().data, useInboxes().data, useTags()];
  const issues = useQuery({ queryKey: ["issues", ""], queryFn: ({ signal }) => api.get<IssueList>("/issues", signal) });
  return useMemo(() => {
    const topics = [...(issues.data?.topics ?? []), ...(issues.data?.items ?? [])].map((x) => x.name);
    const day = (ago: number) => {
      const d = new Date();
      d.setDate(d.getDate() - ago);
      return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, "0")}-${String(d.getDate()).padStart(2, "0")}`;
    };
    return {
      agents: working(agents),
      teams: (teams ?? []).map((x) => x.name),
      inboxes: (inboxes ?? []).map((x) => x.name),
      tags,
      topics: [...new Set(topics)],
      days: Array.from({ length: DAYS }, (_, i) => day(i)),
    };
    // Names are what counts: presence changes many times a minute.
  }, [agents?.length, teams, inboxes, tags.join(), issues.data]);
}

import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type ReactNode, type Ref, useImperativeHandle, type RefObject } from "react";
import { api } from "../../api/http";
import type { Page } from "../../api/types";
import type { Macro, MacroRendered } from "../../../../shared/src/wire.gen";
import { useAgents, useDesk, useTeams, working } from "../../app/desk";
import { Avatar, cx } from "../../ui/basics";
import type { Kind } from "../drafts";
import { useActionWords } from "./actionWords";
import { caretBox } from "./field";
import { fits, found, isCalled, ranked, recent, used } from "./find";
import { placeholders, type Called, type Trigger } from "./text";
import { c } from "./words";

export interface PickerHandle {
  /** Takes a key of the field; true: it was for the list. */
  key(e: { key: string; shiftKey: boolean }): boolean;
}

export type Picked = { kind: "emoji"; sign: string } | { kind: "mention"; called: Called } | { kind: "macro"; macro: Macro };

interface Props {
  ref: Ref<PickerHandle>;
  area: RefObject<HTMLTextAreaElement | null>;
  trigger: Trigger;
  writing: Kind;
  ticket: string;
  onPick(p: Picked): void;
  onClose(): void;
}

interface Row {
  key: string;
  picked: Picked;
  show: ReactNode;
}

const MOST = 40;

/** Picker is the list at the caret: the field keeps the focus, and its keys move through the list. */
export default function Picker(props: Props) {
  switch (props.trigger.kind) {
    case "emoji":
      return <EmojiPicker {...props} />;
    case "mention":
      return <MentionPicker {...props} />;
    case "macro":
      return <MacroPicker {...props} />;
  }
}

function EmojiPicker(props: Props) {
  const { query } = props.trigger;
  const rows = useMemo<Row[]>(
    () =>
      found(query, recent())
        .slice(0, MOST)
        .map(([sign, name]) => ({
          key: sign,
          picked: { kind: "emoji", sign },
          show: (
            <>
              <span className="picker-emoji" aria-hidden="true">
                {sign}
              </span>
              <span className="picker-name">{name}</span>
            </>
          ),
        })),
    [query],
  );
  // As in every chat: the second colon takes the one that is called so.
  const closes = (key: string) => (key === ":" ? rows.find((r) => r.picked.kind === "emoji" && isCalled(r.picked.sign, query)) : undefined);
  return <Layer {...props} rows={rows} closes={closes} onPick={(p) => (p.kind === "emoji" && used(p.sign), props.onPick(p))} />;
}

function MentionPicker(props: Props) {
  const { me } = useDesk();
  const agents = useAgents();
  const teams = useTeams();
  const { query } = props.trigger;
  const rows = useMemo<Row[]>(() => {
    const row = (called: Called, face: ReactNode, about: string): Row => ({
      key: called.kind + called.id,
      picked: { kind: "mention", called },
      show: (
        <>
          {face}
          <span className="picker-name">{called.name}</span>
          <span className="text-meta">{about}</span>
        </>
      ),
    });
    const people = working(agents.data).filter((a) => a.id !== me.agent.id && fits(`${a.name} ${a.email}`, query));
    const groups = (teams.data ?? []).filter((x) => fits(x.name, query));
    return [
      ...people.map((a) => row({ kind: "agent", id: a.id, name: a.name }, <Avatar name={a.name} seed={a.id} size={20} presence={a.availability} />, a.email)),
      ...groups.map((x) => row({ kind: "team", id: x.id, name: x.name }, <Avatar name={x.name} seed={x.id} size={20} />, c("team"))),
    ].slice(0, MOST);
  }, [agents.data, teams.data, query, me.agent.id]);
  return <Layer {...props} rows={rows} said={props.writing === "reply" ? c("toNote") : ""} busy={agents.isPending} />;
}

function MacroPicker(props: Props) {
  const { trigger, writing, ticket } = props;
  const q = useQuery({ queryKey: ["macros"], queryFn: ({ signal }) => api.get<Page<Macro>>(`/macros?ticket=${ticket}`, signal), staleTime: 30_000 });
  const rows = useMemo<Row[]>(() => {
    const usable = (q.data?.items ?? []).filter((m) => m.when === "both" || m.when === writing);
    return ranked(usable, trigger.query)
      .slice(0, MOST)
      .map((macro) => ({
        key: macro.id,
        picked: { kind: "macro", macro },
        show: (
          <span className="picker-two">
            <span className="picker-name">{macro.name}</span>
            <span className="picker-about">{about(macro)}</span>
          </span>
        ),
      }));
  }, [q.data, trigger.query, writing]);
  const none = q.data?.items.length === 0 ? c("noMacros") : undefined;
  return <Layer {...props} rows={rows} busy={q.isPending} {...(none ? { none } : {})} preview={(row) => row.picked.kind === "macro" && <Preview macro={row.picked.macro} ticket={ticket} />} />;
}

/** about says whose a macro is, and that it does something. */
function about(m: Macro): string {
  const whose = m.visibility === "team" ? m.team_name : c(m.visibility === "shared" ? "whose.shared" : "whose.private");
  return [whose, m.actions.length > 0 ? c("actions", { count: m.actions.length }) : "", m.uses > 0 ? c("uses", { count: m.uses }) : ""].filter(Boolean).join(" · ");
}

/** Preview is what a macro comes to in this very ticket. */
function Preview({ macro, ticket }: { macro: Macro; ticket: string }) {
  const q = useQuery({ queryKey: ["macro", macro.id, macro.updated_at, ticket], queryFn: () => api.post<MacroRendered>(`/macros/${macro.id}/render`, { ticket }), staleTime: 60_000 });
  const says = useActionWords();
  const body = q.data?.body ?? macro.body;
  const actions = q.data?.actions ?? macro.actions;
  return (
    <div className="picker-preview" aria-hidden="true">
      {body === "" ? <p className="text-fg-2">{c("noText")}</p> : <pre dir="auto">{marked(body)}</pre>}
      {actions.length > 0 && (
        <div className="picker-then">
          <h3>{c("previewActions")}</h3>
          <ul>
            {actions.map((a, i) => (
              <li key={i} className="chip action-chip">
                <span className="action-words">{says(a)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** marked shows what is still to be filled in. */
function marked(body: string): ReactNode[] {
  const out: ReactNode[] = [];
  let at = 0;
  for (const p of placeholders(body)) {
    out.push(body.slice(at, p.from), <span key={p.from} className="open-name">{`{{${p.name}}}`}</span>);
    at = p.to;
  }
  return [...out, body.slice(at)];
}

interface LayerProps extends Props {
  rows: Row[];
  said?: string;
  busy?: boolean;
  none?: string;
  /** The row that a key of the text takes, by ending what is looked for. */
  closes?: (key: string) => Row | undefined;
  preview?: (row: Row) => ReactNode;
}

function Layer({ ref, area, trigger, rows, said, busy, none = c(`none.${trigger.kind}`), closes, preview, onPick, onClose }: LayerProps) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const active = Math.min(at, rows.length - 1);
  const row = rows[active];
  useEffect(() => setAt(0), [trigger.query, trigger.kind]);
  const choose = useCallback((r: Row | undefined) => r && onPick(r.picked), [onPick]);
  useImperativeHandle(ref, () => ({
    key: ({ key, shiftKey }) => {
      if (key === "Escape") return onClose(), true;
      if (rows.length === 0) return false;
      if (key === "ArrowDown" || key === "ArrowUp") return setAt((active + (key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length), true;
      const closed = closes?.(key);
      if (closed) return choose(closed), true;
      if ((key === "Enter" && !shiftKey) || (key === "Tab" && !shiftKey)) return choose(row), true;
      return false;
    },
  }));
  usePlace(box, area, trigger.from, rows.length);
  useOwned(area, id, row ? `${id}-${active}` : undefined);
  useEffect(() => void box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [active, rows]);
  const label = c(`list.${trigger.kind}`);
  return (
    <div ref={box} popover="manual" className={cx("picker", preview && "picker-macro")} data-picker={trigger.kind}>
      <p role="status" className={said ? "picker-said" : "sr-only"}>
        {said} {busy ? c("loading") : rows.length === 0 ? none : <span className="sr-only">{c("found", { count: rows.length })}</span>}
      </p>
      {rows.length === 0 ? (
        <p className="picker-none" aria-hidden="true">
          {busy ? c("loading") : none}
        </p>
      ) : (
        <div className="picker-body">
          <ul id={id} role="listbox" aria-label={label} className="picker-list scroll">
            {rows.map((r, i) => (
              <li
                key={r.key}
                id={`${id}-${i}`}
                role="option"
                aria-selected={i === active}
                className="picker-row"
                onPointerMove={() => i !== active && setAt(i)}
                onMouseDown={(e) => e.preventDefault()}
                onClick={() => choose(r)}
              >
                {r.show}
              </li>
            ))}
          </ul>
          {row && preview?.(row)}
        </div>
      )}
    </div>
  );
}

/** usePlace puts the list beside the caret, over it where there is more room. */
function usePlace(box: RefObject<HTMLDivElement | null>, area: RefObject<HTMLTextAreaElement | null>, from: number, rows: number) {
  useLayoutEffect(() => {
    const layer = box.current;
    const field = area.current;
    if (!layer || !field) return;
    if (!layer.matches(":popover-open")) layer.showPopover?.();
    const put = () => {
      const caret = caretBox(field, from);
      const own = layer.getBoundingClientRect();
      const above = caret.top - own.height - 6;
      layer.style.top = `${above >= 8 ? above : Math.min(caret.bottom + 6, Math.max(8, innerHeight - own.height - 8))}px`;
      layer.style.left = `${Math.min(Math.max(8, caret.left - 12), Math.max(8, innerWidth - own.width - 8))}px`;
    };
    put();
    const watch = new ResizeObserver(put);
    watch.observe(layer);
    window.addEventListener("resize", put);
    return () => {
      watch.disconnect();
      window.removeEventListener("resize", put);
    };
  }, [box, area, from, rows]);
}

/** useOwned tells assistive software which entry the field's keys are on. */
function useOwned(area: RefObject<HTMLTextAreaElement | null>, list: string, active: string | undefined) {
  useEffect(() => {
    const field = area.current;
    if (!field) return;
    field.setAttribute("aria-autocomplete", "list");
    if (active) {
      field.setAttribute("aria-controls", list);
      field.setAttribute("aria-activedescendant", active);
    }
    return () => ["aria-autocomplete", "aria-controls", "aria-activedescendant"].forEach((a) => field.removeAttribute(a));
  }, [area, list, active]);
}

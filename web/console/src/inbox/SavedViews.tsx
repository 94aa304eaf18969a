import { MoreHorizontal, Plus } from "lucide-react";
import { useState, type DragEvent } from "react";
import { useLocation } from "wouter";
import { cx } from "../ui/basics";
import { Menu, useToggle, type Item } from "../ui/layer";
import { useToast } from "../ui/toast";
import { later } from "./later";
import { groupOf, moved, useSavedViews, type SavedView } from "./saved";
import SaveView from "./SaveView";
import type { Source } from "./source";
import { useViewActs } from "./viewActs";
import type { ViewEntry } from "./views";
import { Section, ViewLink } from "./ViewsPane";

const groups = ["private", "team", "shared"] as const;

/** SavedViews are searches with a name, in an order of one's own. */
export default function SavedViews({ source, entries }: { source: Source; entries: ViewEntry[] }) {
  const views = useSavedViews();
  const acts = useViewActs();
  const say = useToast();
  const save = useToggle();
  const [told, tell] = useState("");
  const [drag, setDrag] = useState<Drag>({ id: null, over: null });
  const put = (id: string, before: string | null) => {
    const ids = moved(views, id, before);
    const one = views.find((v) => v.id === id)!;
    const group = ids.filter((x) => groupOf(views.find((v) => v.id === x)) === groupOf(one));
    tell(later("views.moved", { name: one.name, n: group.indexOf(id) + 1, count: group.length }));
    acts.order.mutate(ids, { onError: (err) => say.wrong(err) });
  };
  return (
    <>
      {groups.map((g) => {
        const own = views.filter((v) => groupOf(v) === g);
        if (own.length === 0 && g !== "private") return null;
        return (
          <Section key={g} id={g} name={later(`views.group.${g}`)} beside={g === "private" && !source.linked ? <Add onClick={save.open} /> : undefined}>
            {own.map((v, i) => (
              <Saved
                key={v.id}
                view={v}
                entry={entries.find((e) => e.view === `saved:${v.id}`) ?? { view: `saved:${v.id}`, name: v.name, count: undefined }}
                here={!source.linked && source.view === `saved:${v.id}`}
                drag={drag}
                onDrag={setDrag}
                onDrop={(id, after) => put(id, after ? (own[i + 1]?.id ?? null) : v.id)}
                up={i > 0 ? () => put(v.id, own[i - 1]!.id) : undefined}
                down={i < own.length - 1 ? () => put(v.id, own[i + 2]?.id ?? null) : undefined}
              />
            ))}
          </Section>
        );
      })}
      <p role="status" className="sr-only">
        {told}
      </p>
      {save.on && <SaveView source={source} onClose={save.close} />}
    </>
  );
}

function Add({ onClick }: { onClick(): void }) {
  return (
    <button type="button" className="view-add" aria-label={later("views.add")} data-tip={later("views.add")} onClick={onClick}>
      <Plus size={14} aria-hidden="true" />
    </button>
  );
}

interface Drag {
  /** What is being dragged, and between which views it would land. */
  id: string | null;
  over: { id: string; after: boolean } | null;
}

interface SavedProps {
  view: SavedView;
  entry: ViewEntry;
  here: boolean;
  drag: Drag;
  onDrag(d: Drag): void;
  onDrop(id: string, after: boolean): void;
  up: (() => void) | undefined;
  down: (() => void) | undefined;
}

function Saved({ view, entry, here, drag, onDrag, onDrop, up, down }: SavedProps) {
  const edit = useToggle();
  const items = useItems(view, { edit: edit.open, up, down });
  const after = (e: DragEvent) => {
    const r = e.currentTarget.getBoundingClientRect();
    return e.clientY > r.top + r.height / 2;
  };
  const over = drag.over?.id === view.id ? (drag.over.after ? "after" : "before") : undefined;
  return (
    <li
      className="view-saved"
      draggable
      data-drop={over}
      data-view={view.id}
      onDragStart={(e) => {
        e.dataTransfer.effectAllowed = "move";
        e.dataTransfer.setData("text/plain", view.name);
        onDrag({ id: view.id, over: null });
      }}
      onDragOver={(e) => {
        if (drag.id === null || drag.id === view.id) return;
        e.preventDefault();
        if (over !== (after(e) ? "after" : "before")) onDrag({ id: drag.id, over: { id: view.id, after: after(e) } });
      }}
      onDragEnd={() => onDrag({ id: null, over: null })}
      onDrop={(e) => {
        e.preventDefault();
        if (drag.id !== null && drag.id !== view.id) onDrop(drag.id, after(e));
        onDrag({ id: null, over: null });
      }}
    >
      <ViewLink entry={entry} here={here} />
      <span className={cx("view-more", here && "view-more-here")}>
        <Menu label={later("views.menu", { name: view.name })} className="btn btn-ghost btn-icon btn-dense" items={items} button={<MoreHorizontal aria-hidden="true" />} />
      </span>
      {edit.on && <SaveView view={view} onClose={edit.close} />}
    </li>
  );
}

function useItems(view: SavedView, on: { edit(): void; up: (() => void) | undefined; down: (() => void) | undefined }): Item[] {
  const acts = useViewActs();
  const say = useToast();
  const [path, go] = useLocation();
  const remove = async () => {
    try {
      await acts.remove.mutateAsync(view.id);
      if (path.startsWith(`/inbox/saved:${view.id}`) || path.startsWith(`/inbox/saved%3A${view.id}`)) go("/inbox/mine");
      const { name, query, visibility, team } = view;
      say(later("views.deleted", { name }), () => acts.create.mutate({ name, query, visibility, ...(team ? { team } : {}) }));
    } catch (err) {
      say.wrong(err);
    }
  };
  return [
    ...(view.editable ? [{ key: "edit", label: later("views.edit"), onSelect: on.edit }] : []),
    { key: "up", label: later("views.up"), disabled: !on.up, onSelect: () => on.up?.() },
    { key: "down", label: later("views.down"), disabled: !on.down, onSelect: () => on.down?.() },
    ...(view.editable ? [{ key: "delete", label: later("views.delete"), danger: true, onSelect: () => void remove() }] : []),
  ];
}

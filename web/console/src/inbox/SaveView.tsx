import { useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import { Problem } from "../api/http";
import { nameOf, useDesk, useTeams } from "../app/desk";
import { t } from "../i18n/t";
import { ErrorState, Field, Segmented } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { useToast } from "../ui/toast";
import { later } from "./later";
import { useSavedViews, type SavedView, type Visibility } from "./saved";
import { parseTerms, quoted } from "./terms";
import type { Source } from "./source";
import { useViewActs } from "./viewActs";

const LONGEST_NAME = 60;

/** SaveView gives what is on screen a name, or changes a view that has one. */
export default function SaveView({ source, view, onClose }: { source?: Source; view?: SavedView; onClose(): void }) {
  const { me } = useDesk();
  const teams = (useTeams().data ?? []).filter((x) => me.agent.all_teams || me.agent.teams.includes(x.id));
  const on = useSavedViews().find((v) => source?.view === `saved:${v.id}`);
  const whole = (id: string) => nameOf(teams, id);
  const [visibility, setVisibility] = useState<Visibility>(view?.visibility ?? "private");
  const acts = useViewActs();
  const say = useToast();
  const [, go] = useLocation();
  const act = view ? acts.change : acts.create;
  const wrong = act.error instanceof Problem ? act.error.fields : {};
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const f = new FormData(e.currentTarget);
    const body = { name: String(f.get("name")).trim(), query: String(f.get("query")).trim(), visibility, ...(visibility === "team" ? { team: String(f.get("team")) } : {}) };
    try {
      const saved = view ? await acts.change.mutateAsync({ id: view.id, ...body }) : await acts.create.mutateAsync(body);
      say(later("save.saved"));
      onClose();
      if (!view) go(`/inbox/saved:${saved.id}`);
    } catch (err) {
      if (!(err instanceof Problem)) throw err;
    }
  };
  const may = (v: Visibility) => v === view?.visibility || v === "private" || (v === "team" ? teams.length > 0 : me.agent.role !== "agent");
  return (
    <Dialog title={later(view ? "save.edit" : "save.title")} onClose={onClose}>
      <form className="grid gap-4" onSubmit={(e) => void submit(e)}>
        <Field label={later("save.name")} error={wrong.name}>
          {(p) => <input {...p} className="field" name="name" required maxLength={LONGEST_NAME} data-autofocus defaultValue={view?.name ?? ""} dir="auto" />}
        </Field>
        <Field label={later("save.query")} hint={later("save.queryHint")} error={wrong.query ?? wrong.q}>
          {(p) => <input {...p} className="field font-mono text-dense" name="query" required maxLength={500} spellCheck={false} defaultValue={view?.query ?? (source ? asQuery(source, on?.query, whole) : "")} />}
        </Field>
        <div className="grid gap-1">
          <span className="text-dense font-medium" aria-hidden="true">
            {later("save.who")}
          </span>
          <Segmented label={later("save.who")} value={visibility} onChange={(v) => setVisibility(v)} options={(["private", "team", "shared"] as const).filter(may).map((v) => ({ value: v, label: later(`save.who.${v}`) }))} />
          {wrong.visibility && <p className="text-meta text-danger">{wrong.visibility}</p>}
        </div>
        {visibility === "team" && (
          <Field label={later("save.team")} error={wrong.team}>
            {(p) => (
              <select {...p} className="field" name="team" defaultValue={view?.team ?? source?.view.replace("team:", "")}>
                {teams.map((x) => (
                  <option key={x.id} value={x.id}>
                    {x.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        {act.error && Object.keys(wrong).length === 0 && <ErrorState error={act.error} />}
        <div className="flex justify-end gap-2">
          <button type="button" className="btn" onClick={onClose}>
            {t("action.cancel")}
          </button>
          <button className="btn btn-primary" disabled={act.isPending}>
            {t("action.save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** asQuery is what a list shows, in the words of a search alone. */
export function asQuery(source: Source, saved: string | undefined, team: (id: string) => string): string {
  const q = [saved, source.q].filter(Boolean).join(" ");
  const parts = [q];
  const says = (key: string) => parseTerms(q).some((x) => x.key === key && !x.not);
  if (source.view === "mine" && !says("assignee")) parts.unshift("assignee:me");
  if (source.view === "unassigned" && !says("assignee")) parts.unshift("assignee:none");
  if (source.view.startsWith("team:") && team(source.view.slice(5)) !== "") parts.unshift(`team:${quoted(team(source.view.slice(5)))}`);
  if (source.status !== "all" && !says("is")) parts.unshift(`is:${source.query.status}`);
  return parts.filter(Boolean).join(" ");
}

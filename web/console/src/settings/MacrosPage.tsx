import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { api } from "../api/http";
import type { Page } from "../api/types";
import type { Macro, MacroAction, MacroRendered } from "../../../shared/src/wire.gen";
import { useDesk, useTeams } from "../app/desk";
import { sayer } from "../i18n/t";
import { t } from "./words";
import { apply } from "../ticket/compose/field";
import { Markdown } from "../ticket/markdown";
import { EmptyState, ErrorState, Field } from "../ui/basics";
import { Dialog, useToggle } from "../ui/layer";
import { useToast } from "../ui/toast";
import { Choices, errorAt } from "./fields";
import { MacroActions } from "./MacroActions";
import en from "./macros.en.json";
import { AddButton, Back, Entries, Form, Group, Head, Pick, States, useForm, useSave } from "./parts";

const m = sayer(en);
const KEY = ["macros"];
const names = ["customer.first_name|there", "customer.name", "agent.first_name", "agent.name", "ticket.number", "ticket.subject", "team.name", "desk.name"];
const visibilities = ["private", "team", "shared"] as const;
const uses = ["both", "reply", "note"] as const;

interface Draft {
  name: string;
  body: string;
  actions: MacroAction[];
  visibility: string;
  team: string | null;
  when: string;
}

const fresh: Draft = { name: "", body: "", actions: [], visibility: "private", team: null, when: "both" };

/** MacrosPage lists what one may use, most used first, and opens one to change it. */
export default function MacrosPage({ id }: { id?: string | undefined }) {
  const [, go] = useLocation();
  const q = useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.get<Page<Macro>>("/macros", signal) });
  const items = q.data?.items ?? [];
  const one = items.find((x) => x.id === id);
  if (id === "new") return <Edit key="new" />;
  if (one) return <Edit key={one.id} macro={one} />;
  return (
    <>
      <Head title={t("settings.macros")} lead={m("lead")}>
        <AddButton label={m("add")} onClick={() => go("/settings/macros/new")} />
      </Head>
      <States of={q}>{items.length === 0 ? <EmptyState title={m("none")} /> : <Entries items={items.map((x) => ({ id: x.id, href: `/settings/macros/${x.id}`, title: x.name, about: about(x) }))} />}</States>
    </>
  );
}

function about(x: Macro): string {
  const whose = x.visibility === "team" ? x.team_name : m(`visibility.${x.visibility as "private"}`);
  return [whose, x.visibility === "private" ? "" : m("by", { name: x.owner_name }), x.actions.length > 0 ? m("actionsCount", { count: x.actions.length }) : "", x.uses > 0 ? m("uses", { count: x.uses }) : m("unused")].filter(Boolean).join(" · ");
}

function Edit({ macro }: { macro?: Macro }) {
  const [, go] = useLocation();
  const say = useToast();
  const { me } = useDesk();
  const teams = useTeams().data ?? [];
  const removing = useToggle();
  const remove = useRemove();
  const { value, set, unsaved } = useForm<Draft>(macro ? { name: macro.name, body: macro.body, actions: macro.actions, visibility: macro.visibility, team: macro.team, when: macro.when } : fresh, `macros/${macro?.id ?? "new"}`);
  const mayShare = me.permissions.includes("macro.share");
  const done = () => {
    unsaved.saved();
    say(t("settings.saved"));
    go("/settings/macros");
  };
  const send = ({ team, ...v }: Draft) => {
    const body = { ...v, ...(v.visibility === "team" && team ? { team } : {}) };
    return macro ? api.patch(`/macros/${macro.id}`, body) : api.post("/macros", body);
  };
  const { save, busy, error, fields } = useSave([KEY, ["macro"]], send, done);
  const fixed = macro !== undefined && !macro.editable;
  return (
    <>
      <Back to="/settings/macros" label={t("settings.macros")} />
      <Head title={macro?.name ?? m("add")} lead={fixed ? m("readOnly") : ""}>
        {macro && !fixed && (
          <button type="button" className="btn" onClick={() => (macro.owner === me.agent.id ? void remove(macro) : removing.open())}>
            <Trash2 aria-hidden="true" />
            {m("remove")}
          </button>
        )}
      </Head>
      {fixed ? (
        <Preview body={value.body} />
      ) : (
        <Form busy={busy} error={error} unsaved={unsaved} onSubmit={() => save(value)} submit={m("save")}>
          <Group title={t("teams.basics")}>
            <Field label={m("name")} error={fields.name}>
              {(p) => <input {...p} className="field" value={value.name} maxLength={80} required data-autofocus onChange={(e) => set("name", e.target.value)} />}
            </Field>
            <Text value={value.body} error={errorAt(fields, "body")} onChange={(v) => set("body", v)} />
          </Group>
          <Preview body={value.body} />
          <MacroActions value={value.actions} fields={fields} onChange={(v) => set("actions", v)} />
          <Group title={m("who")}>
            <Choices label={m("visibility")} value={value.visibility as (typeof visibilities)[number]} options={visibilities.filter((v) => v !== "shared" || mayShare).map((v) => ({ value: v, label: m(`visibility.${v}`), hint: m(`visibility.${v}Hint`) }))} onChange={(v) => set("visibility", v)} />
            {value.visibility === "team" && <Pick label={m("team")} error={fields.team} value={value.team} options={mayShare ? teams : teams.filter((x) => me.agent.teams.includes(x.id))} onChange={(v) => set("team", v)} />}
            <Pick label={m("when")} value={value.when} options={uses.map((v) => ({ id: v, name: m(`when.${v}`) }))} onChange={(v) => set("when", v ?? "both")} />
          </Group>
        </Form>
      )}
      {macro && removing.on && <Remove macro={macro} onClose={removing.close} />}
    </>
  );
}

function Text({ value, error, onChange }: { value: string; error: string | undefined; onChange(v: string): void }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const insert = (name: string) => {
    const f = area.current;
    if (!f) return;
    const text = `{{${name}}}`;
    apply(f, { from: f.selectionStart, to: f.selectionEnd, text, select: [f.selectionStart + text.length, f.selectionStart + text.length] });
  };
  return (
    <>
      <Field label={m("body")} hint={m("bodyHint")} error={error}>
        {(p) => <textarea {...p} ref={area} className="field" dir="auto" rows={8} value={value} onChange={(e) => onChange(e.target.value)} />}
      </Field>
      <div role="group" aria-label={m("insert")} className="flex flex-wrap items-center gap-1.5">
        <span className="text-dense text-fg-2">{m("insert")}</span>
        {names.map((n) => (
          <button key={n} type="button" className="btn btn-dense" dir="ltr" onClick={() => insert(n)}>
            {n.split("|")[0]}
          </button>
        ))}
      </div>
    </>
  );
}

const SETTLES = 300;

/** Preview is a text as the server would send it, for an invented customer; what has no value stays and is told. */
function Preview({ body }: { body: string }) {
  const [asked, setAsked] = useState(body);
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(body), SETTLES);
    return () => window.clearTimeout(timer);
  }, [body]);
  const empty = asked.trim() === "";
  const q = useQuery({
    queryKey: ["macro-text", asked],
    queryFn: () => api.post<MacroRendered>("/macros/render", { body: asked }),
    enabled: !empty,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <section className="card grid gap-3 p-5 macro-preview" aria-label={m("preview")} aria-busy={q.isFetching}>
      <p className="text-body font-semibold">{m("preview")}</p>
      <p className="text-meta text-fg-2">{m("previewFor")}</p>
      {empty && <p className="text-dense text-fg-2">{m("previewNone")}</p>}
      {!empty && q.data && (
        <div className="bubble max-w-[72ch]" dir="auto">
          <Markdown text={q.data.body} />
        </div>
      )}
      {!empty && q.isError && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {!empty && q.data && q.data.unresolved.length > 0 && <p className="text-dense text-warn">{m("open", { names: q.data.unresolved.join(", ") })}</p>}
    </section>
  );
}

/** useRemove deletes one's own macro at once, to be taken back; that of somebody else is asked for first. */
function useRemove() {
  const [, go] = useLocation();
  const say = useToast();
  const cache = useQueryClient();
  const again = () => cache.invalidateQueries({ queryKey: KEY });
  const back = ({ name, body, actions, visibility, team, when }: Macro) =>
    api.post("/macros", { name, body, actions, visibility, when, ...(visibility === "team" && team ? { team } : {}) }).then(again, say.wrong);
  return async (macro: Macro) => {
    try {
      await api.delete(`/macros/${macro.id}`);
    } catch (err) {
      return say.wrong(err);
    }
    go("/settings/macros");
    await again();
    say(m("removedOne", { name: macro.name }), () => void back(macro));
  };
}

function Remove({ macro, onClose }: { macro: Macro; onClose(): void }) {
  const [, go] = useLocation();
  const say = useToast();
  const { save, busy, error } = useSave([KEY], () => api.delete(`/macros/${macro.id}`), () => {
    say(m("removed"));
    go("/settings/macros");
  });
  return (
    <Dialog title={m("remove")} onClose={onClose}>
      <p className="mb-4 text-body text-fg-2">{m("removeSure", { name: macro.name })}</p>
      <Form busy={busy} error={error} onSubmit={() => save(undefined)} onCancel={onClose} submit={m("remove")}>
        {null}
      </Form>
    </Dialog>
  );
}

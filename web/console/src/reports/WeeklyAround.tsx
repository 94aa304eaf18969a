import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Page as Rows } from "../api/types";
import type { ReportAction, ReportShare, ReportSubscriber, ReportSubscribers, SharedLink } from "../../../shared/src/wire.gen";
import { api } from "../api/http";
import { useWorking, useDesk } from "../app/desk";
import { t } from "../i18n/t";
import { date } from "../i18n/time";
import { Check, ErrorState, Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { useToast } from "../ui/toast";
import { Form, OnceDialog, Pick, useForm, useSave } from "../settings/parts";
import { r } from "./words";

/** weekName is what people call 2026-W46. */
export const weekName = (week: string) => t("reports.week", { week: week.slice(-2), year: week.slice(0, 4) });

/** WeeklyAround is what stands around the weekly reports: what was agreed, who gets them by mail, and open links. */
export function WeeklyAround({ weeks }: { weeks: string[] }) {
  const { me } = useDesk();
  const can = (what: (typeof me.permissions)[number]) => me.permissions.includes(what);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-8">
      <Actions may={can("report.act")} />
      {can("report.subscribe") && <Subscribers all={can("report.share")} weeks={weeks} />}
      {can("report.share") && <Links weeks={weeks} />}
    </div>
  );
}

interface SectionProps {
  title: string;
  lead: string;
  add?: string | undefined;
  onAdd?(): void;
  children: React.ReactNode;
}

function Section({ title, lead, add, onAdd, children }: SectionProps) {
  return (
    <section aria-label={title}>
      <header className="page-head mb-3">
        <div>
          <h2 className="text-title font-semibold">{title}</h2>
          <p className="text-body text-fg-2">{lead}</p>
        </div>
        {add && (
          <button type="button" className="btn" onClick={onAdd}>
            {add}
          </button>
        )}
      </header>
      {children}
    </section>
  );
}

function Actions({ may }: { may: boolean }) {
  const [adding, setAdding] = useState(false);
  const q = useQuery({ queryKey: ["report-actions"], queryFn: ({ signal }) => api.get<Rows<ReportAction>>("/reports/actions?state=open", signal) });
  const say = useToast();
  const back = useSave([["report-actions"]], (id: string) => api.patch(`/reports/actions/${id}`, { state: "open" }), () => undefined);
  const done = useSave([["report-actions"]], (a: ReportAction) => api.patch(`/reports/actions/${a.id}`, { state: "done" }).then(() => a), (a) => say(r("weekly.doneOf", { text: a.text }), () => back.save(a.id)));
  const list = q.data?.items ?? [];
  return (
    <Section title={r("weekly.actions")} lead={r("weekly.actionsLead")} add={may ? r("weekly.actionAdd") : undefined} onAdd={() => setAdding(true)}>
      {q.isError && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {q.isSuccess && list.length === 0 && <p className="text-body text-fg-2">{r("weekly.actionsNone")}</p>}
      {list.length > 0 && (
        <ul className="card divide-y divide-line">
          {list.map((a) => (
            <li key={a.id} className="flex items-center gap-4 px-5 py-3">
              <div className="min-w-0 flex-1">
                <p className="break-words font-semibold" dir="auto">
                  {a.text}
                </p>
                <p className="text-dense text-fg-2">{[a.owner_name || r("weekly.nobody"), a.due && r("weekly.by", { day: date(a.due) })].filter(Boolean).join(" · ")}</p>
              </div>
              {may && (
                <button type="button" className="btn" disabled={done.busy} onClick={() => done.save(a)} aria-label={r("weekly.doneOf", { text: a.text })}>
                  {r("weekly.done")}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {adding && <AddAction onClose={() => setAdding(false)} />}
    </Section>
  );
}

function AddAction({ onClose }: { onClose(): void }) {
  const agents = useWorking();
  const { value, set } = useForm({ text: "", owner: null as string | null, due: "" });
  const { save, busy, error, fields } = useSave([["report-actions"]], (v: typeof value) => api.post("/reports/actions", { text: v.text, ...(v.owner && { owner: v.owner }), ...(v.due && { due: v.due }) }), onClose);
  return (
    <Dialog title={r("weekly.actionAdd")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose}>
        <Field label={r("weekly.actionText")} error={fields["text"]}>
          {(p) => <input {...p} className="field" value={value.text} maxLength={200} required data-autofocus onChange={(e) => set("text", e.target.value)} />}
        </Field>
        <Pick label={r("weekly.owner")} value={value.owner} options={agents} none={r("weekly.nobody")} error={fields["owner"]} onChange={(v) => set("owner", v)} />
        <Field label={r("weekly.due")} error={fields["due"]}>
          {(p) => <input {...p} type="date" className="field" value={value.due} onChange={(e) => set("due", e.target.value)} />}
        </Field>
      </Form>
    </Dialog>
  );
}

function Subscribers({ all, weeks }: { all: boolean; weeks: string[] }) {
  const { me } = useDesk();
  const say = useToast();
  const [adding, setAdding] = useState(false);
  const key = ["report-subscribers"];
  const q = useQuery({ queryKey: key, queryFn: ({ signal }) => api.get<ReportSubscribers>("/reports/subscribers", signal) });
  const drop = useSave([key], (id: string) => api.delete(`/reports/subscribers/${id}`));
  const join = useSave([key], () => api.post("/reports/subscribers", {}));
  const last = weeks[1] ?? weeks[0]; // the newest is still running
  const test = useMutation({
    mutationFn: (s: ReportSubscriber) => api.post(`/reports/weekly/${last}/mail`, { subscriber: s.id }),
    onSuccess: (_, s) => say(r("weekly.sent", { week: weekName(last ?? ""), name: who(s) })),
    onError: (err) => say.wrong(err),
  });
  const list = q.data?.items ?? [];
  const mine = list.some((s) => s.agent === me.agent.id);
  const who = (s: ReportSubscriber) => s.agent_name || s.address;
  return (
    <Section title={r("weekly.mails")} lead={r("weekly.mailsLead")} add={all ? r("weekly.mailAdd") : undefined} onAdd={() => setAdding(true)}>
      {q.data && !q.data.mail && <p className="mb-3 rounded-control bg-warn-soft px-3 py-2 text-dense text-warn">{r("weekly.mailOff")}</p>}
      {q.isError && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {list.length > 0 && (
        <ul className="card mb-3 divide-y divide-line">
          {list.map((s) => (
            <li key={s.id} className="flex items-center gap-4 px-5 py-3">
              <div className="min-w-0 flex-1">
                <p className="break-words font-semibold" dir="auto">
                  {who(s)}
                </p>
                <p className="text-dense text-fg-2">{s.next_at ? r("weekly.next", { date: date(s.next_at) }) : ""}</p>
              </div>
              {q.data?.mail && last && (
                <button type="button" className="btn" disabled={test.isPending} onClick={() => test.mutate(s)} aria-label={r("weekly.sendOf", { name: who(s) })} data-tip={r("weekly.sendTip")}>
                  {r("weekly.send")}
                </button>
              )}
              <button type="button" className="btn" disabled={drop.busy} onClick={() => drop.save(s.id)} aria-label={r("weekly.endOf", { name: who(s) })}>
                {r("weekly.end")}
              </button>
            </li>
          ))}
        </ul>
      )}
      {q.isSuccess && !mine && (
        <button type="button" className="btn" disabled={join.busy} onClick={() => join.save(undefined)}>
          {r("weekly.join")}
        </button>
      )}
      {adding && <AddAddress onClose={() => setAdding(false)} />}
    </Section>
  );
}

function AddAddress({ onClose }: { onClose(): void }) {
  const { value, set } = useForm({ address: "", quotes: false, tickets: false });
  const { save, busy, error, fields } = useSave([["report-subscribers"]], (v: typeof value) => api.post("/reports/subscribers", v), onClose);
  return (
    <Dialog title={r("weekly.mailAdd")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose}>
        <Field label={r("weekly.address")} hint={r("weekly.addressHint")} error={fields["address"]}>
          {(p) => <input {...p} type="email" className="field" value={value.address} maxLength={254} required data-autofocus onChange={(e) => set("address", e.target.value)} />}
        </Field>
        <Check label={r("weekly.quotes")} checked={value.quotes} onChange={(v) => set("quotes", v)} />
        <Check label={r("weekly.tickets")} checked={value.tickets} onChange={(v) => set("tickets", v)} />
      </Form>
    </Dialog>
  );
}

function Links({ weeks }: { weeks: string[] }) {
  const [adding, setAdding] = useState(false);
  const [url, setUrl] = useState("");
  const key = ["report-shares"];
  const q = useQuery({ queryKey: key, queryFn: ({ signal }) => api.get<Rows<ReportShare>>("/reports/shares", signal) });
  const [ending, setEnding] = useState<ReportShare | null>(null);
  const end = useSave([key], (id: string) => api.delete(`/reports/shares/${id}`), () => setEnding(null));
  const list = q.data?.items ?? [];
  return (
    <Section title={r("weekly.links")} lead={r("weekly.linksLead")} add={weeks.length > 0 ? r("weekly.linkAdd") : undefined} onAdd={() => setAdding(true)}>
      {q.isError && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {list.length > 0 && (
        <ul className="card divide-y divide-line">
          {list.map((x) => (
            <li key={x.id} className="flex items-center gap-4 px-5 py-3">
              <div className="min-w-0 flex-1">
                <p className="font-semibold">{weekName(x.week)}</p>
                <p className="text-dense text-fg-2">{r("weekly.until", { name: x.created_by_name, date: date(x.expires_at) })}</p>
              </div>
              <button type="button" className="btn" onClick={() => setEnding(x)} aria-label={r("weekly.endOf", { name: weekName(x.week) })}>
                {r("weekly.end")}
              </button>
            </li>
          ))}
        </ul>
      )}
      {adding && (
        <AddLink
          weeks={weeks}
          onClose={() => setAdding(false)}
          onMade={(made) => {
            setAdding(false);
            setUrl(made);
          }}
        />
      )}
      {ending && (
        <Dialog title={r("weekly.endOf", { name: weekName(ending.week) })} onClose={() => setEnding(null)}>
          <p className="mb-4 text-body text-fg-2">{r("weekly.endLead")}</p>
          <Form busy={end.busy} error={end.error} onSubmit={() => end.save(ending.id)} onCancel={() => setEnding(null)} submit={r("weekly.endDo")}>
            {null}
          </Form>
        </Dialog>
      )}
      {url && <OnceDialog title={r("weekly.linkMade")} lead={r("weekly.linkMadeLead")} text={url} onClose={() => setUrl("")} />}
    </Section>
  );
}

function AddLink({ weeks, onClose, onMade }: { weeks: string[]; onClose(): void; onMade(url: string): void }) {
  const { value, set } = useForm({ week: (weeks[1] ?? weeks[0] ?? "") as string | null, quotes: false, tickets: false });
  const { save, busy, error } = useSave([["report-shares"]], (v: typeof value) => api.post<SharedLink>(`/reports/weekly/${v.week}/share`, { quotes: v.quotes, tickets: v.tickets }), (out) => onMade(out.url));
  return (
    <Dialog title={r("weekly.linkAdd")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose} submit={r("weekly.linkAdd")}>
        <Pick label={r("weekly.week")} value={value.week} options={weeks.map((w) => ({ id: w, name: weekName(w) }))} onChange={(v) => set("week", v)} />
        <Check label={r("weekly.quotes")} checked={value.quotes} onChange={(v) => set("quotes", v)} />
        <Check label={r("weekly.tickets")} checked={value.tickets} onChange={(v) => set("tickets", v)} />
      </Form>
    </Dialog>
  );
}

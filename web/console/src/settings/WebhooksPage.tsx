import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { api } from "../api/http";
import type { Page, Webhook, WebhookDelivery } from "../api/types";
import { sayer } from "../i18n/t";
import { dateTime } from "../i18n/time";
import { Check, cx, EmptyState, Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { useToast } from "../ui/toast";
import { errorAt } from "./fields";
import { AddButton, Back, Entries, Form, Head, OnceDialog, States, useForm, useSave } from "./parts";
import en from "./webhooks.en.json";

const w = sayer(en);

interface List extends Page<Webhook> {
  kinds: string[];
}

function useWebhooks() {
  return useQuery({ queryKey: ["webhooks"], queryFn: ({ signal }) => api.get<List>("/webhooks", signal) });
}

/** WebhooksPage lists the programs that are told what happens, and one of them with what was sent to it. */
export function WebhooksPage({ id }: { id?: string | undefined }) {
  const q = useWebhooks();
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState("");
  const hooks = q.data?.items ?? [];
  const one = hooks.find((h) => h.id === id);
  if (one) return <One key={one.id} hook={one} kinds={q.data?.kinds ?? []} />;
  return (
    <>
      <Head title={w("title")} lead={w("lead")}>
        <AddButton label={w("add")} onClick={() => setAdding(true)} />
      </Head>
      <States of={q}>
        {hooks.length === 0 ? (
          <EmptyState title={w("none")} />
        ) : (
          <Entries items={hooks.map((h) => ({ id: h.id, href: `/settings/webhooks/${h.id}`, title: h.url, about: <About hook={h} /> }))} />
        )}
      </States>
      {adding && (
        <Add
          kinds={q.data?.kinds ?? []}
          onClose={() => setAdding(false)}
          onSecret={(s) => {
            setAdding(false);
            setSecret(s);
          }}
        />
      )}
      {secret && <OnceDialog title={w("secret")} lead={w("secretLead")} text={secret} onClose={() => setSecret("")} />}
    </>
  );
}

function About({ hook }: { hook: Webhook }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className={cx("chip", hook.disabled_at ? "" : "chip-ok")}>{w(hook.disabled_at ? "off" : "on")}</span>
      {hook.failures > 0 && <span className="chip chip-warn">{w("failing", { count: hook.failures })}</span>}
      <span>{hook.kinds.map(kindText).join(", ")}</span>
    </span>
  );
}

/** kindText says what a pattern of kinds means; a single kind is its own name. */
export function kindText(kind: string): string {
  if (kind === "*") return w("all");
  return kind.endsWith(".*") ? w("kindsOf", { noun: kind.slice(0, -2) }) : kind;
}

const nounOf = (kind: string) => kind.split(".")[0]!;
const nouns = (kinds: readonly string[]) => [...new Set(kinds.map(nounOf))];

/** choices are the kinds by noun, each noun led by all of it. */
export function choices(kinds: readonly string[]): string[] {
  return nouns(kinds).flatMap((n) => {
    const own = kinds.filter((k) => k.startsWith(`${n}.`));
    return own.length > 1 ? [`${n}.*`, ...own] : own;
  });
}

interface KindsProps {
  all: readonly string[];
  value: readonly string[];
  error?: string | undefined;
  onChange(v: string[]): void;
}

function Kinds({ all, value, error, onChange }: KindsProps) {
  return (
    <fieldset className="grid gap-2" aria-describedby="kinds-hint">
      <legend className="mb-1 text-dense font-medium">{w("kinds")}</legend>
      <div className="kinds">
        {nouns(all).map((noun) => {
          const own = choices(all.filter((k) => nounOf(k) === noun));
          return (
            <div key={noun} className={cx("kinds-group", own.length > 1 && "kinds-led")}>
              {own.map((k) => (
                <Kind key={k} kind={k} value={value} onChange={onChange} />
              ))}
            </div>
          );
        })}
      </div>
      <p id="kinds-hint" className={cx("text-meta", error ? "text-danger" : "text-fg-2")}>
        {error ?? w("kindsHint")}
      </p>
    </fieldset>
  );
}

function Kind({ kind, value, onChange }: { kind: string; value: readonly string[]; onChange(v: string[]): void }) {
  const whole = value.includes(`${nounOf(kind)}.*`) && !kind.endsWith(".*");
  const change = (on: boolean) => {
    if (whole) return;
    const rest = value.filter((x) => x !== kind && !(kind.endsWith(".*") && x.startsWith(kind.slice(0, -1))));
    onChange(on ? [...rest, kind] : rest);
  };
  return <Check label={kindText(kind)} checked={whole || value.includes(kind)} onChange={change} />;
}

interface Draft {
  url: string;
  kinds: string[];
}

function Fields({ value, set, kinds, fields }: { value: Draft; set<K extends keyof Draft>(k: K, v: Draft[K]): void; kinds: readonly string[]; fields: Record<string, string> }) {
  return (
    <>
      <Field label={w("url")} hint={w("urlHint")} error={fields.url}>
        {(p) => <input {...p} className="field" type="url" dir="ltr" value={value.url} maxLength={2000} required data-autofocus onChange={(e) => set("url", e.target.value)} />}
      </Field>
      <Kinds all={kinds} value={value.kinds} error={errorAt(fields, "kinds")} onChange={(v) => set("kinds", v)} />
    </>
  );
}

function Add({ kinds, onClose, onSecret }: { kinds: string[]; onClose(): void; onSecret(s: string): void }) {
  const { value, set } = useForm<Draft>({ url: "https://", kinds: ["issue.*"] });
  const { save, busy, error, fields } = useSave([["webhooks"]], (v: Draft) => api.post<{ secret: string }>("/webhooks", v), (out) => onSecret(out.secret));
  return (
    <Dialog title={w("add")} onClose={onClose}>
      <p className="mb-4 text-body text-fg-2">{w("addLead")}</p>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose} submit={w("add")}>
        <Fields value={value} set={set} kinds={kinds} fields={fields} />
      </Form>
    </Dialog>
  );
}

function One({ hook, kinds }: { hook: Webhook; kinds: string[] }) {
  const say = useToast();
  const cache = useQueryClient();
  const [open, setOpen] = useState<"change" | "delete" | null>(null);
  const key = ["webhook", hook.id];
  const toggle = useSave([["webhooks"]], () => api.patch(`/webhooks/${hook.id}`, { disabled: !hook.disabled_at }));
  const test = useMutation({
    mutationFn: () => api.post(`/webhooks/${hook.id}/test`),
    onSuccess: () => {
      say(w("sent"));
      void cache.invalidateQueries({ queryKey: key });
    },
    onError: (err) => say.wrong(err),
  });
  return (
    <>
      <Back to="/settings/webhooks" label={w("back")} />
      <Head title={new URL(hook.url).host} />
      <p className="mb-2 text-dense [overflow-wrap:anywhere]" dir="ltr">
        {hook.url}
      </p>
      <div className="text-dense text-fg-2">
        <About hook={hook} />
        {hook.paused_until && <p className="mt-1">{w("paused", { time: dateTime(hook.paused_until) })}</p>}
      </div>
      <div className="my-4 flex flex-wrap gap-2">
        <button type="button" className="btn btn-primary" disabled={test.isPending || hook.disabled_at !== null} onClick={() => test.mutate()}>
          {w("test")}
        </button>
        <button type="button" className="btn" onClick={() => setOpen("change")}>
          {w("change")}
        </button>
        <button type="button" className="btn" disabled={toggle.busy} onClick={() => toggle.save(undefined)}>
          {w(hook.disabled_at ? "enable" : "disable")}
        </button>
        <button type="button" className="btn" onClick={() => setOpen("delete")}>
          {w("delete")}
        </button>
      </div>
      <Deliveries hook={hook} />
      {open === "change" && <Change hook={hook} kinds={kinds} onClose={() => setOpen(null)} />}
      {open === "delete" && <Delete hook={hook} onClose={() => setOpen(null)} />}
    </>
  );
}

function Change({ hook, kinds, onClose }: { hook: Webhook; kinds: string[]; onClose(): void }) {
  const { value, set } = useForm<Draft>({ url: hook.url, kinds: hook.kinds });
  const { save, busy, error, fields } = useSave([["webhooks"]], (v: Draft) => api.patch(`/webhooks/${hook.id}`, v), onClose);
  return (
    <Dialog title={w("change")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose}>
        <Fields value={value} set={set} kinds={kinds} fields={fields} />
      </Form>
    </Dialog>
  );
}

function Delete({ hook, onClose }: { hook: Webhook; onClose(): void }) {
  const { save, busy, error } = useSave([["webhooks"]], () => api.delete(`/webhooks/${hook.id}`), onClose);
  return (
    <Dialog title={w("deleteTitle", { host: new URL(hook.url).host })} onClose={onClose}>
      <p className="mb-4 text-body text-fg-2">{w("deleteLead")}</p>
      <Form busy={busy} error={error} onSubmit={() => save(undefined)} onCancel={onClose} submit={w("delete")}>
        {null}
      </Form>
    </Dialog>
  );
}

const tone: Record<string, string> = { done: "chip-ok", parked: "chip-danger", waiting: "chip-info" };

/** Deliveries is the log of what was sent; while something is on its way it reads itself again. */
function Deliveries({ hook }: { hook: Webhook }) {
  const q = useQuery({
    queryKey: ["webhook", hook.id],
    queryFn: ({ signal }) => api.get<Page<WebhookDelivery>>(`/webhooks/${hook.id}/deliveries?limit=50`, signal),
    refetchInterval: (last) => (last.state.data?.items.some((d) => d.state === "waiting" && d.tries === 0) ? 2000 : false),
  });
  const { save, busy } = useSave([["webhook", hook.id], ["webhooks"]], (id: string) => api.post(`/webhooks/${hook.id}/deliveries/${id}/retry`));
  const rows = q.data?.items ?? [];
  return (
    <section>
      <div className="page-head mb-2">
        <div>
          <h3 className="text-lead font-semibold">{w("deliveries")}</h3>
          <p className="text-meta text-fg-2">{w("deliveriesLead")}</p>
        </div>
        <button type="button" className="btn" disabled={q.isFetching} onClick={() => void q.refetch()}>
          <RefreshCw aria-hidden="true" />
          {w("refresh")}
        </button>
      </div>
      <States of={q}>
        {rows.length === 0 ? (
          <EmptyState title={w("noDeliveries")} />
        ) : (
          <ul className="card divide-y divide-line">
            {rows.map((d) => (
              <li key={d.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3" data-delivery={d.state}>
                <div className="min-w-0 flex-1 basis-56">
                  <p className="flex flex-wrap items-center gap-2">
                    <span className={cx("chip", tone[d.state])}>{w(`state.${d.state}` as "state.done")}</span>
                    <span className="font-medium" dir="ltr">
                      {d.kind}
                    </span>
                  </p>
                  <p className="text-meta text-fg-2">{outcome(d)}</p>
                </div>
                <time className="text-meta text-fg-3" dateTime={d.created_at ?? ""}>
                  {d.created_at && dateTime(d.created_at)}
                </time>
                {d.state === "parked" && (
                  <button type="button" className="btn" disabled={busy} aria-label={w("retryOf", { kind: d.kind, time: d.created_at ? dateTime(d.created_at) : "" })} onClick={() => save(d.id)}>
                    {w("retry")}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </States>
    </section>
  );
}

/** outcome says how the newest try of a delivery ended, and what comes next. */
export function outcome(d: WebhookDelivery): string {
  const parts = [];
  if (d.tries > 0) parts.push(w("tries", { count: d.tries }));
  if (d.status > 0) parts.push(w("took", { status: String(d.status), ms: d.ms }));
  if (d.error) parts.push(d.error);
  if (d.next_at && d.tries > 0) parts.push(w("next", { time: dateTime(d.next_at) }));
  return parts.join(" · ");
}

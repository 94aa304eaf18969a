import { Check, ExternalLink, X } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { api } from "../api/http";
import type { Inbox, Schedule } from "../api/types";
import { useDesk, useMay, useMyAvailability } from "../app/desk";
import { usePreferences } from "../app/preferences";
import { sayer, t } from "../i18n/t";
import { cx, EmptyState, Field, RowsSkeleton } from "../ui/basics";
import { useToast } from "../ui/toast";
import { CopyBox, Form, useForm, useSave } from "./parts";
import { optional, steps, useSetup, type Setup, type StepName } from "./setup";
import en from "./setup.en.json";
import "../issues/issues.css";
import "./settings.css";
import "./setup.css";

const g = sayer(en);

/** SetupGuide leads through the first ten minutes; it knows from the desk itself what is done, and ends with a real chat. */
export default function SetupGuide() {
  const may = useMay();
  const setup = useSetup(true);
  const [, go] = useLocation();
  const [, change] = usePreferences();
  const say = useToast();
  const next = steps.find((s) => !setup.done[s] && !(setup.complete && optional.includes(s)));
  const [open, setOpen] = useState<StepName | null>(null);
  useEffect(() => {
    document.title = `${g("title")} · Heard`;
  }, []);
  if (!may.settings) return <EmptyState title={t("settings.adminsOnly")} />;
  const count = steps.filter((s) => setup.done[s]).length;
  const dismiss = () => {
    change({ setup_dismissed: true });
    say(g("dismissed"), () => change({ setup_dismissed: false }));
    go("/inbox/mine");
  };
  return (
    <div className="page scroll setup">
      <header className="setup-head">
        <div className="min-w-0 flex-1 basis-64">
          <h1 className="text-page font-semibold">{g("title")}</h1>
          <p className="text-fg-2">{g("lead")}</p>
        </div>
        <button type="button" className="btn btn-ghost" onClick={dismiss}>
          <X aria-hidden="true" />
          {g("dismiss")}
        </button>
        <div className="setup-progress" role="status">
          <progress max={steps.length} value={count} aria-label={g("title")} />
          <span>{g("progress", { done: count, all: steps.length })}</span>
        </div>
      </header>
      {!setup.known ? (
        <RowsSkeleton rows={5} height="h-14" />
      ) : (
        <>
          {setup.complete && <End />}
          <ol className="setup-steps">
            {steps.map((name, i) => (
              <Step key={name} name={name} n={i + 1} setup={setup} open={(open ?? next) === name} onOpen={() => setOpen(name)} />
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

interface StepProps {
  name: StepName;
  n: number;
  setup: Setup;
  open: boolean;
  onOpen(): void;
}

function Step({ name, n, setup, open, onOpen }: StepProps) {
  const done = setup.done[name];
  return (
    <li className={cx("card setup-step", done && "setup-done")} data-step={name} data-done={done}>
      <h2>
        <button type="button" className="setup-title" aria-expanded={open} aria-controls={`step-${name}`} onClick={onOpen}>
          <span className="setup-tick" aria-hidden="true">
            {done ? <Check size={14} strokeWidth={3} /> : n}
          </span>
          <span className="min-w-0 flex-1">{done ? g(`${name}.done`, { name: setup.inbox?.name ?? "" }) : g(`${name}.title`)}</span>
          {done ? <span className="sr-only">{g("done")}</span> : optional.includes(name) && <span className="chip">{g("optional")}</span>}
        </button>
      </h2>
      {open && (
        <div id={`step-${name}`} className="setup-body">
          <p className="text-fg-2">{g(`${name}.lead`)}</p>
          {bodies[name](setup)}
        </div>
      )}
    </li>
  );
}

const bodies: Record<StepName, (setup: Setup) => ReactNode> = {
  inbox: ({ inbox }) => (inbox ? <Go to={`/settings/inboxes/${inbox.id}`}>{g("inbox.edit")}</Go> : <MakeInbox />),
  site: (setup) => <Site setup={setup} />,
  people: () => <Go to="/settings/agents">{g("people.go")}</Go>,
  hours: ({ given }) => <Hours given={given} />,
  chat: (setup) => <FirstChat setup={setup} />,
};

function Go({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link href={to} className="btn">
      {children}
    </Link>
  );
}

function MakeInbox() {
  const { value, set } = useForm({ name: "", kind: "website" as const });
  const { save, busy, error, fields } = useSave([["inboxes"]], (v: typeof value) => api.post<Inbox>("/inboxes", v));
  return (
    <Form busy={busy} error={error} onSubmit={() => save(value)} submit={g("inbox.make")}>
      <Field label={g("inbox.name")} error={fields.name}>
        {(p) => <input {...p} className="field" value={value.name} maxLength={80} required onChange={(e) => set("name", e.target.value)} />}
      </Field>
    </Form>
  );
}

function ChatPage({ inbox, primary }: { inbox: Inbox; primary?: boolean }) {
  return (
    <a href={`/widget/${inbox.key}`} target="_blank" rel="noreferrer" className={cx("btn", primary && "btn-primary")}>
      <ExternalLink aria-hidden="true" />
      {g("site.open")}
    </a>
  );
}

function Site({ setup }: { setup: Setup }) {
  const { inbox, done } = setup;
  if (!inbox) return null;
  return (
    <>
      <CopyBox text={inbox.snippet} label={g("site.title")} />
      <div className="flex flex-wrap items-center gap-3">
        <ChatPage inbox={inbox} />
        {!done.site && <span className="text-dense text-fg-3">{g("site.wait")}</span>}
      </div>
    </>
  );
}

/** Hours offers to be open always: whoever tries the desk in the evening shall meet no closed door. */
function Hours({ given }: { given: Schedule | undefined }) {
  const { save, busy } = useSave([["schedules"]], (s: Schedule) => api.patch(`/schedules/${s.id}`, { intervals: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: "00:00", to: "24:00" })) }));
  return (
    <div className="flex flex-wrap gap-2">
      <Go to={given ? `/settings/schedules/${given.id}` : "/settings/schedules"}>{g("hours.go")}</Go>
      {given && (
        <button type="button" className="btn" disabled={busy} onClick={() => save(given)}>
          {g("hours.always")}
        </button>
      )}
    </div>
  );
}

function FirstChat({ setup }: { setup: Setup }) {
  const { live } = useDesk();
  const state = useMyAvailability();
  const { waiting, inbox, done } = setup;
  return (
    <div className="flex flex-wrap items-center gap-3">
      {state === "online" ? (
        <span className="text-dense text-ok">{g("chat.isOnline")}</span>
      ) : (
        <button type="button" className="btn" onClick={() => live.setAvailability("online")}>
          {g("chat.online")}
        </button>
      )}
      {waiting && !done.chat ? (
        <>
          <span className="text-dense">{g("chat.waiting", { name: waiting.customer_name || t("customer.visitor") })}</span>
          <Link href={`/inbox/all/${waiting.id}`} className="btn btn-primary">
            {g("chat.answer")}
          </Link>
        </>
      ) : (
        inbox && <ChatPage inbox={inbox} primary={!done.chat} />
      )}
    </div>
  );
}

function End() {
  return (
    <section className="card setup-end" aria-labelledby="setup-end">
      <span className="setup-tick" aria-hidden="true">
        <Check size={14} strokeWidth={3} />
      </span>
      <div className="grid gap-3">
        <div>
          <h2 id="setup-end" className="text-lead font-semibold">
            {g("end.title")}
          </h2>
          <p className="text-fg-2">{g("end.lead")}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Link href="/inbox/mine" className="btn btn-primary">
            {g("end.inbox")}
          </Link>
          <Go to="/settings/surveys">{g("end.surveys")}</Go>
          <Go to="/settings/teams">{g("end.team")}</Go>
        </div>
      </div>
    </section>
  );
}

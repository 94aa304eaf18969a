import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { api, query } from "../api/http";
import type { Page } from "../api/types";
import type { FollowUp } from "../../../shared/src/wire.gen";
import { useDesk } from "../app/desk";
import { EmptyState, Field, Segmented } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { dateTime } from "../i18n/time";
import { Form, Pick, States, useForm, useSave } from "../settings/parts";
import { s, type SurveyKey } from "./words";
import "../issues/issues.css";

const outcomes = ["solved", "explained", "compensated", "passed_on", "no_answer", "nothing_to_do"] as const;

/** FollowUpsScreen lists what low scores ask of leads. */
export default function FollowUpsScreen() {
  const [status, setStatus] = useState<"open" | "done">("open");
  const q = useInfiniteQuery({
    queryKey: ["follow-ups", status],
    queryFn: ({ pageParam, signal }) => api.get<Page<FollowUp>>(`/follow-ups${query({ status, cursor: pageParam })}`, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
  useEffect(() => {
    document.title = `${s("followUps")} · Heard`;
  }, []);
  const list = q.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <div className="page scroll h-full">
      <header className="page-head mb-5">
        <div>
          <h1 className="text-page font-semibold">{s("followUps")}</h1>
          <p className="text-body text-fg-2">{s("followUps.lead")}</p>
        </div>
        <Segmented<"open" | "done">
          label={s("followUps.which")}
          value={status}
          options={[
            { value: "open", label: s("followUps.open") },
            { value: "done", label: s("followUps.done") },
          ]}
          onChange={setStatus}
        />
      </header>
      <States of={q}>
        {list.length === 0 ? (
          <EmptyState title={s("followUps.none")} />
        ) : (
          <ul className="card divide-y divide-line">
            {list.map((f) => (
              <Row key={f.id} f={f} />
            ))}
          </ul>
        )}
        {q.hasNextPage && (
          <button type="button" className="btn mt-4" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {s("followUps.more")}
          </button>
        )}
      </States>
    </div>
  );
}

function Row({ f }: { f: FollowUp }) {
  const { me } = useDesk();
  const [finishing, setFinishing] = useState(false);
  const { save, busy } = useSave([["follow-ups"]], (v: object) => api.patch(`/follow-ups/${f.id}`, v));
  const open = f.status === "open";
  const who = f.assignee_name ? s("followUps.for", { name: f.assignee_name }) : s(f.team_name ? "followUps.unassigned" : "followUps.noTeam");
  const mine = f.assignee === me.agent.id;
  return (
    <li className="grid gap-2 px-5 py-4" data-follow-up={f.id}>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <strong className="text-body">{s("followUps.ofKind", { kind: s(`kind.${f.kind}` as SurveyKey), score: f.score, scale: f.scale })}</strong>
        <span className="text-dense">{f.customer_name || s("followUps.someone")}</span>
        {f.ticket && f.ticket !== "0" && (
          <Link href={`/tickets/${f.ticket}`} className="text-dense text-accent-text underline">
            {s("followUps.ticket", { id: f.ticket })}
          </Link>
        )}
        <time className="text-meta text-fg-3" dateTime={f.opened_at ?? ""}>
          {dateTime(f.opened_at ?? "")}
        </time>
      </p>
      {f.comment && (
        <blockquote className="text-body" dir="auto">
          {f.comment}
        </blockquote>
      )}
      <p className="text-meta text-fg-2">
        {[f.team_name, open ? who : s(`outcome.${f.outcome}` as SurveyKey), f.note].filter(Boolean).join(" · ")}
      </p>
      <div className="flex flex-wrap gap-2">
        {open && !mine && (
          <button type="button" className="btn" disabled={busy} onClick={() => save({ assignee: me.agent.id })}>
            {s("followUps.take")}
          </button>
        )}
        {open ? (
          <button type="button" className="btn btn-primary" onClick={() => setFinishing(true)}>
            {s("followUps.finish")}
          </button>
        ) : (
          <button type="button" className="btn" disabled={busy} onClick={() => save({ status: "open" })}>
            {s("followUps.again")}
          </button>
        )}
      </div>
      {finishing && <Finish f={f} onClose={() => setFinishing(false)} />}
    </li>
  );
}

function Finish({ f, onClose }: { f: FollowUp; onClose(): void }) {
  const { value, set } = useForm({ outcome: "solved", note: f.note });
  const { save, busy, error, fields } = useSave([["follow-ups"]], (v: typeof value) => api.patch(`/follow-ups/${f.id}`, { ...v, status: "done" }), onClose);
  return (
    <Dialog title={s("followUps.outcome")} onClose={onClose}>
      <Form busy={busy} error={error} submit={s("followUps.finish")} onSubmit={() => save(value)} onCancel={onClose}>
        <Pick label={s("followUps.outcome")} error={fields.outcome} value={value.outcome} options={outcomes.map((o) => ({ id: o, name: s(`outcome.${o}`) }))} onChange={(v) => set("outcome", v ?? "solved")} />
        <Field label={s("followUps.note")} error={fields.note}>
          {(p) => <textarea {...p} className="field" rows={3} maxLength={2000} value={value.note} onChange={(e) => set("note", e.target.value)} />}
        </Field>
      </Form>
    </Dialog>
  );
}

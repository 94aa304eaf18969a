import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CheckCircle2, GitMerge, Link2, Pencil, UserRound } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import { api } from "../api/http";
import type { Issue, IssueDetail, IssueList, IssueStatus } from "../api/types";
import { nameOf, useAgents, working } from "../app/desk";
import { percent, sayer } from "../i18n/t";
import { t } from "./words";
import { Field } from "../ui/basics";
import { Dialog, Menu } from "../ui/layer";
import { useToast } from "../ui/toast";
import { FixedDialog } from "./FixedDialog";
import en from "./issues.en.json";
import { TrackerDialog } from "./TrackerDialog";

const i = sayer(en);

interface Change {
  status?: IssueStatus;
  name?: string;
  owner?: string | null;
}

function useChange(issue: IssueDetail) {
  const cache = useQueryClient();
  const say = useToast();
  return useMutation({
    mutationFn: (c: Change) => api.patch<Issue>(`/issues/${issue.id}`, c),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: ["issue", issue.id] });
      void cache.invalidateQueries({ queryKey: ["issues"] });
    },
    onError: (err) => say.wrong(err),
  });
}

type Open = "rename" | "fixed" | "merge" | "tracker" | null;

export function IssueActions({ issue }: { issue: IssueDetail }) {
  const change = useChange(issue);
  const agents = useAgents().data ?? [];
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const waits = issue.status === "flagged" || issue.status === "regressed" || issue.status === "no_effect";
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {waits && (
        <button type="button" className="btn btn-primary" onClick={() => change.mutate({ status: "acknowledged" })}>
          {t("issue.acknowledge")}
        </button>
      )}
      {issue.status === "acknowledged" && (
        <button type="button" className="btn" onClick={() => change.mutate({ status: "in_progress" })}>
          {t("issue.start")}
        </button>
      )}
      {issue.status !== "verified" && (
        <button type="button" className="btn" onClick={() => setOpen("fixed")}>
          <CheckCircle2 aria-hidden="true" />
          {t("issue.markFixed")}
        </button>
      )}
      <Menu
        label={t("issue.setOwner")}
        search
        named
        button={
          <>
            <UserRound aria-hidden="true" />
            {issue.owner ? nameOf(agents, issue.owner) : t("issue.noOwner")}
          </>
        }
        items={[
          { key: "none", label: t("issue.noOwner"), checked: !issue.owner, onSelect: () => change.mutate({ owner: null }) },
          ...working(agents).map((a) => ({ key: a.id, label: a.name, checked: a.id === issue.owner, onSelect: () => change.mutate({ owner: a.id }) })),
        ]}
      />
      <button type="button" className="btn" onClick={() => setOpen("tracker")}>
        <Link2 aria-hidden="true" />
        {i(issue.tracker ? "tracker.change" : "tracker")}
      </button>
      <button type="button" className="btn btn-ghost" onClick={() => setOpen("rename")}>
        <Pencil aria-hidden="true" />
        {t("issue.rename")}
      </button>
      <button type="button" className="btn btn-ghost" onClick={() => setOpen("merge")}>
        <GitMerge aria-hidden="true" />
        {t("issue.merge")}
      </button>
      {issue.status !== "wont_fix" && (
        <button type="button" className="btn btn-ghost" onClick={() => change.mutate({ status: "wont_fix" })}>
          {t("issue.wontFix")}
        </button>
      )}
      {open === "rename" && <RenameDialog issue={issue} onClose={close} onSave={(name) => change.mutate({ name })} />}
      {open === "fixed" && <FixedDialog issue={issue} onClose={close} />}
      {open === "tracker" && <TrackerDialog issue={issue} onClose={close} />}
      {open === "merge" && <MergeDialog issue={issue} onClose={close} />}
    </div>
  );
}

function Foot({ onClose, label }: { onClose(): void; label: string }) {
  return (
    <div className="flex justify-end gap-2">
      <button type="button" className="btn" onClick={onClose}>
        {t("action.cancel")}
      </button>
      <button className="btn btn-primary">{label}</button>
    </div>
  );
}

function RenameDialog({ issue, onClose, onSave }: { issue: Issue; onClose(): void; onSave(name: string): void }) {
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const name = String(new FormData(e.currentTarget).get("name")).trim();
    onClose();
    if (name !== "" && name !== issue.name) onSave(name);
  };
  return (
    <Dialog title={t("issue.rename")} onClose={onClose}>
      <form className="grid gap-4" onSubmit={submit}>
        <Field label={t("field.name")} hint={t("issue.terms", { terms: issue.terms.join(", ") })}>
          {(p) => <input {...p} className="field" name="name" defaultValue={issue.name} maxLength={120} required data-autofocus />}
        </Field>
        <Foot onClose={onClose} label={t("action.save")} />
      </form>
    </Dialog>
  );
}

function MergeDialog({ issue, onClose }: { issue: IssueDetail; onClose(): void }) {
  const cache = useQueryClient();
  const say = useToast();
  const [, go] = useLocation();
  const merge = useMutation({
    mutationFn: (into: string) => api.post(`/issues/${issue.id}/merge`, { into }),
    onSuccess: (_, into) => {
      void cache.invalidateQueries({ queryKey: ["issues"] });
      onClose();
      go(`/issues/${into}`);
    },
    onError: (err) => say.wrong(err),
  });
  const list = useQuery({ queryKey: ["issues", ""], queryFn: ({ signal }) => api.get<IssueList>("/issues", signal) });
  const alike = new Set(issue.merge_candidates.map((c) => c.id));
  const others = (list.data?.items ?? []).filter((i) => i.id !== issue.id && !alike.has(i.id));
  return (
    <Dialog title={t("issue.mergeTitle")} onClose={onClose}>
      <p className="mb-3 text-body text-fg-2">{t("issue.mergeLead", { name: issue.name })}</p>
      {alike.size + others.length === 0 && <p className="text-dense text-fg-3">{t("issue.noCandidates")}</p>}
      <ul className="grid gap-1">
        {issue.merge_candidates.map((c) => (
          <li key={c.id}>
            <button type="button" className="menu-item" disabled={merge.isPending} onClick={() => merge.mutate(c.id)}>
              <span className="flex-1">{c.name}</span>
              <span className="text-meta text-fg-3">{t("issue.similar", { share: percent(c.similarity) })}</span>
            </button>
          </li>
        ))}
        {others.map((o) => (
          <li key={o.id}>
            <button type="button" className="menu-item" disabled={merge.isPending} onClick={() => merge.mutate(o.id)}>
              <span className="flex-1">{o.name}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { api } from "../api/http";
import type { InboxSecret, Page } from "../api/types";
import { t } from "./words";
import { dateTime } from "../i18n/time";
import { ErrorState, RowsSkeleton, why } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { OnceDialog, useSave } from "./parts";

const MOST = 2;

/** Secrets sign who a visitor is. Two hold at once, so that a site can change from one to the other without a gap. */
export function Secrets({ inbox }: { inbox: string }) {
  const key = ["secrets", inbox];
  const q = useQuery({ queryKey: key, queryFn: ({ signal }) => api.get<Page<InboxSecret>>(`/inboxes/${inbox}/secrets`, signal) });
  const [made, setMade] = useState("");
  const [asking, setAsking] = useState<"create" | InboxSecret | null>(null);
  const create = useSave([key, ["inboxes"]], () => api.post<{ secret: string }>(`/inboxes/${inbox}/secrets`), (out) => {
    setAsking(null);
    setMade(out.secret);
  });
  const items = q.data?.items ?? [];
  return (
    <div className="grid gap-3">
      <div>
        <h4 className="text-dense font-medium">{t("secrets.title")}</h4>
        <p className="text-meta text-fg-2">{t("secrets.hint")}</p>
      </div>
      {q.isPending && <RowsSkeleton rows={1} />}
      {q.isError && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {q.isSuccess && items.length === 0 && <p className="text-dense text-fg-3">{t("secrets.none")}</p>}
      {items.length > 0 && (
        <ul className="secrets">
          {items.map((s, i) => (
            <li key={s.id}>
              <KeyRound size={16} aria-hidden="true" />
              <span className="min-w-0 flex-1">
                <span className="font-medium">{t("secrets.name", { id: s.id })}</span>
                <span className="block text-meta text-fg-3">{t("secrets.made", { time: dateTime(s.created_at) })}</span>
              </span>
              {items.length === MOST && <span className="chip">{t(i === newest(items) ? "secrets.newer" : "secrets.older")}</span>}
              <button type="button" className="btn btn-dense" aria-label={t("secrets.revokeName", { id: s.id })} onClick={() => setAsking(s)}>
                {t("secrets.revoke")}
              </button>
            </li>
          ))}
        </ul>
      )}
      {items.length > 0 && <p className="text-meta text-fg-2">{t(items.length < MOST ? "secrets.rotate" : "secrets.rotating")}</p>}
      <div>
        <button type="button" className="btn" disabled={create.busy || !q.isSuccess} onClick={() => (items.length < MOST ? create.save(undefined) : setAsking("create"))}>
          {t("secrets.create")}
        </button>
      </div>
      {create.error ? <p role="alert" className="text-dense text-danger">{why(create.error)}</p> : null}
      {asking === "create" && <Confirm title={t("secrets.replaceTitle")} lead={t("secrets.replaceLead")} action={t("secrets.create")} busy={create.busy} onDo={() => create.save(undefined)} onClose={() => setAsking(null)} />}
      {asking !== null && asking !== "create" && <Revoke inbox={inbox} secret={asking} last={items.length === 1} onClose={() => setAsking(null)} />}
      {made && <OnceDialog title={t("secrets.created")} lead={t("inboxes.secretLead")} text={made} onClose={() => setMade("")} />}
    </div>
  );
}

function newest(items: readonly InboxSecret[]): number {
  return items.reduce((best, s, i) => (s.created_at > (items[best]?.created_at ?? "") ? i : best), 0);
}

function Revoke({ inbox, secret, last, onClose }: { inbox: string; secret: InboxSecret; last: boolean; onClose(): void }) {
  const { save, busy, error } = useSave([["secrets", inbox], ["inboxes"]], () => api.delete(`/inboxes/${inbox}/secrets/${secret.id}`), onClose);
  return <Confirm title={t("secrets.revokeTitle", { id: secret.id })} lead={t(last ? "secrets.revokeLast" : "secrets.revokeLead")} action={t("secrets.revoke")} busy={busy} error={error} onDo={() => save(undefined)} onClose={onClose} />;
}

interface ConfirmProps {
  title: string;
  lead: string;
  action: string;
  busy: boolean;
  error?: unknown;
  onDo(): void;
  onClose(): void;
}

function Confirm({ title, lead, action, busy, error, onDo, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="text-body text-fg-2">{lead}</p>
      <div role="alert">{error ? <p className="mt-3 rounded-control bg-danger-soft px-3 py-2 text-dense text-danger">{why(error)}</p> : null}</div>
      <div className="mt-4 flex justify-end gap-2">
        <button type="button" className="btn" data-autofocus="" onClick={onClose}>
          {t("action.cancel")}
        </button>
        <button type="button" className="btn btn-danger" disabled={busy} onClick={onDo}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}

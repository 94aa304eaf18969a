import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/http";
import type { Page, Token } from "../api/types";
import { nameOf, useAgents, useWorking, useDesk } from "../app/desk";
import { t } from "./words";
import { date } from "../i18n/time";
import { EmptyState, Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { AddButton, Form, Head, OnceDialog, Pick, States, useForm, useSave } from "./parts";

export function TokensPage() {
  const q = useQuery({ queryKey: ["tokens"], queryFn: ({ signal }) => api.get<Page<Token>>("/tokens", signal) });
  const agents = useAgents().data;
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState("");
  const [revoking, setRevoking] = useState<Token | null>(null);
  const tokens = q.data?.items ?? [];
  return (
    <>
      <Head title={t("settings.tokens")} lead={t("tokens.lead")}>
        <AddButton label={t("tokens.add")} onClick={() => setAdding(true)} />
      </Head>
      <States of={q}>
        {tokens.length === 0 ? (
          <EmptyState title={t("tokens.none")} />
        ) : (
          <ul className="card divide-y divide-line">
            {tokens.map((x) => (
              <li key={x.id} className="flex items-center gap-4 px-5 py-3">
                <div className="min-w-0 flex-1">
                  <p className="truncate font-semibold">{x.name}</p>
                  <p className="text-dense text-fg-2">
                    {t("tokens.about", { name: nameOf(agents, x.agent), date: date(x.created_at) })} · {x.last_used_at ? t("tokens.used", { date: date(x.last_used_at) }) : t("tokens.unused")}
                  </p>
                </div>
                <button type="button" className="btn" onClick={() => setRevoking(x)}>
                  {t("tokens.revoke")}
                </button>
              </li>
            ))}
          </ul>
        )}
      </States>
      {adding && (
        <AddToken
          onClose={() => setAdding(false)}
          onSecret={(s) => {
            setAdding(false);
            setSecret(s);
          }}
        />
      )}
      {secret && <OnceDialog title={t("tokens.secret")} lead={t("tokens.secretLead")} text={secret} onClose={() => setSecret("")} />}
      {revoking && <Revoke token={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function AddToken({ onClose, onSecret }: { onClose(): void; onSecret(s: string): void }) {
  const { me } = useDesk();
  const agents = useWorking();
  const { value, set } = useForm({ name: "", agent: me.agent.id as string | null });
  const { save, busy, error, fields } = useSave([["tokens"]], (v: typeof value) => api.post<{ secret: string }>("/tokens", v), (out) => onSecret(out.secret));
  return (
    <Dialog title={t("tokens.add")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose} submit={t("tokens.create")}>
        <Field label={t("field.name")} hint={t("tokens.nameHint")} error={fields.name}>
          {(p) => <input {...p} className="field" value={value.name} maxLength={80} required data-autofocus onChange={(e) => set("name", e.target.value)} />}
        </Field>
        <Pick label={t("tokens.actsAs")} value={value.agent} options={agents} onChange={(v) => set("agent", v)} />
      </Form>
    </Dialog>
  );
}

function Revoke({ token, onClose }: { token: Token; onClose(): void }) {
  const { save, busy, error } = useSave([["tokens"]], () => api.delete(`/tokens/${token.id}`), onClose);
  return (
    <Dialog title={t("tokens.revokeTitle", { name: token.name })} onClose={onClose}>
      <p className="mb-4 text-body text-fg-2">{t("tokens.revokeLead")}</p>
      <Form busy={busy} error={error} onSubmit={() => save(undefined)} onCancel={onClose} submit={t("tokens.revoke")}>
        {null}
      </Form>
    </Dialog>
  );
}

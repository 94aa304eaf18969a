import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { api } from "../api/http";
import type { MessageVersion, Page } from "../api/types";
import { t } from "./words";
import { dateTime } from "../i18n/time";
import { ErrorState, Field, RowsSkeleton, why } from "../ui/basics";
import { Dialog } from "../ui/layer";
import type { Talk } from "./items";
import { Markdown } from "./markdown";
import type { MessageAct } from "./MessageMenu";

interface Props {
  ticket: string;
  act: MessageAct;
  item: Talk;
  onClose(): void;
}

/** MessageDialogs change a message, take it back, or show what it was. The thread follows by the event. */
export default function MessageDialogs(props: Props) {
  if (props.act === "versions") return <Versions {...props} />;
  return props.act === "edit" ? <Edit {...props} /> : <Redact {...props} />;
}

/** useChange sends one change and closes the dialog when the server has it. */
function useChange(send: () => Promise<unknown>, onClose: () => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await send();
      onClose();
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  };
  return { busy, error, submit: (e: FormEvent) => void submit(e) };
}

const LONGEST_BODY = 16_000;

function Edit({ ticket, item, onClose }: Props) {
  const [text, setText] = useState(item.body);
  const { busy, error, submit } = useChange(() => api.patch(`/tickets/${ticket}/messages/${item.event.seq}`, { body: text.trim() }), onClose);
  const tooLong = new TextEncoder().encode(text).length > LONGEST_BODY;
  const idle = busy || tooLong || text.trim() === "" || text.trim() === item.body;
  return (
    <Dialog title={t(item.type === "note" ? "message.editNote" : "message.editTitle")} className="dialog-wide" onClose={onClose}>
      <form className="grid gap-4" onSubmit={submit}>
        <Field label={t("message.text")} hint={t(item.type === "note" ? "message.editNoteHint" : "message.editHint")} error={tooLong ? t("composer.tooLong") : undefined}>
          {(p) => (
            <textarea
              {...p}
              className="field"
              rows={6}
              dir="auto"
              value={text}
              data-autofocus=""
              onChange={(e) => setText(e.target.value)}
              onKeyDown={(e) => {
                if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !idle) e.currentTarget.form?.requestSubmit();
              }}
            />
          )}
        </Field>
        <Buttons error={error} onClose={onClose}>
          <button className="btn btn-primary" disabled={idle}>
            {t("action.save")}
          </button>
        </Buttons>
      </form>
    </Dialog>
  );
}

function Redact({ ticket, item, onClose }: Props) {
  const { busy, error, submit } = useChange(() => api.delete(`/tickets/${ticket}/messages/${item.event.seq}`), onClose);
  return (
    <Dialog title={t(item.type === "note" ? "message.redactNote" : "message.redactTitle")} onClose={onClose}>
      <form className="grid gap-4" onSubmit={submit}>
        <p className="text-body text-fg-2">{t(item.type === "note" ? "message.redactNoteLead" : "message.redactLead")}</p>
        <blockquote className="quote bubble" dir="auto">
          <Markdown text={item.body} />
        </blockquote>
        <Buttons error={error} onClose={onClose}>
          <button className="btn btn-danger" disabled={busy}>
            {t("message.redactDo")}
          </button>
        </Buttons>
      </form>
    </Dialog>
  );
}

function Buttons({ error, onClose, children }: { error: unknown; onClose(): void; children: ReactNode }) {
  return (
    <>
      <div role="alert">{error ? <p className="rounded-control bg-danger-soft px-3 py-2 text-dense text-danger">{why(error)}</p> : null}</div>
      <div className="flex justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t("action.cancel")}
        </button>
        {children}
      </div>
    </>
  );
}

function Versions({ ticket, item, onClose }: Props) {
  const { seq } = item.event;
  const q = useQuery({
    queryKey: ["versions", ticket, seq, item.body],
    queryFn: ({ signal }) => api.get<Page<MessageVersion>>(`/tickets/${ticket}/messages/${seq}/versions`, signal),
  });
  const earlier = [...(q.data?.items ?? [])].reverse();
  return (
    <Dialog title={t("message.versions")} className="dialog-wide" onClose={onClose}>
      {q.isPending && <RowsSkeleton rows={2} height="h-14" />}
      {q.isError && <ErrorState error={q.error} retry={() => void q.refetch()} />}
      {q.isSuccess && (
        <ol className="grid gap-4">
          <li className="grid gap-1">
            <p className="text-meta font-medium text-fg-2">{t("message.now")}</p>
            <div className="quote bubble" dir="auto">
              <Markdown text={item.body} />
            </div>
          </li>
          {earlier.map((v) => (
            <li key={v.n} className="grid gap-1">
              <p className="text-meta text-fg-3">{t("message.replaced", { name: v.by.name || t("line.someone"), time: dateTime(v.at) })}</p>
              <div className="quote bubble" dir="auto">
                <Markdown text={v.body} />
              </div>
            </li>
          ))}
        </ol>
      )}
    </Dialog>
  );
}

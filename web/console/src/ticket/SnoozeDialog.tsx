import { useState, type FormEvent } from "react";
import { t } from "../i18n/t";
import { Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import type { TicketActions } from "./actions";

const HOUR = 3_600_000;

export function SnoozeDialog({ actions, onClose }: { actions: TicketActions; onClose(): void }) {
  const [error, setError] = useState<string | undefined>();
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const at = new Date(String(new FormData(e.currentTarget).get("until")));
    if (!(at.getTime() > Date.now())) return setError(t("snooze.past"));
    onClose();
    void actions.snooze(at);
  };
  return (
    <Dialog title={t("snooze.title")} onClose={onClose}>
      <form className="grid gap-4" onSubmit={submit}>
        <Field label={t("snooze.until")} error={error}>
          {(p) => <input {...p} className="field" type="datetime-local" name="until" required data-autofocus defaultValue={local(Date.now() + HOUR)} />}
        </Field>
        <div className="flex justify-end gap-2">
          <button type="button" className="btn" onClick={onClose}>
            {t("action.cancel")}
          </button>
          <button className="btn btn-primary">{t("action.snooze")}</button>
        </div>
      </form>
    </Dialog>
  );
}

/** local is a moment as datetime-local wants it, in the reader's zone. */
function local(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

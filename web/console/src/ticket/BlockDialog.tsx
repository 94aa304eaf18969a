import { useState, type FormEvent } from "react";
import { api } from "../api/http";
import type { Customer } from "../api/types";
import { t } from "./words";
import { Field, why } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { useToast } from "../ui/toast";

interface Props {
  customer: Customer;
  name: string;
  onDone(): void;
  onClose(): void;
}

/** BlockDialog asks before a customer is shut out, and keeps the reason for colleagues. */
export default function BlockDialog({ customer, name, onDone, onClose }: Props) {
  const say = useToast();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const reason = String(new FormData(e.currentTarget).get("reason")).trim();
    setBusy(true);
    try {
      await api.post(`/customers/${customer.id}/block`, reason ? { reason } : {});
      onDone();
      onClose();
      say(t("done.blocked", { name }));
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("block.title", { name })} onClose={onClose}>
      <form className="grid gap-4" onSubmit={(e) => void submit(e)}>
        <p className="text-body text-fg-2">{t("block.lead")}</p>
        <Field label={t("block.reason")} hint={t("block.reasonHint")}>
          {(p) => <input {...p} className="field" name="reason" maxLength={200} data-autofocus="" />}
        </Field>
        <div role="alert">{error ? <p className="rounded-control bg-danger-soft px-3 py-2 text-dense text-danger">{why(error)}</p> : null}</div>
        <div className="flex justify-end gap-2">
          <button type="button" className="btn" onClick={onClose}>
            {t("action.cancel")}
          </button>
          <button className="btn btn-danger" disabled={busy}>
            {t("block.do")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { api, Problem } from "../../api/http";
import type { Customer } from "../../api/types";
import { t } from "../../i18n/t";
import { Field, why } from "../../ui/basics";
import { Dialog } from "../../ui/layer";
import { useToast } from "../../ui/toast";
import { s } from "./words";

/** EditCustomer puts right what the desk knows of a customer. */
export default function EditCustomer({ customer, ticket, onClose }: { customer: Customer; ticket?: string; onClose(): void }) {
  const cache = useQueryClient();
  const say = useToast();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const fields = error instanceof Problem ? error.fields : {};
  const save = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const name = String(form.get("name")).trim();
    setBusy(true);
    try {
      await api.patch(`/customers/${customer.id}`, { name, phone: String(form.get("phone")).trim() });
      if (ticket) void cache.invalidateQueries({ queryKey: ["ticket", ticket] });
      say(s("saved", { name: name || customer.email || t("customer.visitor") }));
      onClose();
    } catch (err) {
      setError(err);
      setBusy(false);
    }
  };
  return (
    <Dialog title={s("editTitle")} onClose={onClose}>
      <form className="grid gap-4" onSubmit={(e) => void save(e)}>
        <Field label={t("field.name")} error={fields.name}>
          {(p) => <input {...p} className="field" name="name" defaultValue={customer.name} maxLength={200} data-autofocus="" dir="auto" />}
        </Field>
        <Field label={t("field.phone")} error={fields.phone}>
          {(p) => <input {...p} className="field" name="phone" type="tel" defaultValue={customer.phone} maxLength={50} />}
        </Field>
        {customer.email && (
          <Field label={t("field.email")} hint={s("emailHint")}>
            {(p) => <input {...p} className="field" value={customer.email} readOnly />}
          </Field>
        )}
        <div role="alert">{error && Object.keys(fields).length === 0 ? <p className="text-dense text-danger">{why(error)}</p> : null}</div>
        <div className="flex justify-end gap-2">
          <button type="button" className="btn" onClick={onClose}>
            {t("action.cancel")}
          </button>
          <button className="btn btn-primary" disabled={busy}>
            {s("save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

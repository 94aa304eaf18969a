import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { api, Problem } from "../api/http";
import { t } from "../i18n/t";
import { Field, why } from "../ui/basics";
import { Gate } from "./Gate";

export default function SignIn() {
  const cache = useQueryClient();
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    setBusy(true);
    setError("");
    try {
      await api.post("/session", { email: String(form.get("email")).trim(), password: String(form.get("password")) });
      await cache.resetQueries({ queryKey: ["me"] });
    } catch (err) {
      setError(err instanceof Problem && err.status === 401 ? t("signIn.wrong") : why(err));
      setBusy(false);
    }
  };
  return (
    <Gate title={t("signIn.title")} error={error}>
      <form className="grid gap-4" onSubmit={(e) => void submit(e)}>
        <Field label={t("field.email")}>{(p) => <input {...p} className="field" name="email" type="email" autoComplete="username" required autoFocus />}</Field>
        <Field label={t("field.password")}>{(p) => <input {...p} className="field" name="password" type="password" autoComplete="current-password" required />}</Field>
        <button className="btn btn-primary" disabled={busy}>
          {t("signIn.submit")}
        </button>
      </form>
    </Gate>
  );
}

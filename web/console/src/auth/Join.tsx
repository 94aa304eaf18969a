import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import { api, Problem } from "../api/http";
import { t } from "../i18n/t";
import { Field, Loading, Skeleton, why } from "../ui/basics";
import { Gate } from "./Gate";

interface Opened {
  signed_in: boolean;
  email?: string;
  name?: string;
  role?: string;
  /** The first admin has no address yet. */
  choose_email?: boolean;
}

const SHORTEST = 8;

/** Join opens a one-time link: its token is in the fragment, which no server log ever sees. */
export default function Join() {
  const [, go] = useLocation();
  const cache = useQueryClient();
  const token = useRef(location.hash.slice(1));
  const asked = useRef(false);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    if (token.current === "") return;
    history.replaceState(null, "", "/join");
    api
      .post<Opened>("/invitations/open", { token: token.current })
      .then(async (o) => {
        if (!o.signed_in) return setOpened(o);
        await cache.resetQueries({ queryKey: ["me"] });
        go("/inbox/mine", { replace: true });
      })
      .catch(setError);
  }, [cache, go]);
  // After a reload: the address keeps no token, so that nobody reads it there.
  if (token.current === "") return <Gate title={t("join.againTitle")} lead={t("join.again")} />;
  if (error) return <Gate title={t("join.badTitle")} error={error instanceof Problem && error.status === 401 ? t("join.bad") : why(error)} />;
  if (!opened) {
    return (
      <Gate title={t("join.title")}>
        <Loading>
          <Skeleton className="h-32" />
        </Loading>
      </Gate>
    );
  }
  return <Accept token={token.current} opened={opened} onDone={() => go(opened.choose_email ? "/setup" : "/inbox/mine", { replace: true })} />;
}

function Accept({ token, opened, onDone }: { token: string; opened: Opened; onDone(): void }) {
  const cache = useQueryClient();
  const [problem, setProblem] = useState<{ field?: string; text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const password = String(form.get("password"));
    if (password.length < SHORTEST) return setProblem({ field: "password", text: t("join.short", { n: SHORTEST }) });
    setBusy(true);
    setProblem(null);
    try {
      await api.post("/invitations/accept", { token, name: String(form.get("name")).trim(), password, ...(opened.choose_email ? { email: String(form.get("username")).trim() } : {}) });
      await cache.resetQueries({ queryKey: ["me"] });
      onDone();
    } catch (err) {
      const field = err instanceof Problem ? err.fields.password : undefined;
      setProblem(field ? { field: "password", text: field } : { text: why(err) });
      setBusy(false);
    }
  };
  const passwordError = problem?.field === "password" ? problem.text : undefined;
  return (
    <Gate title={t("join.title")} lead={opened.choose_email ? t("join.first") : t("join.lead", { email: opened.email ?? "" })} error={problem && !problem.field ? problem.text : ""}>
      <form className="grid gap-4" onSubmit={(e) => void submit(e)}>
        {opened.choose_email ? (
          <Field label={t("field.email")}>{(p) => <input {...p} className="field" name="username" type="email" autoComplete="username" required autoFocus />}</Field>
        ) : (
          <input type="hidden" name="username" autoComplete="username" value={opened.email ?? ""} readOnly />
        )}
        <Field label={t("field.name")}>{(p) => <input {...p} className="field" name="name" defaultValue={opened.name ?? ""} autoComplete="name" required />}</Field>
        <Field label={t("join.password")} hint={t("join.passwordHint", { n: SHORTEST })} error={passwordError}>
          {(p) => <input {...p} className="field" name="password" type="password" autoComplete="new-password" required autoFocus={!opened.choose_email} />}
        </Field>
        <button className="btn btn-primary" disabled={busy}>
          {t("join.submit")}
        </button>
      </form>
    </Gate>
  );
}

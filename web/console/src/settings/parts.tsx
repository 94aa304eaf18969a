import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { ArrowLeft, Check, ChevronRight, Copy, Plus } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { Link } from "wouter";
import { Problem } from "../api/http";
import { t } from "./words";
import { ErrorState, Field, RowsSkeleton, why } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { useToast } from "../ui/toast";
import { f, type Unsaved } from "./unsaved";

export { useForm } from "./unsaved";

export function Head({ title, lead, children }: { title: string; lead?: string; children?: ReactNode }) {
  return (
    <header className="page-head mb-5">
      <div>
        <h2 className="text-page font-semibold">{title}</h2>
        {lead && <p className="text-body text-fg-2">{lead}</p>}
      </div>
      {children}
    </header>
  );
}

export function Back({ to, label }: { to: string; label: string }) {
  return (
    <Link href={to} className="mb-3 flex items-center gap-1 text-dense text-fg-2 hover:text-fg">
      <ArrowLeft size={14} className="rtl:-scale-x-100" aria-hidden="true" />
      {label}
    </Link>
  );
}

export function AddButton({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <button type="button" className="btn btn-primary" onClick={onClick}>
      <Plus aria-hidden="true" />
      {label}
    </button>
  );
}

interface Listed {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  refetch(): unknown;
}

/** States shows what is there instead of a list that has not come. */
export function States({ of, children }: { of: Listed; children: ReactNode }) {
  if (of.isPending) return <RowsSkeleton height="h-14" rows={4} />;
  if (of.isError) return <ErrorState error={of.error} retry={() => void of.refetch()} />;
  return children;
}

/** Entries is a card of linked rows. */
export function Entries({ items }: { items: { id: string; href: string; title: ReactNode; about: ReactNode; mark?: ReactNode }[] }) {
  return (
    <ul className="card divide-y divide-line overflow-hidden">
      {items.map((i) => (
        <li key={i.id} className="issue-row flex items-center gap-4 px-5 py-3">
          {i.mark}
          <div className="min-w-0 flex-1">
            <Link href={i.href} className="issue-link">
              {i.title}
            </Link>
            <p className="text-dense text-fg-2">{i.about}</p>
          </div>
          <ChevronRight size={16} className="flex-none text-fg-3 rtl:-scale-x-100" aria-hidden="true" />
        </li>
      ))}
    </ul>
  );
}

/** Copy shows something to paste elsewhere, and puts it on the clipboard. */
export function CopyBox({ text, label, children }: { text: string; label: string; children?: ReactNode }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const id = window.setTimeout(() => setDone(false), 2000);
    return () => window.clearTimeout(id);
  }, [done]);
  return (
    <div className="grid gap-2">
      <pre className="snippet" dir="ltr" tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="btn" onClick={() => void navigator.clipboard.writeText(text).then(() => setDone(true))}>
          {done ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
          <span aria-live="polite">{done ? t("action.copied") : t("action.copy")}</span>
        </button>
        {children}
      </div>
    </div>
  );
}

/** OnceDialog shows a secret that is never shown again. */
export function OnceDialog({ title, lead, text, onClose }: { title: string; lead: string; text: string; onClose(): void }) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="mb-3 text-body text-fg-2">{lead}</p>
      <CopyBox text={text} label={title} />
    </Dialog>
  );
}

/** useSave sends a form, tells its problems field by field, and makes lists read themselves again. */
export function useSave<In, Out = unknown>(keys: QueryKey[], send: (v: In) => Promise<Out>, done?: (out: Out) => void) {
  const cache = useQueryClient();
  const say = useToast();
  const m = useMutation({
    mutationFn: send,
    onSuccess: (out) => {
      for (const queryKey of keys) void cache.invalidateQueries({ queryKey });
      if (done) done(out);
      else say(t("settings.saved"));
    },
  });
  const fields = m.error instanceof Problem ? m.error.fields : {};
  return { save: m.mutate, busy: m.isPending, error: m.error, fields };
}

interface FormProps {
  busy: boolean;
  error: unknown;
  onSubmit(): void;
  onCancel?: (() => void) | undefined;
  submit?: string;
  /** What useForm knows of changes that nobody saved. */
  unsaved?: Unsaved;
  children: ReactNode;
}

export function Form({ busy, error, onSubmit, onCancel, submit, unsaved, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const wasBusy = useRef(false);
  // Before the screen says that it is saved and somebody leaves it.
  useLayoutEffect(() => {
    if (wasBusy.current && !busy && !error) unsaved?.saved();
    wasBusy.current = busy;
  }, [busy, error, unsaved]);
  const send = (e: FormEvent) => {
    e.preventDefault();
    onSubmit();
  };
  // What was refused is shown at its field; the first of them is where one goes on.
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);
  return (
    <form ref={form} className="grid gap-5" onSubmit={send}>
      {children}
      <div role="alert">{error ? <p className="rounded-control bg-danger-soft px-3 py-2 text-dense text-danger">{why(error)}</p> : null}</div>
      <div className="form-foot">
        {unsaved?.changed && (
          <>
            <span className="form-state" role="status">
              {f(unsaved.restored ? "restored" : "changed")}
            </span>
            <button type="button" className="btn btn-ghost" onClick={unsaved.discard}>
              {f("discard")}
            </button>
          </>
        )}
        {onCancel && (
          <button type="button" className="btn" onClick={onCancel}>
            {t("action.cancel")}
          </button>
        )}
        <button className="btn btn-primary" disabled={busy}>
          {submit ?? t("action.save")}
        </button>
      </div>
    </form>
  );
}

export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="card grid gap-4 p-5">
      <legend className="sr-only">{title}</legend>
      <p className="text-body font-semibold" aria-hidden="true">
        {title}
      </p>
      {children}
    </fieldset>
  );
}

interface PickProps {
  label: string;
  hint?: string;
  error?: string | undefined;
  value: string | null;
  options: { id: string; name: string }[];
  none?: string;
  onChange(v: string | null): void;
}

export function Pick({ label, hint, error, value, options, none, onChange }: PickProps) {
  return (
    <Field label={label} error={error} {...(hint ? { hint } : {})}>
      {(p) => (
        <select {...p} className="field" value={value ?? ""} onChange={(e) => onChange(e.target.value || null)}>
          {(none !== undefined || !value) && <option value="">{none ?? t("field.none")}</option>}
          {options.map((o) => (
            <option key={o.id} value={o.id}>
              {o.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

import { useQuery } from "@tanstack/react-query";
import { api } from "../api/http";
import type { Issue, Page, Release } from "../api/types";
import { sayer } from "../i18n/t";
import { t } from "./words";
import { date } from "../i18n/time";
import { Form, Pick, useForm, useSave } from "../settings/parts";
import { Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import en from "./issues.en.json";

const i = sayer(en);

/** FixedDialog says since when an issue is fixed: with a release, or on a day. */
export function FixedDialog({ issue, onClose }: { issue: Issue; onClose(): void }) {
  const q = useQuery({ queryKey: ["releases"], queryFn: ({ signal }) => api.get<Page<Release>>("/releases?limit=50", signal) });
  const today = new Date().toLocaleDateString("sv");
  const { value, set } = useForm({ release: issue.fixed_in || null as string | null, day: today });
  const { save, busy, error, fields } = useSave(
    [["issue", issue.id], ["issues"]],
    (v: typeof value) => api.patch(`/issues/${issue.id}`, v.release ? { status: "fixed", fixed_in: v.release } : { status: "fixed", fixed_at: momentOf(v.day, today), fixed_in: null }),
    onClose,
  );
  const releases = q.data?.items ?? [];
  return (
    <Dialog title={t("issue.markFixed")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose} submit={t("issue.markFixed")}>
        {releases.length > 0 && (
          <Pick
            label={i("fix.release")}
            hint={i("fix.releaseHint")}
            error={fields.fixed_in}
            value={value.release}
            options={releases.map((r) => ({ id: r.version, name: `${r.version} · ${date(r.at)}` }))}
            none={i("fix.day")}
            onChange={(v) => set("release", v)}
          />
        )}
        {!value.release && (
          <Field label={t("issue.fixedOn")} hint={t("issue.fixedHint")} error={fields.fixed_at}>
            {(p) => <input {...p} className="field" type="date" value={value.day} max={today} required data-autofocus onChange={(e) => set("day", e.target.value)} />}
          </Field>
        )}
      </Form>
    </Dialog>
  );
}

/** momentOf is now for today, and noon for another day. */
function momentOf(day: string, today: string): string {
  return (day === today ? new Date() : new Date(`${day}T12:00:00`)).toISOString();
}

import { api } from "../api/http";
import type { Issue } from "../api/types";
import { sayer } from "../i18n/t";
import { Form, useForm, useSave } from "../settings/parts";
import { Field } from "../ui/basics";
import { Dialog } from "../ui/layer";
import en from "./issues.en.json";

const i = sayer(en);

/** TrackerDialog links an issue to where work on it goes on. */
export function TrackerDialog({ issue, onClose }: { issue: Issue; onClose(): void }) {
  const { value, set } = useForm({ url: issue.tracker?.url ?? "", key: issue.tracker?.key ?? "" });
  const { save, busy, error, fields } = useSave([["issue", issue.id], ["issues"]], (tracker: typeof value | null) => api.patch(`/issues/${issue.id}`, { tracker }), onClose);
  return (
    <Dialog title={i("tracker.title")} onClose={onClose}>
      <Form busy={busy} error={error} onSubmit={() => save(value)} onCancel={onClose}>
        <Field label={i("tracker.url")} hint={i("tracker.urlHint")} error={fields["tracker.url"]}>
          {(p) => <input {...p} className="field" type="url" dir="ltr" value={value.url} maxLength={2000} required data-autofocus onChange={(e) => set("url", e.target.value)} />}
        </Field>
        <Field label={i("tracker.key")} hint={i("tracker.keyHint")} error={fields["tracker.key"]}>
          {(p) => <input {...p} className="field" value={value.key} maxLength={60} onChange={(e) => set("key", e.target.value)} />}
        </Field>
        {issue.tracker && (
          <div>
            <button type="button" className="btn btn-ghost" disabled={busy} onClick={() => save(null)}>
              {i("tracker.remove")}
            </button>
          </div>
        )}
      </Form>
    </Dialog>
  );
}

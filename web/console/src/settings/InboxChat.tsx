import { Link } from "wouter";
import type { InboxSettings } from "../api/types";
import { t } from "./words";
import { Check, Field } from "../ui/basics";
import { Choices, errorAt, NumberField, WordsField } from "./fields";
import { Group } from "./parts";

interface Props {
  value: InboxSettings;
  change(part: Partial<InboxSettings>): void;
  fields: Record<string, string>;
}

type Mode = "form" | "messages" | "hidden";

/** modeOf is what an inbox takes while it is closed; older ones only knew whether it asks for an address. */
export function modeOf(s: InboxSettings): Mode {
  return (s.offline_form.mode || (s.offline ? "form" : "messages")) as Mode;
}

/** InboxClosed is what the widget does outside opening hours. */
export function InboxClosed({ value, change, fields }: Props) {
  const form = value.offline_form;
  const set = (part: Partial<typeof form>) => {
    const next = { mode: modeOf(value), text: form.text, ...part };
    change({ offline_form: next, offline: next.mode === "form" });
  };
  return (
    <Group title={t("closed.title")}>
      <p className="text-meta text-fg-2">
        {t("closed.hint")}{" "}
        <Link href="/settings/schedules" className="link">
          {t("closed.hours")}
        </Link>
      </p>
      <Choices label={t("closed.mode")} value={modeOf(value)} onChange={(mode) => set({ mode })} options={(["form", "messages", "hidden"] as const).map((m) => ({ value: m, label: t(`closed.${m}`), hint: t(`closed.${m}.about`) }))} />
      {modeOf(value) !== "hidden" && (
        <Field label={t("closed.text")} hint={t("closed.textHint")} error={fields["settings.offline_form.text"]}>
          {(p) => <textarea {...p} className="field" rows={2} maxLength={500} value={form.text} onChange={(e) => set({ text: e.target.value })} />}
        </Field>
      )}
    </Group>
  );
}

/** InboxDuring is what holds while a chat goes on: typing, silence, visits. */
export function InboxDuring({ value, change, fields }: Props) {
  const silent = value.inactivity;
  const set = (part: Partial<typeof silent>) => change({ inactivity: { ...silent, ...part } });
  return (
    <Group title={t("during.title")}>
      <Check label={t("during.preview")} hint={t("during.previewHint")} checked={value.typing_preview} onChange={(typing_preview) => change({ typing_preview })} />
      <Check label={t("during.consent")} hint={t("during.consentHint")} checked={value.consent} onChange={(consent) => change({ consent })} />
      <div className="grid gap-4 pane:grid-cols-2">
        <NumberField label={t("during.warn")} hint={silent.warn_after_min === 0 ? t("during.warnOff") : t("during.warnOn", { count: silent.warn_after_min })} error={fields["settings.inactivity.warn_after_min"]} value={silent.warn_after_min} max={1440} unit={t("unit.min")} onChange={(n) => set({ warn_after_min: n })} />
        <NumberField label={t("during.close")} hint={silent.close_after_min === 0 ? t("during.closeOff") : t("during.closeOn", { count: silent.close_after_min })} error={fields["settings.inactivity.close_after_min"]} value={silent.close_after_min} max={1440} unit={t("unit.min")} onChange={(n) => set({ close_after_min: n })} />
      </div>
      {silent.warn_after_min > 0 && (
        <Field label={t("during.text")} hint={t("during.textHint")} error={fields["settings.inactivity.text"]}>
          {(p) => <textarea {...p} className="field" rows={2} maxLength={1000} value={silent.text} onChange={(e) => set({ text: e.target.value })} />}
        </Field>
      )}
    </Group>
  );
}

const MB = 1024 * 1024;
const DEFAULT_MB = 10;

/** InboxFiles is what visitors may attach. */
export function InboxFiles({ value, change, fields }: Props) {
  const files = value.attachments;
  const on = files.enabled !== false;
  const set = (part: Partial<typeof files>) => change({ attachments: { ...files, ...part } });
  const mb = files.max_bytes ? Math.round((files.max_bytes / MB) * 10) / 10 : DEFAULT_MB;
  const types = files.types ?? [];
  return (
    <Group title={t("uploads.title")}>
      <Check label={t("uploads.on")} hint={t(on ? "uploads.onHint" : "uploads.offHint")} checked={on} onChange={(enabled) => set({ enabled })} />
      {on && (
        <>
          <NumberField label={t("uploads.size")} hint={t("uploads.sizeHint")} error={fields["settings.attachments.max_bytes"]} value={mb} min={0.1} max={100} step={0.1} unit="MB" onChange={(n) => set({ max_bytes: Math.round(n * MB) })} />
          <WordsField label={t("uploads.types")} hint={types.length === 0 ? t("uploads.typesAll") : t("uploads.typesSome")} placeholder=".pdf image/*" error={errorAt(fields, "settings.attachments.types")} values={types} onChange={(v) => set({ types: v })} />
          <Refused files={files} onChange={(attachments) => change({ attachments })} error={errorAt(fields, "settings.attachments.refused")} />
        </>
      )}
    </Group>
  );
}

interface RefusedProps {
  files: InboxSettings["attachments"];
  onChange(files: InboxSettings["attachments"]): void;
  error: string | undefined;
}

/** Refused lists the endings that are not taken; the usual ones are those of programs. */
function Refused({ files, onChange, error }: RefusedProps) {
  const { refused, ...rest } = files;
  const list = refused ?? [];
  return (
    <details className="refused" open={error !== undefined || undefined}>
      <summary className="text-dense font-medium">{refused ? t("uploads.refusedCount", { count: list.length }) : t("uploads.refusedUsual")}</summary>
      <div className="mt-3 grid gap-3">
        <WordsField label={t("uploads.refused")} hint={t("uploads.refusedHint")} error={error} values={list} onChange={(v) => onChange({ ...rest, refused: v })} />
        <div>
          <button type="button" className="btn btn-dense" onClick={() => onChange(rest)}>
            {t("uploads.usual")}
          </button>
        </div>
      </div>
    </details>
  );
}

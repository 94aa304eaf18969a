import { Plus, X } from "lucide-react";
import { useState } from "react";
import { api } from "../api/http";
import type { Interval, Schedule } from "../api/types";
import { useDesk, useSchedules } from "../app/desk";
import { locale } from "../i18n/t";
import { t } from "./words";
import { date } from "../i18n/time";
import { EmptyState, Field } from "../ui/basics";
import { AddButton, Back, Entries, Form, Group, Head, States, useForm, useSave } from "./parts";
import { useLocation } from "wouter";

const days = [1, 2, 3, 4, 5, 6, 7];
const office: Interval[] = [1, 2, 3, 4, 5].map((day) => ({ day, from: "09:00", to: "17:00" }));

/** dayName is the weekday in words; 1 January 2024 was a Monday. */
function dayName(day: number): string {
  return new Intl.DateTimeFormat(locale(), { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2024, 0, day));
}

export function SchedulesPage({ id }: { id?: string | undefined }) {
  const q = useSchedules();
  const { me } = useDesk();
  const [, go] = useLocation();
  const { save, busy } = useSave([["schedules"]], () => api.post<Schedule>("/schedules", { name: t("schedules.newName"), time_zone: me.desk.time_zone, intervals: office, holidays: [] }), (made) => go(`/settings/schedules/${made.id}`));
  const schedule = q.data?.find((s) => s.id === id);
  if (schedule) return <EditSchedule key={schedule.id} schedule={schedule} />;
  return (
    <>
      <Head title={t("settings.schedules")} lead={t("schedules.lead")}>
        <AddButton label={t("schedules.add")} onClick={() => !busy && save(undefined)} />
      </Head>
      <States of={q}>
        {q.data?.length === 0 ? (
          <EmptyState title={t("schedules.none")} />
        ) : (
          <Entries items={(q.data ?? []).map((s) => ({ id: s.id, href: `/settings/schedules/${s.id}`, title: s.name, about: `${s.time_zone} · ${t("schedules.hours", { n: weekHours(s.intervals) })}` }))} />
        )}
      </States>
    </>
  );
}

export function weekHours(intervals: Interval[]): number {
  const minutes = (hm: string) => Number(hm.slice(0, 2)) * 60 + Number(hm.slice(3, 5));
  return intervals.reduce((sum, i) => sum + (minutes(i.to) - minutes(i.from)) / 60, 0);
}

/** overlaps names the first day on which two intervals cross, or one ends before it starts. */
export function overlaps(intervals: Interval[]): number {
  for (const day of days) {
    const own = intervals.filter((i) => i.day === day).sort((a, b) => a.from.localeCompare(b.from));
    const wrong = own.some((i, n) => i.from >= i.to || (n > 0 && i.from < (own[n - 1]?.to ?? "")));
    if (wrong) return day;
  }
  return 0;
}

function EditSchedule({ schedule }: { schedule: Schedule }) {
  const { value, set, unsaved } = useForm(schedule, `schedules/${schedule.id}`);
  const { save, busy, error, fields } = useSave([["schedules"]], () => {
    const { name, time_zone, intervals, holidays } = value;
    return api.patch(`/schedules/${schedule.id}`, { name, time_zone, intervals: [...intervals].sort((a, b) => a.day - b.day || a.from.localeCompare(b.from)), holidays });
  });
  const wrong = overlaps(value.intervals);
  return (
    <>
      <Back to="/settings/schedules" label={t("settings.schedules")} />
      <Head title={schedule.name} />
      <Form busy={busy || wrong > 0} error={error} unsaved={unsaved} onSubmit={() => save(undefined)}>
        <Group title={t("inboxes.basics")}>
          <Field label={t("field.name")} error={fields.name}>
            {(p) => <input {...p} className="field" value={value.name} maxLength={80} required onChange={(e) => set("name", e.target.value)} />}
          </Field>
          <Field label={t("field.timeZone")} error={fields.time_zone}>
            {(p) => (
              <>
                <input {...p} className="field" list="zones" value={value.time_zone} required onChange={(e) => set("time_zone", e.target.value)} />
                <datalist id="zones">
                  {Intl.supportedValuesOf("timeZone").map((z) => (
                    <option key={z} value={z} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
        </Group>
        <Group title={t("schedules.week")}>
          <div>
            {days.map((day) => (
              <Day key={day} day={day} intervals={value.intervals} onChange={(v) => set("intervals", v)} />
            ))}
          </div>
          <p role="alert" className="text-meta text-danger">
            {wrong > 0 && t("schedules.overlap", { day: dayName(wrong) })}
          </p>
        </Group>
        <Group title={t("schedules.holidays")}>
          <Holidays days={value.holidays} onChange={(v) => set("holidays", v)} />
        </Group>
      </Form>
    </>
  );
}

function Day({ day, intervals, onChange }: { day: number; intervals: Interval[]; onChange(v: Interval[]): void }) {
  const name = dayName(day);
  const own = intervals.filter((i) => i.day === day);
  const change = (was: Interval, part: Partial<Interval>) => onChange(intervals.map((i) => (i === was ? { ...i, ...part } : i)));
  const add = () => {
    const last = own[own.length - 1]?.to ?? "";
    const next = last === "" ? { from: "09:00", to: "17:00" } : last < "22:00" ? { from: last, to: "23:00" } : { from: last, to: "24:00" };
    onChange([...intervals, { day, ...next }]);
  };
  return (
    <div className="day-row" role="group" aria-label={name}>
      <span className="pt-1.5 text-body font-medium">{name}</span>
      <div className="day-slots grid gap-2">
        {own.length === 0 && <span className="pt-1.5 text-dense text-fg-3">{t("schedules.closed")}</span>}
        {own.map((i, n) => (
          <div key={n} className="day-hours">
            <input className="field time-field" type="time" aria-label={t("schedules.from", { day: name })} value={i.from} required onChange={(e) => change(i, { from: e.target.value })} />
            <span aria-hidden="true">–</span>
            <input className="field time-field" type="time" aria-label={t("schedules.to", { day: name })} value={i.to === "24:00" ? "23:59" : i.to} required onChange={(e) => change(i, { to: e.target.value })} />
            <button type="button" className="btn btn-ghost btn-icon btn-dense" aria-label={t("schedules.remove", { day: name, from: i.from })} onClick={() => onChange(intervals.filter((x) => x !== i))}>
              <X aria-hidden="true" />
            </button>
          </div>
        ))}
        <button type="button" className="day-add btn btn-ghost btn-dense" onClick={add} aria-label={t("schedules.addHours", { day: name })}>
          <Plus aria-hidden="true" />
          {t("schedules.addPlain")}
        </button>
      </div>
    </div>
  );
}

function Holidays({ days: dates, onChange }: { days: string[]; onChange(v: string[]): void }) {
  const [day, setDay] = useState("");
  const add = () => {
    if (day !== "" && !dates.includes(day)) onChange([...dates, day].sort());
    setDay("");
  };
  return (
    <div className="grid gap-3">
      <ul className="flex flex-wrap gap-2">
        {dates.map((d) => (
          <li key={d} className="chip min-h-6">
            {date(d)}
            <button type="button" className="chip-x" aria-label={t("schedules.removeHoliday", { day: date(d) })} onClick={() => onChange(dates.filter((x) => x !== d))}>
              <X aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      <div className="flex items-end gap-2">
        <Field label={t("schedules.holiday")}>{(p) => <input {...p} className="field" type="date" value={day} onChange={(e) => setDay(e.target.value)} />}</Field>
        <button type="button" className="btn" onClick={add} disabled={day === ""}>
          {t("action.add")}
        </button>
      </div>
    </div>
  );
}

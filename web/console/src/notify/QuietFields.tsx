import { useMemo } from "react";
import { useDesk } from "../app/desk";
import { locale, sayer } from "../i18n/t";
import { Group } from "../settings/parts";
import { Check, cx, Field } from "../ui/basics";
import type { PartProps } from "./NotificationsPage";
import en from "./page.en.json";

const p = sayer(en);
const MONDAY = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

/** QuietFields are the hours in which nothing pops up, sounds or is pushed. */
export function QuietFields({ now, change }: PartProps) {
  const { me } = useDesk();
  const q = now.quiet;
  const set = (patch: Partial<typeof q>) => change({ quiet: { ...q, ...patch } });
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone"), []);
  const days = useMemo(() => {
    const name = new Intl.DateTimeFormat(locale(), { weekday: "short", timeZone: "UTC" });
    return [1, 2, 3, 4, 5, 6, 7].map((d) => ({ d, short: name.format(MONDAY + (d - 1) * DAY) }));
  }, []);
  return (
    <Group title={p("quiet")}>
      <Check label={p("quietOn")} hint={p("quietHint")} checked={q.on} onChange={(on) => set({ on })} />
      {q.on && (
        <>
          <div className="flex flex-wrap gap-4">
            <Time label={p("from")} value={q.from} not={q.to} onChange={(from) => set({ from })} />
            <Time label={p("to")} value={q.to} not={q.from} onChange={(to) => set({ to })} />
            <Field label={p("zone")}>
              {(f) => (
                <select {...f} className="field max-w-64" value={q.zone} onChange={(e) => set({ zone: e.target.value })}>
                  <option value="">{p("zoneDesk", { zone: me.desk.time_zone })}</option>
                  {q.zone && !zones.includes(q.zone) && <option>{q.zone}</option>}
                  {zones.map((z) => (
                    <option key={z}>{z}</option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <fieldset>
            <legend className="mb-1 text-dense font-medium">{p("days")}</legend>
            <div className="flex flex-wrap gap-1">
              {days.map(({ d, short }) => {
                const on = q.days.includes(d);
                return (
                  <button key={d} type="button" className={cx("btn btn-dense", on && "btn-on")} aria-pressed={on} onClick={() => set({ days: on ? q.days.filter((x) => x !== d) : [...q.days, d].sort() })}>
                    {short}
                  </button>
                );
              })}
            </div>
          </fieldset>
        </>
      )}
    </Group>
  );
}

/** A time of day; one that makes the hours empty is not taken. */
function Time({ label, value, not, onChange }: { label: string; value: string; not: string; onChange(v: string): void }) {
  return <Field label={label}>{(f) => <input {...f} type="time" className="field time-field" required value={value} onChange={(e) => e.target.value && e.target.value !== not && onChange(e.target.value)} />}</Field>;
}

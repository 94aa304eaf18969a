import { Plus } from "lucide-react";
import type { Overflow, SkillRule, Team } from "../api/types";
import { t } from "./words";
import { Check, Field } from "../ui/basics";
import { Choices, DurationField, errorAt, NumberField, RemoveButton, Rows } from "./fields";
import { Group, Pick } from "./parts";

export type Strategy = "balanced" | "round_robin" | "manual";

/** How a team's queue is handed out, as one edits it. */
export interface Routing {
  strategy: Strategy;
  sticky_days: number;
  relax_after_s: number;
  offer_s: number;
  max_new_per_minute: number;
  age_every_s: number;
  overflow: Overflow[];
  weights: { chat: number; letter: number };
  skill_rules: SkillRule[];
}

/** routingOf is a team's routing; a queue that nothing is assigned from is one that agents pull from. */
export function routingOf(team: Team): Routing {
  const { sticky_days, relax_after_s, offer_s, max_new_per_minute, age_every_s, overflow, weights, skill_rules } = team;
  const strategy = team.auto_assign ? (team.strategy as Strategy) : "manual";
  return { strategy, sticky_days, relax_after_s, offer_s, max_new_per_minute, age_every_s, overflow, weights, skill_rules };
}

interface Props {
  value: Routing;
  set<K extends keyof Routing>(key: K, v: Routing[K]): void;
  fields: Record<string, string>;
}

/** TeamRouting is how tickets find people; every setting says in a sentence what it does as it stands. */
export function TeamRouting({ team, others, ...part }: Props & { team: string; others: Team[] }) {
  const asked = part.value.strategy !== "manual";
  return (
    <>
      <Group title={t("routing.title")}>
        <Choices label={t("routing.strategy")} value={part.value.strategy} onChange={(v) => part.set("strategy", v)} options={(["balanced", "round_robin", "manual"] as const).map((s) => ({ value: s, label: t(`strategy.${s}`), hint: t(`strategy.${s}.about`) }))} />
        {asked && <Giving {...part} />}
      </Group>
      <Group title={t("routing.long")}>
        <Waiting {...part} />
        <OverflowList {...part} others={others.filter((x) => x.id !== team)} />
      </Group>
      <Group title={t("routing.skills")}>
        <SkillRules {...part} />
      </Group>
      <Group title={t("routing.weights")}>
        <Weights {...part} />
      </Group>
    </>
  );
}

function Giving({ value, set, fields }: Props) {
  return (
    <div className="grid gap-4 pane:grid-cols-2">
      <NumberField label={t("routing.offer")} hint={value.offer_s === 0 ? t("routing.offerOff") : t("routing.offerOn", { n: value.offer_s })} error={fields.offer_s} value={value.offer_s} max={600} unit={t("unit.s")} onChange={(n) => set("offer_s", n)} />
      <NumberField label={t("routing.sticky")} hint={value.sticky_days === 0 ? t("routing.stickyOff") : t("routing.stickyOn", { count: value.sticky_days })} error={fields.sticky_days} value={value.sticky_days} max={365} unit={t("unit.days")} onChange={(n) => set("sticky_days", n)} />
      <NumberField label={t("routing.rate")} hint={value.max_new_per_minute === 0 ? t("routing.rateOff") : t("routing.rateOn", { count: value.max_new_per_minute })} error={fields.max_new_per_minute} value={value.max_new_per_minute} max={100} unit={t("unit.perMinute")} onChange={(n) => set("max_new_per_minute", n)} />
    </div>
  );
}

function Waiting({ value, set, fields }: Props) {
  return (
    <div className="grid gap-4 pane:grid-cols-2">
      <DurationField label={t("routing.age")} hint={t("routing.ageHint")} error={fields.age_every_s} value={value.age_every_s} onChange={(n) => set("age_every_s", n)} />
      <DurationField label={t("routing.relax")} hint={value.relax_after_s === 0 ? t("routing.relaxOff") : t("routing.relaxOn")} error={fields.relax_after_s} value={value.relax_after_s} onChange={(n) => set("relax_after_s", n)} />
    </div>
  );
}

const MOST_OVERFLOW = 5;

function OverflowList({ value, set, fields, others }: Props & { others: Team[] }) {
  const list = value.overflow;
  const change = (i: number, part: Partial<Overflow>) => set("overflow", list.map((o, n) => (n === i ? { ...o, ...part } : o)));
  const free = others.filter((x) => !list.some((o) => o.team === x.id));
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 text-dense font-medium">{t("routing.overflow")}</legend>
      <p className="text-meta text-fg-2">{t("routing.overflowHint")}</p>
      <Rows none={t(others.length === 0 ? "routing.overflowAlone" : "routing.overflowNone")}>
        {list.map((o, i) => (
          <li key={o.team ?? i} className="edit-row">
            <Pick label={t("field.team")} value={o.team} options={others.filter((x) => x.id === o.team || free.includes(x))} error={fields[`overflow[${i}].team`]} onChange={(team) => change(i, { team })} />
            <DurationField label={t("routing.overflowAfter")} error={fields[`overflow[${i}].after_s`]} value={o.after_s} onChange={(after_s) => change(i, { after_s })} />
            <RemoveButton label={t("routing.overflowRemove", { team: others.find((x) => x.id === o.team)?.name ?? "" })} onClick={() => set("overflow", list.filter((_, n) => n !== i))} />
          </li>
        ))}
      </Rows>
      {free.length > 0 && list.length < MOST_OVERFLOW && <Add label={t("routing.overflowAdd")} onClick={() => set("overflow", [...list, { team: free[0]!.id, after_s: 120 }])} />}
    </fieldset>
  );
}

function Weights({ value, set, fields }: Props) {
  const { chat, letter } = value.weights;
  return (
    <>
      <p className="text-meta text-fg-2">{t("routing.weightsHint", { letters: letter > 0 ? Math.round((chat / letter) * 10) / 10 : 0 })}</p>
      <div className="grid gap-4 pane:grid-cols-2">
        <NumberField label={t("routing.weightChat")} error={fields["weights.chat"]} value={chat} min={0.01} max={100} step={0.01} onChange={(n) => set("weights", { chat: n, letter })} />
        <NumberField label={t("routing.weightLetter")} error={fields["weights.letter"]} value={letter} min={0.01} max={100} step={0.01} onChange={(n) => set("weights", { chat, letter: n })} />
      </div>
    </>
  );
}

const sources = ["language", "field", "topic", "tag", "page"] as const;
const MOST_RULES = 100;

function SkillRules({ value, set, fields }: Props) {
  const rules = value.skill_rules;
  const change = (i: number, part: Partial<SkillRule>) => set("skill_rules", rules.map((r, n) => (n === i ? { ...r, ...part } : r)));
  const error = (i: number, name: string) => fields[`skill_rules[${i}].${name}`];
  return (
    <>
      <p className="text-meta text-fg-2">{t("routing.skillsHint")}</p>
      <Rows none={t("routing.skillsNone")}>
        {rules.map((r, i) => (
          <li key={i} className="edit-row">
            <Field label={t("rules.when")} error={error(i, "source")}>
              {(p) => (
                <select {...p} className="field" value={r.source} onChange={(e) => set("skill_rules", rules.map((x, n) => (n === i ? sourced(x, e.target.value) : x)))}>
                  {sources.map((s) => (
                    <option key={s} value={s}>
                      {t(`rules.${s}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            {r.source === "field" && (
              <Field label={t("rules.key")} error={error(i, "key")}>
                {(p) => <input {...p} className="field" value={r.key ?? ""} maxLength={60} required onChange={(e) => change(i, { key: e.target.value })} />}
              </Field>
            )}
            <Field label={t("rules.is")} error={error(i, "value")}>
              {(p) => <input {...p} className="field" value={r.value} placeholder={t(`rules.${r.source as (typeof sources)[number]}.example`)} maxLength={300} required onChange={(e) => change(i, { value: e.target.value })} />}
            </Field>
            <Field label={t("rules.skill")} error={error(i, "skill")}>
              {(p) => <input {...p} className="field" value={r.skill} placeholder="lang:de" maxLength={40} required onChange={(e) => change(i, { skill: e.target.value })} />}
            </Field>
            <RemoveButton label={t("rules.remove", { skill: r.skill })} onClick={() => set("skill_rules", rules.filter((_, n) => n !== i))} />
            <div className="edit-row-wide">
              <Check label={t("rules.required")} hint={t(r.required ? "rules.requiredOn" : "rules.requiredOff")} checked={r.required} onChange={(required) => change(i, { required })} />
            </div>
          </li>
        ))}
      </Rows>
      {errorAt(fields, "skill_rules") && rules.length === 0 && <p className="text-meta text-danger">{errorAt(fields, "skill_rules")}</p>}
      {rules.length < MOST_RULES && <Add label={t("rules.add")} onClick={() => set("skill_rules", [...rules, { source: "language", value: "", skill: "", required: true }])} />}
    </>
  );
}

/** sourced is a rule that looks at something else: only a rule about an answer names the question. */
export function sourced({ value, skill, required }: SkillRule, source: string): SkillRule {
  return { source, value, skill, required, ...(source === "field" ? { key: "" } : {}) };
}

export function Add({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <div>
      <button type="button" className="btn btn-dense" onClick={onClick}>
        <Plus aria-hidden="true" />
        {label}
      </button>
    </div>
  );
}

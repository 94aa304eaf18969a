import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { usePreferences, type Density, type Theme } from "../app/preferences";
import { sayer, t } from "../i18n/t";
import { keysIn, shortcuts, type ShortcutId } from "../keys/registry";
import { Check, cx, Field, Kbd } from "../ui/basics";
import { useToast } from "../ui/toast";
import en from "./appearance.en.json";
import { KeyDialog } from "./KeyDialog";
import { given, usual } from "./newKeys";
import { Choices } from "./fields";
import { Group, Head } from "./parts";

const a = sayer(en);

/** AppearancePage is one's own: what is chosen holds at once, so that there is nothing to save. */
export function AppearancePage() {
  return (
    <>
      <Head title={t("settings.appearance")} lead={a("lead")} />
      <div className="grid gap-5">
        <Look />
        <Flow />
        <Keys />
      </div>
    </>
  );
}

const themes = ["system", "light", "dark"] as const satisfies readonly Theme[];
const densities = ["comfortable", "compact"] as const satisfies readonly Density[];

function Look() {
  const [{ theme, density }, change] = usePreferences();
  return (
    <Group title={a("look")}>
      <fieldset>
        <legend className="mb-2 text-dense font-medium">{a("theme")}</legend>
        <div className="looks">
          {themes.map((v) => (
            <label key={v} className={cx("look", v === theme && "choice-on")}>
              <Miniature theme={v} />
              <span className="flex items-center gap-2">
                <input type="radio" className="check" name="theme" checked={v === theme} onChange={() => change({ theme: v })} />
                {a(`theme.${v}`)}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <Choices label={a("density")} value={density} options={densities.map((v) => ({ value: v, label: a(`density.${v}`), hint: a(`density.${v}Hint`) }))} onChange={(v) => change({ density: v })} />
    </Group>
  );
}

/** Miniature is the console in a theme, drawn with its own tokens. */
function Miniature({ theme }: { theme: Theme }) {
  const halves = theme === "system" ? (["light", "dark"] as const) : [theme];
  return (
    <span className="mini" aria-hidden="true">
      {halves.map((half) => (
        <span key={half} className="mini-half" style={{ colorScheme: half }}>
          <i className="mini-rail" />
          <i className="mini-list">
            <b className="mini-on" />
            <b />
            <b />
          </i>
          <i className="mini-ticket">
            <b />
            <b className="mini-mine" />
          </i>
        </span>
      ))}
    </span>
  );
}

const after = ["next", "stay", "list"] as const;
const undo = [0, 5, 10, 20, 30] as const;

function Flow() {
  const [now, change] = usePreferences();
  return (
    <Group title={a("flow")}>
      <Field label={a("after")}>
        {(p) => (
          <select {...p} className="field max-w-80" value={now.after} onChange={(e) => change({ after: e.target.value as (typeof after)[number] })}>
            {after.map((v) => (
              <option key={v} value={v}>
                {a(`after.${v}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={a("undo")} hint={a("undoHint")}>
        {(p) => (
          <select {...p} className="field max-w-80" value={now.undo_s} onChange={(e) => change({ undo_s: Number(e.target.value) })}>
            {undo.map((v) => (
              <option key={v} value={v}>
                {v === 0 ? a("undo.off") : a("undo.seconds", { count: v })}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Check label={a("undoChat")} hint={a("undoChatHint")} checked={now.undo_chat} onChange={(undo_chat) => change({ undo_chat })} />
    </Group>
  );
}

const groups = ["keys.go", "keys.list", "keys.ticket"] as const;

function Keys() {
  const [{ keys_on, keys }, change] = usePreferences();
  const [editing, setEditing] = useState<ShortcutId | null>(null);
  const say = useToast();
  return (
    <Group title={a("keys")}>
      <Check label={t("keys.switch")} hint={t("keys.switchHint")} checked={keys_on} onChange={(v) => change({ keys_on: v })} />
      {!keys_on && <p className="text-dense text-fg-2">{a("keysOff")}</p>}
      <div className={cx("grid gap-5", !keys_on && "opacity-70")}>
        {groups.map((g) => (
          <section key={g}>
            <h3 className="mb-1 text-dense font-semibold text-fg-2">{t(g)}</h3>
            <ul className="key-rows">
              {shortcuts.filter((s) => s.group === g).map((s) => (
                <KeyRow key={s.id} id={s.id} label={t(s.label)} onChange={() => setEditing(s.id)} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {Object.keys(keys).length > 0 && (
        <div>
          <button
            type="button"
            className="btn"
            onClick={() => {
              change({ keys: {} });
              say(a("resetDone"), () => change({ keys }));
            }}
          >
            <RotateCcw aria-hidden="true" />
            {a("reset")}
          </button>
        </div>
      )}
      {editing && <KeyDialog id={editing} onClose={() => setEditing(null)} />}
    </Group>
  );
}

function KeyRow({ id, label, onChange }: { id: ShortcutId; label: string; onChange(): void }) {
  const [{ keys }, change] = usePreferences();
  const now = keysIn(keys, id);
  const first = usual(id);
  const reset = () => change({ keys: given(keys, id, first) });
  return (
    <li className="key-row">
      <span className="min-w-0 flex-1">{label}</span>
      {keys[id] !== undefined && (
        <button type="button" className="btn btn-ghost btn-icon btn-dense" aria-label={a("back", { key: first })} data-tip={a("back", { key: first })} onClick={reset}>
          <RotateCcw aria-hidden="true" />
        </button>
      )}
      <button type="button" className="key-button" data-shortcut-edit={id} aria-label={now.length > 0 ? a("change", { label, key: now.join(", ") }) : a("changeNone", { label })} onClick={onChange}>
        {now.length > 0 ? now.map((k) => <Kbd key={k} keys={k} />) : <span className="text-fg-3">{t("keys.none")}</span>}
      </button>
    </li>
  );
}

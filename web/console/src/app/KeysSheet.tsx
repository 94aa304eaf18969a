import { Link } from "wouter";
import { t } from "../i18n/t";
import { keysIn, shortcuts } from "../keys/registry";
import { writingKeys } from "../keys/writing";
import { c } from "../ticket/compose/words";
import { usePreferences } from "./preferences";
import { Check, Kbd } from "../ui/basics";
import { Dialog } from "../ui/layer";

const groups = ["keys.list", "keys.ticket", "keys.go"] as const;

/** KeysSheet prints the shortcut registry, and holds the switch that turns single keys off. */
export default function KeysSheet({ onClose }: { onClose(): void }) {
  const [{ keys_on, keys }, change] = usePreferences();
  return (
    <Dialog title={t("keys.title")} className="dialog-wide" onClose={onClose}>
      <div className="gap-8 pane:columns-2">
        {groups.map((g) => (
          <Group key={g} title={t(g)} rows={shortcuts.filter((s) => s.group === g).map((s) => ({ keys: keysIn(keys, s.id), label: t(s.label) }))} />
        ))}
        <Group title={t("keys.composer")} rows={writingKeys.map((k) => ({ keys: k.keys, label: c(`key.${k.id}`) }))} />
      </div>
      <div className="border-t border-line pt-4">
        <Check
          label={t("keys.switch")}
          hint={t("keys.switchHint")}
          checked={keys_on}
          onChange={(v) => change({ keys_on: v })}
        />
        <Link href="/settings/appearance" className="link mt-2 inline-block text-dense" onClick={onClose}>
          {t("keys.change")}
        </Link>
      </div>
    </Dialog>
  );
}

function Group({ title, rows }: { title: string; rows: readonly { keys: readonly string[]; label: string }[] }) {
  return (
    <section className="mb-5 break-inside-avoid">
      <h3 className="mb-1 text-dense font-semibold text-fg-2">{title}</h3>
      <dl>
        {rows.map((r) => (
          <div key={r.label} className="flex items-center justify-between gap-4 py-1">
            <dt className="text-dense">{r.label}</dt>
            <dd className="flex gap-2">
              <span className="sr-only">{r.keys.join(", ") || t("keys.none")}</span>
              {r.keys.map((k) => (
                <Kbd key={k} keys={k} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

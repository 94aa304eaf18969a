import { Inbox } from "lucide-react";
import { usePreferences } from "../app/preferences";
import { t, type Key } from "../i18n/t";
import { keysIn, type ShortcutId } from "../keys/registry";
import { EmptyState, Kbd } from "../ui/basics";

const hints: readonly (readonly [ShortcutId, Key])[] = [
  ["list.next", "key.next"],
  ["list.open", "key.open"],
  ["palette", "key.palette"],
  ["help", "keys.title"],
];

/** PickOne stands where the ticket will be: what to do, and the few keys that make it quick. The `?` sheet says them aloud. */
export function PickOne() {
  const [{ keys_on, keys }] = usePreferences();
  return (
    <EmptyState icon={<Inbox aria-hidden="true" />} title={t("ticket.pick")}>
      {keys_on && (
        <ul className="pick-keys" aria-hidden="true">
          {hints.map(([id, label]) => {
            const key = keysIn(keys, id)[0];
            return (
              key && (
                <li key={id}>
                  <Kbd keys={key} />
                  <span>{t(label)}</span>
                </li>
              )
            );
          })}
        </ul>
      )}
    </EmptyState>
  );
}

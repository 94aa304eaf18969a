import { Check, ChevronDown } from "lucide-react";
import type { After } from "../../app/preferences";
import { usePreferences } from "../../app/preferences";
import { t } from "../../i18n/t";
import { keyOf } from "../../keys/registry";
import { keyProps } from "../../keys/useKeys";
import { Kbd } from "../../ui/basics";
import { Menu, type Item } from "../../ui/layer";
import type { TicketActions } from "../actions";
import { h } from "./words";

/** Resolve finishes a ticket; what comes after is as its agent prefers, or as they say this once. */
export function Resolve({ actions }: { actions: TicketActions }) {
  const [{ after }] = usePreferences();
  const ways: { how: After; label: string; key: string }[] = [
    { how: "next", label: h("resolveNext"), key: keyOf("ticket.resolve-next") },
    { how: "stay", label: h("resolveStay"), key: "" },
    { how: "list", label: h("resolveList"), key: "" },
  ];
  const items: Item[] = ways.map(({ how, label, key }) => ({
    key: how,
    label,
    checked: how === after,
    hint: how === after ? <Kbd keys={keyOf("ticket.resolve")} /> : key !== "" && <Kbd keys={key} />,
    onSelect: () => void actions.resolve(how),
  }));
  return (
    <div className="split">
      <button type="button" className="btn btn-primary" onClick={() => void actions.resolve()} {...keyProps("ticket.resolve", t("action.resolve"))}>
        <Check aria-hidden="true" />
        {t("action.resolve")}
      </button>
      <Menu label={h("resolveMore")} className="btn btn-primary btn-icon" items={items} button={<ChevronDown aria-hidden="true" />} />
    </div>
  );
}

import { Bell } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useDesk } from "../app/desk";
import { t } from "../i18n/t";
import { part, soon } from "../app/soon";
import { useStore } from "../live/store";
import { useWorker } from "./useWorker";

const BellPanel = lazy(part(() => import("./BellPanel")));
const Notifier = lazy(soon(() => import("./Notifier")));

/** BellButton is how much concerns me that I have not seen; it opens the list. */
export function BellButton() {
  useWorker();
  const { live } = useDesk();
  const unread = useStore(live.bell);
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const label = unread > 0 ? t("notify.unread", { count: unread }) : t("notify.bell");
  return (
    <>
      <button ref={anchor} type="button" className="rail-item" aria-label={label} data-tip={t("notify.bell")} aria-haspopup="dialog" aria-expanded={open} data-unread={unread} onClick={() => setOpen(!open)}>
        <Bell aria-hidden="true" />
        {unread > 0 && (
          <span className="rail-badge" aria-hidden="true">
            {unread > 99 ? "99+" : unread}
          </span>
        )}
      </button>
      <Suspense>
        <Notifier />
        {open && <BellPanel anchor={anchor} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  );
}

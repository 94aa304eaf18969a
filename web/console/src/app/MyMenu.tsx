import { lazy, Suspense, useRef, useState } from "react";
import { part } from "./soon";
import { t } from "../i18n/t";
import { Avatar } from "../ui/basics";
import { useDesk, useMyAvailability } from "./desk";

const MyCard = lazy(part(() => import("./MyCard")));

/** MyMenu is the signed-in person: availability, load against capacity, theme, sign-out. */
export function MyMenu() {
  const { me } = useDesk();
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const state = useMyAvailability();
  const label = t("me.button", { name: me.agent.name, state: t(`availability.${state}`) });
  return (
    <>
      <button ref={anchor} type="button" className="rail-item" aria-label={label} aria-expanded={open} aria-haspopup="dialog" data-tip={label} data-availability={state} onClick={() => setOpen(!open)}>
        <Avatar name={me.agent.name} seed={me.agent.id} size={28} presence={state} />
      </button>
      {open && (
        <Suspense>
          <MyCard anchor={anchor} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Load shows how many live tickets somebody holds against what they can hold. */
export function Load({ load, capacity, text }: { load: number; capacity: number; text?: string }) {
  return (
    <div className="flex items-center gap-2 text-meta text-fg-2">
      <meter className="load" min={0} max={Math.max(1, capacity)} value={Math.min(load, capacity)} aria-label={t("me.load")} />
      <span>{text ?? t("me.loadOf", { load, capacity })}</span>
    </div>
  );
}

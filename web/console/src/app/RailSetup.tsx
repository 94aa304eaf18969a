import { Rocket } from "lucide-react";
import { useEffect } from "react";
import { Link, useLocation } from "wouter";
import { sayer } from "../i18n/t";
import { steps, useSetup } from "../settings/setup";
import en from "../settings/setup.en.json";
import { cx } from "../ui/basics";
import { usePreferences } from "./preferences";

const g = sayer(en);

/** RailSetup leads an administrator back to the guide until the desk has answered its first chat; then it goes for good. */
export default function RailSetup() {
  const setup = useSetup(false);
  const [path] = useLocation();
  const [, change] = usePreferences();
  const here = path === "/setup";
  useEffect(() => {
    if (setup.known && setup.complete && !here) change({ setup_dismissed: true });
  }, [setup.known, setup.complete, here, change]);
  if (!setup.known || setup.complete) return null;
  const label = g("rail", { done: steps.filter((s) => setup.done[s]).length, all: steps.length });
  return (
    <Link href="/setup" className={cx("rail-item", here && "rail-here")} aria-current={here ? "page" : undefined} aria-label={label} data-tip={label}>
      <Rocket aria-hidden="true" />
    </Link>
  );
}

import { Rocket } from "lucide-react";
import { Link } from "wouter";
import { sayer } from "../i18n/t";
import en from "../settings/setup.en.json";
import { useMay } from "./desk";
import { usePreferences } from "./preferences";

const g = sayer(en);

/** SetupLink leads on from a place where nothing can be yet, whoever sets the desk up and has not put the guide away. */
export default function SetupLink() {
  const may = useMay();
  const [{ setup_dismissed }] = usePreferences();
  if (!may.settings || setup_dismissed) return null;
  return (
    <Link href="/setup" className="btn">
      <Rocket aria-hidden="true" />
      {g("title")}
    </Link>
  );
}

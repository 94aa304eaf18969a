import { recall, remember } from "./storage";

export type Theme = "system" | "light" | "dark";

export function theme(): Theme {
  const t = recall("theme");
  return t === "light" || t === "dark" ? t : "system";
}

export function setTheme(t: Theme) {
  remember("theme", t === "system" ? null : t);
  if (t === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = t;
}

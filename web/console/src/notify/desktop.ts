import type { Situation } from "./decide";

/** permission is what the browser lets us do; some know no desktop notifications at all. */
export function permission(): Situation["permission"] {
  return "Notification" in window ? Notification.permission : "unsupported";
}

/** popUp shows a window of the operating system; a click on it brings the console to the front. */
export function popUp(title: string, body: string, tag: string, url: string, open: () => void): boolean {
  if (permission() !== "granted") return false;
  try {
    const shown = new Notification(title, { body, tag, silent: true, icon: icon() });
    shown.onclick = () => {
      window.focus();
      shown.close();
      open();
    };
    return true;
  } catch {
    return viaWorker(title, body, tag, url); // phones know only those of a worker
  }
}

function viaWorker(title: string, body: string, tag: string, url: string): boolean {
  if (!("serviceWorker" in navigator)) return false;
  void navigator.serviceWorker.getRegistration("/").then((r) => r?.showNotification(title, { body, tag, silent: true, data: { url } }));
  return true;
}

function icon(): string {
  return document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.href ?? "";
}

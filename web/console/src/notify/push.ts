import type { PushDevice } from "../../../shared/src/wire.gen";
import { api } from "../api/http";

/** What stands in the way of pushes to this browser. */
export type Obstacle = "unsupported" | "iphone" | "insecure" | "denied" | null;

export function obstacle(): Obstacle {
  if (!window.isSecureContext) return "insecure";
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    return /iPhone|iPad/.test(navigator.userAgent) ? "iphone" : "unsupported";
  }
  return Notification.permission === "denied" ? "denied" : null;
}

/** subscribed is the hash of this browser's subscription, "" for none. */
export async function subscribed(): Promise<string> {
  if (!("serviceWorker" in navigator)) return "";
  const sub = await (await navigator.serviceWorker.getRegistration("/"))?.pushManager?.getSubscription();
  return sub ? hash(sub.endpoint) : "";
}

/** subscribe signs this browser up; it asks for permission, so only a click may lead here. */
export async function subscribe(): Promise<void> {
  const { key } = await api.get<{ key: string }>("/push/key");
  const worker = await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  const old = await worker.pushManager.getSubscription();
  if (old && !sameKey(old, key)) await old.unsubscribe();
  const sub = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = sub.toJSON();
  await api.post("/push/subscriptions", { endpoint, keys: { p256dh: keys?.p256dh, auth: keys?.auth } });
}

/** unsubscribe ends a device here and, if it is this browser, there. */
export async function unsubscribe(device: PushDevice): Promise<void> {
  await api.delete(`/push/subscriptions/${device.id}`);
  const sub = await (await navigator.serviceWorker?.getRegistration("/"))?.pushManager?.getSubscription();
  if (sub && (await hash(sub.endpoint)) === device.endpoint_hash) await sub.unsubscribe();
}

function sameKey(sub: PushSubscription, key: string): boolean {
  const has = sub.options.applicationServerKey;
  if (!has) return false;
  return btoa(String.fromCharCode(...new Uint8Array(has))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") === key;
}

async function hash(endpoint: string): Promise<string> {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(sum)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

"use strict";
// Shows pushes while no console is open, and nothing else: it keeps no copy of the application.

// A page goes by the address that it was opened with: a console of today may have begun as an invitation.
const consoles = async () => {
  const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter((c) => /^\/($|join|setup|inbox|tickets|customers|issues|topics|reports|follow-ups|settings)/.test(new URL(c.url).pathname));
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (e) => e.waitUntil(self.clients.claim()));

self.addEventListener("push", (e) => {
  let told = {};
  try {
    told = e.data.json();
  } catch {
    // A push that does not read says what every push says.
  }
  const text = (v, otherwise) => (typeof v === "string" ? v : otherwise);
  e.waitUntil(
    self.registration.showNotification(text(told.title, "Heard"), {
      body: text(told.body, ""),
      tag: text(told.tag, "heard"),
      renotify: true,
      data: { url: text(told.url, "/") },
    }),
  );
});

self.addEventListener("notificationclick", (e) => {
  e.notification.close();
  const to = new URL((e.notification.data || {}).url || "/", self.location.origin);
  if (to.origin !== self.location.origin) return;
  e.waitUntil(
    (async () => {
      const open = await consoles();
      const client = open.find((c) => c.focused) || open[0];
      if (!client) return self.clients.openWindow(to.href);
      client.postMessage({ type: "heard.open", path: to.pathname });
      // Some browsers say no; the ticket is on screen all the same.
      await client.focus().catch(() => {});
    })(),
  );
});

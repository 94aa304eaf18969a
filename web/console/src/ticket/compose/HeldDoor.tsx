import { lazy, Suspense, useEffect } from "react";
import { useDesk } from "../../app/desk";
import { soon } from "../../app/soon";

const HeldBar = lazy(soon(() => import("./HeldBar")));

/** HeldDoor opens the bar of messages that can be taken back, on every screen, as they go out anyway. */
export function HeldDoor() {
  const { live } = useDesk();
  useEffect(() => {
    // What this browser had sent before it was closed: has it gone out?
    const tickets = new Set(live.outbox.all().flatMap((o) => (o.state === "held" ? [o.ticket] : [])));
    if (tickets.size > 0) void import("./held").then(({ sync }) => tickets.forEach((id) => void sync(live, id)));
  }, [live]);
  return (
    <Suspense>
      <HeldBar />
    </Suspense>
  );
}

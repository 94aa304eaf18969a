import { Undo2 } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useDesk } from "../../app/desk";
import { useKey } from "../../keys/useKeys";
import type { Outgoing } from "../../live/outbox";
import { Kbd } from "../../ui/basics";
import { OnShelf, useToast } from "../../ui/toast";
import "./compose.css";
import { listen, takeBack } from "./held";
import { heldWords } from "./Held";
import { SOON, useLeft } from "./useLeft";
import { c, reason } from "./words";

const soon = (o: Outgoing) => o.state === "held" && o.seq === undefined && Date.parse(o.held?.release_at ?? "") - Date.now() < SOON;

/** HeldBar counts down to what goes out, and takes it back. */
export default function HeldBar() {
  const { live } = useDesk();
  const say = useToast();
  const all = useSyncExternalStore(live.outbox.subscribe, live.outbox.all);
  useEffect(() => listen(live), [live]);
  useEffect(
    () =>
      live.onFrame("outgoing", (f) => {
        if (f.state === "refused") say.wrong(c("notSent", { why: reason(String(f.code)) }));
      }),
    [live, say],
  );
  const held = all.filter(soon);
  const newest = held[held.length - 1];
  const undo = (o: Outgoing) => void takeBack(live, o).then((ok) => say(c(ok ? "takenBack" : "tooLate")));
  useKey("undo", newest ? () => undo(newest) : null);
  if (held.length === 0) return null;
  return (
    <OnShelf>
      <div className="held-bars" role="region" aria-label={c("undo")}>
        {held.slice(-3).map((o) => (
          <Bar key={o.client_id} o={o} last={o === newest} onUndo={() => undo(o)} />
        ))}
      </div>
    </OnShelf>
  );
}

function Bar({ o, last, onUndo }: { o: Outgoing; last: boolean; onUndo(): void }) {
  const left = useLeft(o.held?.release_at ?? "");
  const [all] = useState(Math.max(1, left));
  return (
    <div className="held-bar" data-held={o.client_id}>
      <span role="timer" aria-live="off">
        {o.held?.waits ? c("waits") : heldWords(o, left)}
      </span>
      {!o.held?.waits && <progress className="held-left" value={left} max={all} aria-hidden="true" />}
      <button type="button" className="btn btn-dense" onClick={onUndo}>
        <Undo2 className="rtl:-scale-x-100" aria-hidden="true" />
        {c("undo")}
        {last && <Kbd keys="Mod z" />}
      </button>
    </div>
  );
}

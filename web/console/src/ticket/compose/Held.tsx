import { Clock, Hourglass } from "lucide-react";
import { useDesk } from "../../app/desk";
import { dateTime } from "../../i18n/time";
import type { Outgoing } from "../../live/outbox";
import { useToast } from "../../ui/toast";
import { takeBack } from "./held";
import { SOON, useLeft } from "./useLeft";
import { c } from "./words";

/** HeldFoot says under a message when it goes out, and takes it back. */
export default function HeldFoot({ o }: { o: Outgoing }) {
  const { live } = useDesk();
  const say = useToast();
  const at = o.held?.release_at ?? "";
  const left = useLeft(at);
  const near = Date.parse(at) - Date.now() < SOON;
  const then = o.held?.then?.kind;
  return (
    <p className="receipt" data-held-foot="">
      {near ? <Hourglass size={12} aria-hidden="true" /> : <Clock size={12} aria-hidden="true" />}
      {near ? c(o.kind === "note" ? "heldNote" : "held", { n: left }) : c("heldAt", { time: dateTime(at) })}
      {then && <span>· {c(then === "resolve" ? "thenResolve" : "thenSnooze")}</span>}
      <button type="button" className="link" onClick={() => void takeBack(live, o).then((ok) => say(c(ok ? "takenBack" : "tooLate")))}>
        {c(near ? "undo" : "edit")}
      </button>
    </p>
  );
}

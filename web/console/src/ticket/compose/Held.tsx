import { AlertCircle, Clock, CloudOff, Hourglass } from "lucide-react";
import { useDesk } from "../../app/desk";
import { dateTime } from "../../i18n/time";
import type { Outgoing } from "../../live/outbox";
import { useToast } from "../../ui/toast";
import { discard, takeBack } from "./held";
import { SOON, useLeft } from "./useLeft";
import { c, reason } from "./words";

/** HeldFoot says under a message when it goes out, and takes it back; or why it did not go out. */
export default function HeldFoot({ o }: { o: Outgoing }) {
  return o.state === "refused" ? <Refused o={o} /> : <Waiting o={o} />;
}

function useTakeBack(o: Outgoing) {
  const { live } = useDesk();
  const say = useToast();
  return () => void takeBack(live, o).then((ok) => say(c(ok ? "takenBack" : "tooLate")));
}

function Waiting({ o }: { o: Outgoing }) {
  const at = o.held?.release_at ?? "";
  const left = useLeft(at);
  const near = Date.parse(at) - Date.now() < SOON;
  const waits = o.held?.waits === true;
  const Icon = waits ? CloudOff : near ? Hourglass : Clock;
  const back = useTakeBack(o);
  return (
    <p className="receipt" data-held-foot="">
      <Icon size={12} aria-hidden="true" />
      {waits ? c("waits") : near ? heldWords(o, left) : c("heldAt", { time: dateTime(at) })}
      <button type="button" className="link" onClick={back}>
        {c(near ? "undo" : "edit")}
      </button>
    </p>
  );
}

/** Refused says why the server did not send it. Its words are kept until somebody says what becomes of them. */
function Refused({ o }: { o: Outgoing }) {
  const { live } = useDesk();
  const say = useToast();
  const back = useTakeBack(o);
  return (
    <p className="receipt flex-wrap text-danger" role="alert" data-refused={o.held?.code}>
      <AlertCircle size={12} aria-hidden="true" />
      {c("notSent", { why: reason(o.held?.code ?? "") })}
      <button type="button" className="link" onClick={back}>
        {c("restore")}
      </button>
      <button type="button" className="link" onClick={() => void discard(live, o).then((ok) => say(c(ok ? "discarded" : "notDiscarded")))}>
        {c("discard")}
      </button>
    </p>
  );
}

/** heldWords say how long one waits, and what follows. */
export function heldWords(o: Outgoing, n: number): string {
  const then = o.held?.then?.kind;
  const what = o.kind === "note" ? "heldNote" : "held";
  if (then === "resolve") return c(`${what}.resolve`, { n });
  return then === "snooze" ? c(`${what}.snooze`, { n }) : c(what, { n });
}

import { lazy, memo, Suspense, useCallback, useDeferredValue, useEffect, useRef, type ReactNode } from "react";
import { part } from "../app/soon";
import type { Ticket } from "../api/types";
import { t } from "./words";
import type { ListStore } from "../inbox/listStore";
import type { Outgoing } from "../live/outbox";
import { ErrorState, Loading, Skeleton } from "../ui/basics";
import { Dialog } from "../ui/layer";
import { OfferBar } from "../offers/OfferBar";
import { useTicketActions } from "./actions";
import type { Finish } from "./flow";
import { Composer, type ComposerHandle } from "./Composer";
import { PresenceBar } from "./PresenceBar";
import { ThreadLoading, ThreadPane } from "./ThreadPane";
import { TicketHead } from "./TicketHead";
import { useSide } from "./side/useSide";
import { useRead, useThread, useTicket } from "./useTicket";
import { useDesk } from "../app/desk";
import { subjectOf } from "../inbox/subject";

const SidePane = lazy(part(() => import("./side/SidePane")));

interface Props {
  id: string;
  row: Ticket | undefined;
  store: ListStore;
  /** The screen came here by itself: then the ticket takes the focus, so that nobody is left behind. */
  landed: boolean;
  /** A key is about to act: everything that hears keys must stand. */
  whole: boolean;
  finish: Finish;
  onBack(): void;
}

/** TicketScreen is one ticket: head, thread, composer, and the customer beside it. */
export default memo(function TicketScreen({ id, row, store, landed, whole, finish, onBack }: Props) {
  const { live } = useDesk();
  const q = useTicket(id, row);
  const ticket = q.data;
  const thread = useThread(ticket);
  const actions = useTicketActions(id, store, finish);
  const read = useRead(id, store);
  const composer = useRef<ComposerHandle>(null);
  const side = useSide();
  const root = useRef<HTMLElement>(null);
  const ready = Boolean(ticket && thread.view);
  useEffect(() => {
    if (landed && ready && document.activeElement === document.body) root.current?.focus({ preventScroll: true });
  }, [landed, ready]);
  const edit = useCallback(
    (o: Outgoing) => {
      live.outbox.take(o.client_id);
      composer.current?.restore(o);
    },
    [live],
  );
  if (q.error && !ticket) {
    return (
      <section className="pane-ticket" aria-label={t("ticket.none")}>
        <ErrorState error={q.error} retry={() => void q.refetch()} />
        <button type="button" className="btn mx-4" onClick={onBack}>
          {t("ticket.back")}
        </button>
      </section>
    );
  }
  if (!ticket || !thread.store || !thread.view) {
    return (
      <section className="pane-ticket ticket" aria-busy="true" aria-label={t("thread.loading")}>
        <div className="ticket-main">
          <div className="ticket-head" />
          <ThreadLoading />
          <div className="composer h-[161px]" />
        </div>
        {side.docked && <aside className="side" />}
      </section>
    );
  }
  const title = subjectOf(ticket) || t("ticket.untitled", { name: ticket.customer_name || t("customer.visitor") });
  return (
    <section ref={root} tabIndex={-1} className="pane-ticket ticket" aria-label={title} data-ticket={id} data-status={ticket.status}>
      <div className="ticket-main">
        <TicketHead ticket={ticket} title={title} actions={actions} onBack={onBack} side={side} />
        <OfferBar ticket={ticket} />
        <ThreadPane key={id} ticket={ticket} store={thread.store} view={thread.view} retry={thread.retry} onRead={read} onEdit={edit} />
        <PresenceBar view={thread.view} />
        <Composer ref={composer} ticket={ticket} thread={thread.store} actions={actions} />
      </div>
      {side.docked && (
        <aside className="side scroll" aria-label={t("side.label")}>
          <Later now={whole}>
            <Suspense fallback={<SideLoading />}>
              <SidePane ticket={ticket} actions={actions} />
            </Suspense>
          </Later>
        </aside>
      )}
      {side.drawer && (
        <Dialog title={t("side.label")} className="drawer" onClose={side.close}>
          <div className="-mx-5">
            <Suspense fallback={<SideLoading />}>
              <SidePane ticket={ticket} actions={actions} tagging={side.tagging} />
            </Suspense>
          </div>
        </Dialog>
      )}
    </section>
  );
});

/** Later draws what is in it when all around it stands: one reads the thread first. */
function Later({ now, children }: { now: boolean; children: ReactNode }) {
  const ready = useDeferredValue(true, false);
  return now || ready ? children : null;
}

function SideLoading() {
  return (
    <Loading>
      <div className="grid gap-4 p-5">
        <Skeleton className="h-10 w-40" />
        <Skeleton className="h-24" />
      </div>
    </Loading>
  );
}

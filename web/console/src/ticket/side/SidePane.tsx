import { lazy, memo, Suspense } from "react";
import { part } from "../../app/soon";
import type { TicketDetail } from "../../api/types";
import { useMay } from "../../app/desk";
import type { TicketActions } from "../actions";
import { CustomerCard } from "./CustomerCard";
import { Matter } from "./Matter";
import { Ownership } from "./Ownership";
import { Properties } from "./Properties";
import { RelatedTickets } from "./RelatedTickets";
import { VisitCard } from "./VisitCard";
import "./side.css";

const SurveyCard = lazy(part(() => import("./SurveyCard")));

interface Props {
  ticket: TicketDetail;
  actions: TicketActions;
  /** A key asked for a new tag. */
  tagging?: boolean;
}

/** SidePane is what one should know while one answers: who it is, what it is about, and what happened before. */
export default memo(function SidePane({ ticket, actions, tagging = false }: Props) {
  const may = useMay();
  return (
    <>
      <CustomerCard ticket={ticket} />
      <Properties ticket={ticket} actions={actions} tagging={tagging} />
      <Matter ticket={ticket} />
      <Ownership ticket={ticket} />
      <RelatedTickets ticket={ticket} />
      <VisitCard ticket={ticket} />
      {may.decisions && (
        <Suspense fallback={null}>
          <SurveyCard ticket={ticket} />
        </Suspense>
      )}
    </>
  );
});

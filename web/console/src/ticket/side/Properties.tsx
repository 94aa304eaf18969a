import { Link } from "wouter";
import type { Priority, TicketDetail } from "../../api/types";
import { nameOf, useInboxes, useTeams } from "../../app/desk";
import { t } from "../words";
import { date } from "../../i18n/time";
import { keyProps } from "../../keys/useKeys";
import { Menu } from "../../ui/layer";
import type { TicketActions } from "../actions";
import { Section } from "./Section";
import { Tags } from "./Tags";

interface Props {
  ticket: TicketDetail;
  actions: TicketActions;
  /** A key asked for a new tag. */
  tagging: boolean;
}

const priorities = ["urgent", "high", "normal", "low"] as const satisfies readonly Priority[];

/** Properties are what the desk says about a ticket. */
export function Properties({ ticket, actions, tagging }: Props) {
  const teams = useTeams().data;
  const inboxes = useInboxes().data;
  return (
    <Section id="ticket" title={t("side.ticket")} fixed>
      <dl className="facts">
        <div>
          <dt>{t("field.priority")}</dt>
          <dd>
            <Menu
              label={t("priority.label", { priority: t(`priority.${ticket.priority}`) })}
              className="btn btn-ghost btn-dense -ms-[9px]"
              shortcut="ticket.priority"
              tip={keyProps("ticket.priority", t("field.priority"))}
              button={t(`priority.${ticket.priority}`)}
              items={priorities.map((p) => ({ key: p, label: t(`priority.${p}`), checked: p === ticket.priority, onSelect: () => void actions.priority(p) }))}
            />
          </dd>
        </div>
        <div>
          <dt>{t("field.team")}</dt>
          <dd>{ticket.team_name || nameOf(teams, ticket.team) || t("field.none")}</dd>
        </div>
        <div>
          <dt>{t("field.inbox")}</dt>
          <dd>{nameOf(inboxes, ticket.inbox) || t("field.none")}</dd>
        </div>
        <div>
          <dt>{t("field.opened")}</dt>
          <dd>{date(ticket.created_at)}</dd>
        </div>
        {ticket.follow_up_of && (
          <div>
            <dt>{t("field.followUpOf")}</dt>
            <dd>
              <Link className="link" href={`/tickets/${ticket.follow_up_of}`}>
                {t("side.earlierTicket")}
              </Link>
            </dd>
          </div>
        )}
        {(ticket.followed_by ?? []).map((id) => (
          <div key={id}>
            <dt>{t("field.followedBy")}</dt>
            <dd>
              <Link className="link" href={`/tickets/${id}`}>
                {t("side.laterTicket")}
              </Link>
            </dd>
          </div>
        ))}
      </dl>
      <Tags ticket={ticket} actions={actions} start={tagging} />
    </Section>
  );
}

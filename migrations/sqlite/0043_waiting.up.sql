-- Lists can begin with who waits longest. Few tickets wait at any time, and few open ones wait for their customer: the indexes
-- hold only these.
CREATE INDEX tickets_waiting ON tickets (waiting_since, id) WHERE waiting_since > 0;
CREATE INDEX tickets_waiting_assignee ON tickets (assignee_id, waiting_since, id) WHERE waiting_since > 0;
CREATE INDEX tickets_waiting_team ON tickets (team_id, waiting_since, id) WHERE waiting_since > 0;
CREATE INDEX tickets_answered ON tickets (status, said_at DESC, id DESC) WHERE waiting_since = 0 AND status = 'open';

-- Lists are in the order that they show: newest message first, the opening where nobody has written. What is done to a
-- ticket (assigning, tagging, resolving) does not move it. The indexes of lists change over, and an assignment touches
-- one instead of eight; the one of owners stays, since an agent's day is added up by it.
ALTER TABLE tickets ADD COLUMN said_at BIGINT NOT NULL DEFAULT 0;
DROP INDEX tickets_assignee;
DROP INDEX tickets_status;
DROP INDEX tickets_team;
DROP INDEX tickets_updated;
DROP INDEX tickets_unread;
DROP INDEX tickets_reopened;
DROP INDEX tickets_spam;
UPDATE tickets SET said_at = COALESCE((SELECT m.at FROM messages m WHERE m.ticket_id = tickets.id AND NOT m.note ORDER BY m.seq DESC LIMIT 1), created_at);
CREATE INDEX tickets_said ON tickets (said_at DESC, id DESC);
CREATE INDEX tickets_said_assignee ON tickets (assignee_id, status, said_at DESC, id DESC);
CREATE INDEX tickets_said_owner ON tickets (last_owner_id, status, said_at DESC, id DESC);
CREATE INDEX tickets_said_status ON tickets (status, said_at DESC, id DESC);
CREATE INDEX tickets_said_team ON tickets (team_id, status, said_at DESC, id DESC);
CREATE INDEX tickets_said_unread ON tickets (said_at DESC, id DESC) WHERE unread > 0;
CREATE INDEX tickets_said_reopened ON tickets (said_at DESC, id DESC) WHERE reopens > 0;
CREATE INDEX tickets_said_spam ON tickets (said_at DESC, id DESC) WHERE spam;

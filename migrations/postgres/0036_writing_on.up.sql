-- What goes with a draft: the macro that its text came from, and what is to be done with the message. An emptied draft
-- leaves its rev behind, so that no window that comes late brings back what was sent.
ALTER TABLE drafts ADD COLUMN macro_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE drafts ADD COLUMN actions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE drafts ADD COLUMN gone BOOLEAN NOT NULL DEFAULT FALSE;

-- actions: what is done with the message, '' for what its macro says. content_hash tells a repeat from another message
-- under the same client id once the words are gone. restored: the words of a refused one are its author's draft again.
ALTER TABLE outgoing ADD COLUMN actions TEXT NOT NULL DEFAULT '';
ALTER TABLE outgoing ADD COLUMN content_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE outgoing ADD COLUMN restored BOOLEAN NOT NULL DEFAULT FALSE;

-- What became of a macro that was run for a client id: a repeat does nothing again.
CREATE TABLE macro_runs (
    agent_id  BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    ticket_id BIGINT NOT NULL,
    macro_id  BIGINT NOT NULL,
    outcome   TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (agent_id, client_id)
);
CREATE INDEX macro_runs_age ON macro_runs (at);

-- Which tags tickets should have, learned from those that agents gave, one row: hashed weights, no words. pos says how
-- much of the log the training knew.
CREATE TABLE tag_model (
    id         BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    version    BIGINT NOT NULL,
    pos        BIGINT NOT NULL,
    trained_at BIGINT NOT NULL,
    model      BYTEA NOT NULL
);

-- Tags that were suggested for tickets. confidence is a chance in thousandths; outcome is '', taken or dismissed.
CREATE TABLE tag_suggestions (
    ticket_id    BIGINT NOT NULL,
    tag_id       BIGINT NOT NULL,
    confidence   BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    suggested_at BIGINT NOT NULL,
    outcome      TEXT NOT NULL DEFAULT '',
    settled_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (ticket_id, tag_id)
);
CREATE INDEX tag_suggestions_at ON tag_suggestions (suggested_at, tag_id, outcome);

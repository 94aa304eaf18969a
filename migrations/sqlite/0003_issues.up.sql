-- What tickets are about. A topic is found by the model (key > 0) or made by a person who split it off (key < 0).
-- Its terms are words that several customers use; its name is a person's, if it has one.
CREATE TABLE topics (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    key         BIGINT NOT NULL,
    name        TEXT NOT NULL DEFAULT '',
    terms       TEXT NOT NULL DEFAULT '[]',
    merged_into BIGINT NOT NULL DEFAULT 0,
    tickets     BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX topics_key ON topics (key);

-- Which topic a ticket has. What a person decided is pinned: no night moves it. at is the ticket's opening.
CREATE TABLE topic_members (
    ticket_id   BIGINT NOT NULL PRIMARY KEY,
    topic_id    BIGINT NOT NULL,
    pinned      BOOLEAN NOT NULL DEFAULT FALSE,
    sure        BOOLEAN NOT NULL DEFAULT FALSE,
    at          BIGINT NOT NULL,
    assigned_at BIGINT NOT NULL
);
CREATE INDEX topic_members_topic ON topic_members (topic_id, at);
CREATE INDEX topic_members_at ON topic_members (at);

-- The model between two nights, one row: it holds words and counts, no text. pos says how much of the log it knows.
CREATE TABLE topic_state (
    id       BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    version  BIGINT NOT NULL,
    pos      BIGINT NOT NULL,
    night_at BIGINT NOT NULL,
    model    BYTEA NOT NULL
);

-- Topics that the product team should see. test and figures are JSON made by the night, verdict is that of the fix.
CREATE TABLE issues (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    topic_id    BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    status      TEXT NOT NULL,
    name        TEXT NOT NULL DEFAULT '',
    owner_id    BIGINT NOT NULL DEFAULT 0,
    test        TEXT NOT NULL DEFAULT '{}',
    figures     TEXT NOT NULL DEFAULT '{}',
    verdict     TEXT NOT NULL DEFAULT 'null',
    touched     BOOLEAN NOT NULL DEFAULT FALSE,
    flag_day    BIGINT NOT NULL DEFAULT 0,
    flagged_at  BIGINT NOT NULL,
    fixed_at    BIGINT NOT NULL DEFAULT 0,
    merged_into BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

-- The topics that an issue covers; no topic is in two issues.
CREATE TABLE issue_topics (
    topic_id BIGINT NOT NULL PRIMARY KEY,
    issue_id BIGINT NOT NULL
);
CREATE INDEX issue_topics_issue ON issue_topics (issue_id, topic_id);

-- Days (counted from 1 January 1970 in the desk's zone) on which a topic was flagged: they leave its baseline.
CREATE TABLE issue_flags (
    topic_id BIGINT NOT NULL,
    day      BIGINT NOT NULL,
    PRIMARY KEY (topic_id, day)
);

CREATE TABLE issue_history (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id   BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    by_kind    TEXT NOT NULL,
    by_id      BIGINT NOT NULL DEFAULT 0,
    what       TEXT NOT NULL,
    from_value TEXT NOT NULL DEFAULT '',
    to_value   TEXT NOT NULL DEFAULT '',
    verdict    TEXT NOT NULL DEFAULT 'null'
);
CREATE INDEX issue_history_issue ON issue_history (issue_id, id);

-- Where the sentences stand that speak for an issue. The words are in messages alone, so erasing them there is enough.
CREATE TABLE exemplars (
    issue_id  BIGINT NOT NULL,
    n         BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    sentence  BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (issue_id, n)
);
CREATE INDEX exemplars_ticket ON exemplars (ticket_id);

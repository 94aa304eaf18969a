-- What an agent is to hear of. Rows name what happened and copy no words, so that what is erased is gone here too. Unread ones of
-- one kind about one thing are one row.
CREATE TABLE notifications (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id   BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    ticket_id  BIGINT NOT NULL DEFAULT 0,
    about_id   BIGINT NOT NULL DEFAULT 0,
    seq        BIGINT NOT NULL DEFAULT 0,
    n          BIGINT NOT NULL DEFAULT 1,
    by_kind    TEXT NOT NULL,
    by_id      BIGINT NOT NULL DEFAULT 0,
    bell       BOOLEAN NOT NULL DEFAULT TRUE,
    at         BIGINT NOT NULL,
    read_at    BIGINT NOT NULL DEFAULT 0,
    pos        BIGINT NOT NULL DEFAULT 0,
    rev        BIGINT NOT NULL
);
CREATE UNIQUE INDEX notifications_unread ON notifications (agent_id, kind, ticket_id, about_id) WHERE read_at = 0;
CREATE INDEX notifications_list ON notifications (agent_id, at, id);
CREATE INDEX notifications_ticket ON notifications (ticket_id, kind);
CREATE INDEX notifications_rev ON notifications (rev);

-- Counts changes of notifications in the order of their commits, so that every node can tell its consoles of all of them.
CREATE TABLE notification_head (
    id  BIGINT NOT NULL PRIMARY KEY,
    rev BIGINT NOT NULL
);
INSERT INTO notification_head (id, rev) VALUES (1, 0);

CREATE TABLE notification_settings (
    agent_id   BIGINT NOT NULL PRIMARY KEY,
    body       TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Browsers that get notifications while no console is open. The address of one is a secret: whoever knows it may wake it.
CREATE TABLE push_subscriptions (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id      BIGINT NOT NULL,
    session_hash  TEXT NOT NULL,
    endpoint_hash TEXT NOT NULL,
    sealed        TEXT NOT NULL,
    device        TEXT NOT NULL DEFAULT '',
    host          TEXT NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL,
    sent_at       BIGINT NOT NULL DEFAULT 0,
    failures      BIGINT NOT NULL DEFAULT 0,
    error         TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX push_subscriptions_endpoint ON push_subscriptions (endpoint_hash);
CREATE INDEX push_subscriptions_agent ON push_subscriptions (agent_id);

-- What people agreed on over the weekly report. The text is theirs and may be erased; everything that a frozen report
-- needs to know of an action stands in its states.
CREATE TABLE report_actions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    text       TEXT NOT NULL,
    issue_id   BIGINT NOT NULL DEFAULT 0,
    week_made  TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by BIGINT NOT NULL DEFAULT 0
);

-- One row for every change of an action, so that a report can show it as it stood then. state is open, done or
-- dropped; due is a day or '', done_at is of the newest move to done.
CREATE TABLE report_action_states (
    action_id BIGINT NOT NULL,
    n         BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    state     TEXT NOT NULL,
    owner_id  BIGINT NOT NULL DEFAULT 0,
    due       TEXT NOT NULL DEFAULT '',
    done_at   BIGINT NOT NULL DEFAULT 0,
    agent_id  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (action_id, n)
);

-- Who gets the report by mail: an agent, or an address outside. weekday 1 is Monday. quotes and tickets say what an
-- address outside may see. ended_at ends it, by whoever; mailed is the newest week whose mail was queued.
CREATE TABLE report_subscribers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id   BIGINT NOT NULL DEFAULT 0,
    address    TEXT NOT NULL DEFAULT '',
    language   TEXT NOT NULL DEFAULT 'en',
    weekday    BIGINT NOT NULL DEFAULT 1,
    hour       BIGINT NOT NULL DEFAULT 8,
    quotes     BOOLEAN NOT NULL DEFAULT FALSE,
    tickets    BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    created_by BIGINT NOT NULL DEFAULT 0,
    ended_at   BIGINT NOT NULL DEFAULT 0,
    mailed     TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX report_subscribers_agent ON report_subscribers (agent_id) WHERE ended_at = 0 AND agent_id > 0;
CREATE UNIQUE INDEX report_subscribers_address ON report_subscribers (address) WHERE ended_at = 0 AND address <> '';

-- Links that open one week without signing in. The link is public_id with a signature; the key is not in this table.
-- subscriber_id is of those that went out by mail, one a week each.
CREATE TABLE report_shares (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id     TEXT NOT NULL,
    week          TEXT NOT NULL,
    subscriber_id BIGINT NOT NULL DEFAULT 0,
    quotes        BOOLEAN NOT NULL DEFAULT FALSE,
    tickets       BOOLEAN NOT NULL DEFAULT FALSE,
    created_at    BIGINT NOT NULL,
    created_by    BIGINT NOT NULL DEFAULT 0,
    expires_at    BIGINT NOT NULL,
    revoked_at    BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX report_shares_public ON report_shares (public_id);
CREATE UNIQUE INDEX report_shares_subscriber ON report_shares (subscriber_id, week) WHERE subscriber_id > 0;

-- The report says how many tickets of its week do not count.
CREATE INDEX ticket_facts_excluded ON ticket_facts (opened_at) WHERE excluded;

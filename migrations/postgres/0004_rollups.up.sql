-- What the figures are made from. Everything here but weekly_reports can be dropped and rebuilt from the log.

-- Tickets whose facts are older than their log: pos is of the newest event that was noticed.
CREATE TABLE stale_tickets (
    ticket_id BIGINT NOT NULL PRIMARY KEY,
    pos       BIGINT NOT NULL
);

-- One row a ticket: its fold, as far as seq. Durations in milliseconds, calendar and business time.
CREATE TABLE ticket_facts (
    ticket_id          BIGINT NOT NULL PRIMARY KEY,
    seq                BIGINT NOT NULL,
    definition_version BIGINT NOT NULL,
    inbox_id           BIGINT NOT NULL,
    team_id            BIGINT NOT NULL,
    agent_id           BIGINT NOT NULL DEFAULT 0,
    channel            TEXT NOT NULL,
    customer_id        BIGINT NOT NULL,
    opened_at          BIGINT NOT NULL,
    first_customer_at  BIGINT NOT NULL DEFAULT 0,
    first_response_at  BIGINT NOT NULL DEFAULT 0,
    first_resolved_at  BIGINT NOT NULL DEFAULT 0,
    last_resolved_at   BIGINT NOT NULL DEFAULT 0,
    left_at            BIGINT NOT NULL DEFAULT 0,
    resolves           BIGINT NOT NULL DEFAULT 0,
    reopens            BIGINT NOT NULL DEFAULT 0,
    handoffs           BIGINT NOT NULL DEFAULT 0,
    owners             BIGINT NOT NULL DEFAULT 0,
    human_messages     BIGINT NOT NULL DEFAULT 0,
    open_ms            BIGINT NOT NULL DEFAULT 0,
    open_business_ms   BIGINT NOT NULL DEFAULT 0,
    wait_ms            BIGINT NOT NULL DEFAULT 0,
    wait_business_ms   BIGINT NOT NULL DEFAULT 0,
    imported           BOOLEAN NOT NULL DEFAULT FALSE,
    excluded           BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX ticket_facts_customer ON ticket_facts (customer_id, opened_at);

-- One row for every dated number of a ticket. at is the moment that decides its period. It stands until until_at
-- (0: still); where it is a yes or no, it is yes from hit_at until miss_at (0: never). So a finished week can be told
-- as it stood when it ended.
CREATE TABLE observations (
    ticket_id   BIGINT NOT NULL,
    figure      TEXT NOT NULL,
    n           BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    until_at    BIGINT NOT NULL DEFAULT 0,
    hit_at      BIGINT NOT NULL DEFAULT 0,
    miss_at     BIGINT NOT NULL DEFAULT 0,
    inbox_id    BIGINT NOT NULL DEFAULT 0,
    team_id     BIGINT NOT NULL DEFAULT 0,
    agent_id    BIGINT NOT NULL DEFAULT 0,
    channel     TEXT NOT NULL DEFAULT '',
    calendar_ms BIGINT NOT NULL DEFAULT 0,
    business_ms BIGINT NOT NULL DEFAULT 0,
    word        TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (ticket_id, figure, n)
);
CREATE INDEX observations_at ON observations (figure, at);
CREATE INDEX observations_until ON observations (figure, until_at, at);

-- Agents' stretches online; to_at 0 is the one that lasts.
CREATE TABLE online_spans (
    agent_id BIGINT NOT NULL,
    from_at  BIGINT NOT NULL,
    to_at    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (agent_id, from_at)
);
CREATE INDEX online_spans_to ON online_spans (to_at);

-- Handling time by day, agent and ticket. Imported tickets have agent messages in place of time: their handling time
-- is an estimate, made where it is read.
CREATE TABLE handling_days (
    day       TEXT NOT NULL,
    agent_id  BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    ms        BIGINT NOT NULL DEFAULT 0,
    messages  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (day, agent_id, ticket_id)
);
CREATE INDEX handling_days_ticket ON handling_days (ticket_id);

-- Days, in the desk's zone, whose rows in daily_facts and handling_days must be made again.
CREATE TABLE stale_days (
    day TEXT NOT NULL PRIMARY KEY
);

CREATE TABLE daily_facts (
    day                TEXT NOT NULL,
    inbox_id           BIGINT NOT NULL,
    team_id            BIGINT NOT NULL,
    agent_id           BIGINT NOT NULL,
    channel            TEXT NOT NULL,
    figure             TEXT NOT NULL,
    n                  BIGINT NOT NULL,
    hits               BIGINT NOT NULL DEFAULT 0,
    calendar_ms        BIGINT NOT NULL DEFAULT 0,
    business_ms        BIGINT NOT NULL DEFAULT 0,
    definition_version BIGINT NOT NULL,
    PRIMARY KEY (day, figure, inbox_id, team_id, agent_id, channel)
);

-- Finished weeks as they were told, byte for byte. What was learned late adds a revision and says why.
CREATE TABLE weekly_reports (
    week               TEXT NOT NULL,
    revision           BIGINT NOT NULL,
    definition_version BIGINT NOT NULL,
    body               TEXT NOT NULL,
    made_at            BIGINT NOT NULL,
    reason             TEXT NOT NULL,
    PRIMARY KEY (week, revision)
);

-- Finished weeks that may read otherwise now.
CREATE TABLE stale_weeks (
    week TEXT NOT NULL PRIMARY KEY
);

-- Work that leaves the house: written with what causes it, done by whichever node claims it. due_at of a claimed job is
-- when its claim ends by the nodes' clock, claimed_until the same by the database's; fence counts the claims.
CREATE TABLE jobs (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    kind          TEXT NOT NULL,
    key           TEXT NOT NULL,
    lane          TEXT NOT NULL DEFAULT '', -- a node does one job of a lane at a time
    payload       TEXT NOT NULL,            -- ids as JSON, never what a person wrote
    state         TEXT NOT NULL,            -- waiting, done, cancelled, parked
    due_at        BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL DEFAULT 0,
    fence         BIGINT NOT NULL DEFAULT 0,
    tries         BIGINT NOT NULL DEFAULT 0,
    first_try_at  BIGINT NOT NULL DEFAULT 0,
    give_up_ms    BIGINT NOT NULL,
    error         TEXT NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL,
    ended_at      BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX jobs_key ON jobs (kind, key);
CREATE INDEX jobs_due ON jobs (kind, due_at, lane) WHERE state = 'waiting';
CREATE INDEX jobs_lane ON jobs (kind, lane, due_at) WHERE state = 'waiting';
CREATE INDEX jobs_parked ON jobs (id) WHERE state = 'parked';
CREATE INDEX jobs_ended ON jobs (kind, ended_at) WHERE ended_at > 0;

-- Who is told of events. While paused_until is ahead a target is left alone; failures counts those in a row.
CREATE TABLE webhooks (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    url          TEXT NOT NULL,
    kinds        TEXT NOT NULL, -- a JSON list: a kind, or noun.*
    secret       TEXT NOT NULL, -- sealed
    disabled_at  BIGINT NOT NULL DEFAULT 0,
    deleted_at   BIGINT NOT NULL DEFAULT 0,
    failures     BIGINT NOT NULL DEFAULT 0,
    paused_until BIGINT NOT NULL DEFAULT 0,
    created_by   BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);

-- What was sent, and how the newest try ended. answer is the beginning of what the target said.
CREATE TABLE webhook_deliveries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id BIGINT NOT NULL,
    pos        BIGINT NOT NULL, -- of the event; 0 for a test
    kind       TEXT NOT NULL,
    at         BIGINT NOT NULL,
    state      TEXT NOT NULL, -- waiting, done, parked, cancelled
    tries      BIGINT NOT NULL DEFAULT 0,
    tried_at   BIGINT NOT NULL DEFAULT 0,
    next_at    BIGINT NOT NULL DEFAULT 0,
    status     BIGINT NOT NULL DEFAULT 0,
    ms         BIGINT NOT NULL DEFAULT 0,
    answer     TEXT NOT NULL DEFAULT '',
    error      TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (created_at) WHERE state <> 'waiting';

-- One act on many tickets, and what became of each. act is JSON of ids and words of the model; was and became are what a
-- ticket had before and after, for taking it back.
CREATE TABLE bulks (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id   BIGINT NOT NULL,
    token_id   BIGINT NOT NULL DEFAULT 0,
    by_kind    TEXT NOT NULL,
    by_id      BIGINT NOT NULL,
    act        TEXT NOT NULL,
    undo_of    BIGINT NOT NULL DEFAULT 0,
    undone_by  BIGINT NOT NULL DEFAULT 0,
    total      BIGINT NOT NULL,
    done       BIGINT NOT NULL DEFAULT 0,
    failed     BIGINT NOT NULL DEFAULT 0,
    running    BOOLEAN NOT NULL DEFAULT TRUE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX bulks_running ON bulks (updated_at) WHERE running;
CREATE INDEX bulks_age ON bulks (created_at);

CREATE TABLE bulk_items (
    bulk_id   BIGINT NOT NULL,
    n         BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    state     TEXT NOT NULL DEFAULT 'todo',
    code      TEXT NOT NULL DEFAULT '',
    detail    TEXT NOT NULL DEFAULT '',
    was       TEXT NOT NULL DEFAULT '{}',
    became    TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (bulk_id, n)
);

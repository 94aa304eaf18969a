-- What people attach. A content is kept once, under a random name (place) in the store of contents; refs counts the
-- files that show it, and one of no use is removed.
CREATE TABLE blobs (
    hash       TEXT NOT NULL PRIMARY KEY, -- SHA-256
    place      TEXT NOT NULL,
    size       BIGINT NOT NULL,
    refs       BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX blobs_place ON blobs (place);
CREATE INDEX blobs_unused ON blobs (created_at) WHERE refs <= 0;

-- Contents in the database, for nodes that share nothing else.
CREATE TABLE blob_chunks (
    place   TEXT NOT NULL,
    n       BIGINT NOT NULL,
    kept_at BIGINT NOT NULL, -- before data, so that a look at it does not read the bytes
    data    BYTEA NOT NULL,
    PRIMARY KEY (place, n)
);

-- An upload is a file without a ticket: its uploader may send it once, in one message.
CREATE TABLE files (
    id         TEXT NOT NULL PRIMARY KEY, -- 128 random bits
    uploader   TEXT NOT NULL,             -- v<visitor> or a<agent>
    name       TEXT NOT NULL,
    type       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    hash       TEXT NOT NULL,
    thumb_hash TEXT NOT NULL DEFAULT '',
    thumb_type TEXT NOT NULL DEFAULT '',
    width      BIGINT NOT NULL DEFAULT 0,
    height     BIGINT NOT NULL DEFAULT 0,
    ticket_id  BIGINT NOT NULL DEFAULT 0,
    seq        BIGINT NOT NULL DEFAULT 0,
    note       BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL
);
CREATE INDEX files_ticket ON files (ticket_id, seq) WHERE ticket_id > 0;
CREATE INDEX files_pending ON files (created_at) WHERE ticket_id = 0;
CREATE INDEX files_uploader ON files (uploader, created_at);

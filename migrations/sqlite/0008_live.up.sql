-- What was changed or taken back of a message. The body of a redacted one is gone, here and in its versions.
ALTER TABLE messages ADD COLUMN edited_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN redacted_at BIGINT NOT NULL DEFAULT 0;

-- Earlier texts of edited messages; by and at say who replaced one, and when. Erasing a message erases these.
CREATE TABLE message_versions (
    ticket_id BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    n         BIGINT NOT NULL,
    body      TEXT NOT NULL,
    by_kind   TEXT NOT NULL,
    by_id     BIGINT NOT NULL DEFAULT 0,
    at        BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, seq, n)
);

-- A chat that was opened while the desk was closed, with an address to answer to: nobody waits in it.
ALTER TABLE tickets ADD COLUMN offline BOOLEAN NOT NULL DEFAULT FALSE;

-- block_reason is an agent's text about a person: erasing the customer erases it.
ALTER TABLE customers ADD COLUMN blocked_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN block_reason TEXT NOT NULL DEFAULT '';
CREATE INDEX customers_blocked ON customers (id) WHERE blocked;

-- What a site tells, with consent, of the pages that a visitor sees. Kept for 30 days, the newest 50 of a visitor;
-- erasing a customer erases those of its visitors.
ALTER TABLE visitors ADD COLUMN referrer TEXT NOT NULL DEFAULT '';
ALTER TABLE visitors ADD COLUMN language TEXT NOT NULL DEFAULT '';
CREATE TABLE page_visits (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    visitor_id BIGINT NOT NULL,
    url        TEXT NOT NULL,
    title      TEXT NOT NULL DEFAULT '',
    at         BIGINT NOT NULL
);
CREATE INDEX page_visits_visitor ON page_visits (visitor_id, id);
CREATE INDEX page_visits_age ON page_visits (at);

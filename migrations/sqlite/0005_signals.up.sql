-- What the website's script tells of its visitors: facts about use, not about tickets. Erased with their visitor.
CREATE TABLE signals (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    visitor_id  BIGINT NOT NULL,
    inbox_id    BIGINT NOT NULL,
    name        TEXT NOT NULL,
    props       TEXT NOT NULL DEFAULT '{}',
    page        TEXT NOT NULL DEFAULT '',
    at          BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL
);
CREATE INDEX signals_visitor ON signals (visitor_id, at);
CREATE INDEX signals_name ON signals (inbox_id, name, at);

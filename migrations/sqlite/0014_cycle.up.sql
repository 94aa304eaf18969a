-- What an issue is linked to outside, and the release that is to have fixed it. fixed_in is a release's id.
ALTER TABLE issues ADD COLUMN tracker_url TEXT NOT NULL DEFAULT '';
ALTER TABLE issues ADD COLUMN tracker_key TEXT NOT NULL DEFAULT '';
ALTER TABLE issues ADD COLUMN fixed_in BIGINT NOT NULL DEFAULT 0;

-- What the business shipped, and what broke: markers beside figures and issues.
CREATE TABLE releases (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    version    TEXT NOT NULL,
    at         BIGINT NOT NULL,
    url        TEXT NOT NULL DEFAULT '',
    notes      TEXT NOT NULL DEFAULT '',
    created_by BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX releases_version ON releases (version);
CREATE INDEX releases_at ON releases (at, id);

CREATE TABLE incidents (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    from_at    BIGINT NOT NULL,
    to_at      BIGINT NOT NULL DEFAULT 0, -- 0: it goes on
    url        TEXT NOT NULL DEFAULT '',
    created_by BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX incidents_name ON incidents (name, from_at);
CREATE INDEX incidents_from ON incidents (from_at, id);

CREATE INDEX issue_history_at ON issue_history (at) WHERE what = 'status';

-- A webhook is told of what comes after it was made.
ALTER TABLE webhooks ADD COLUMN from_pos BIGINT NOT NULL DEFAULT 0;

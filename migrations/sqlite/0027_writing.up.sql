-- Who was named in a note: one row an agent or a team, so that one finds where one was called.
CREATE TABLE mentions (
    ticket_id BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    agent_id  BIGINT NOT NULL DEFAULT 0,
    team_id   BIGINT NOT NULL DEFAULT 0,
    at        BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, seq, agent_id, team_id)
);
CREATE INDEX mentions_agent ON mentions (agent_id, at) WHERE agent_id > 0;
CREATE INDEX mentions_team ON mentions (team_id, at) WHERE team_id > 0;

-- What an agent is writing and has not sent. rev only rises, so that an older window never overwrites a newer text.
CREATE TABLE drafts (
    ticket_id   BIGINT NOT NULL,
    agent_id    BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    body        TEXT NOT NULL,
    attachments TEXT NOT NULL DEFAULT '[]',
    rev         BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, agent_id, kind)
);
CREATE INDEX drafts_agent ON drafts (agent_id, updated_at);
CREATE INDEX drafts_age ON drafts (updated_at);

-- What was sent and is held until its time: it can be taken back, and goes out without the window that sent it.
-- last_seq -1: no guard.
CREATE TABLE outgoing (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id   BIGINT NOT NULL,
    agent_id    BIGINT NOT NULL,
    token_id    BIGINT NOT NULL DEFAULT 0,
    by_kind     TEXT NOT NULL,
    by_id       BIGINT NOT NULL,
    sender      TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    kind        TEXT NOT NULL,
    body        TEXT NOT NULL,
    attachments TEXT NOT NULL DEFAULT '[]',
    last_seq    BIGINT NOT NULL,
    then_kind   TEXT NOT NULL DEFAULT '',
    then_until  BIGINT NOT NULL DEFAULT 0,
    macro_id    BIGINT NOT NULL DEFAULT 0,
    state       TEXT NOT NULL,
    code        TEXT NOT NULL DEFAULT '',
    seq         BIGINT NOT NULL DEFAULT 0,
    release_at  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX outgoing_client ON outgoing (sender, client_id);
CREATE INDEX outgoing_ticket ON outgoing (ticket_id, agent_id, id);
CREATE INDEX outgoing_age ON outgoing (updated_at);

-- An upload that a draft or a held message names is not dropped before this.
ALTER TABLE files ADD COLUMN held_until BIGINT NOT NULL DEFAULT 0;

-- Texts and actions that a desk uses again and again.
CREATE TABLE macros (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    body       TEXT NOT NULL DEFAULT '',
    actions    TEXT NOT NULL DEFAULT '[]',
    visibility TEXT NOT NULL,
    team_id    BIGINT NOT NULL DEFAULT 0,
    owner_id   BIGINT NOT NULL,
    goes_with  TEXT NOT NULL DEFAULT 'both',
    uses       BIGINT NOT NULL DEFAULT 0,
    used_at    BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX macros_owner ON macros (owner_id, id);
CREATE TABLE macro_uses (
    macro_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    uses     BIGINT NOT NULL,
    used_at  BIGINT NOT NULL,
    PRIMARY KEY (macro_id, agent_id)
);

-- The log: one row says how far it goes, one row is one fact.
CREATE TABLE log_head (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    pos    BIGINT NOT NULL,
    epoch  TEXT NOT NULL
);

CREATE TABLE events (
    pos         INTEGER PRIMARY KEY NOT NULL,
    ticket_id   BIGINT NOT NULL DEFAULT 0,
    seq         BIGINT NOT NULL DEFAULT 0,
    prev        BIGINT NOT NULL DEFAULT 0,
    public      BOOLEAN NOT NULL DEFAULT FALSE,
    kind        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    by_kind     TEXT NOT NULL,
    by_id       BIGINT NOT NULL DEFAULT 0,
    by_token    BIGINT NOT NULL DEFAULT 0,
    imported    BOOLEAN NOT NULL DEFAULT FALSE,
    data        TEXT NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX events_ticket ON events (ticket_id, seq) WHERE ticket_id <> 0;

-- One row a writing process, first touched in every batch: after a lost connection it tells whether the batch
-- was committed.
CREATE TABLE writers (
    name       TEXT NOT NULL PRIMARY KEY,
    batch      BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE cursors (
    name       TEXT NOT NULL PRIMARY KEY,
    pos        BIGINT NOT NULL DEFAULT 0,
    failures   BIGINT NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    updated_at BIGINT NOT NULL DEFAULT 0
);

-- Events that a consumer could not handle after all its tries, kept and shown.
CREATE TABLE parked (
    consumer TEXT NOT NULL,
    pos      BIGINT NOT NULL,
    tries    BIGINT NOT NULL,
    error    TEXT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (consumer, pos)
);

CREATE TABLE leases (
    name   TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    fence  BIGINT NOT NULL,
    until  BIGINT NOT NULL
);

CREATE TABLE settings (
    key        TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Random keys of this desk (signing); values encrypted, never in the API.
CREATE TABLE keys (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE organizations (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    domain     TEXT NOT NULL DEFAULT '',
    attrs      TEXT NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL
);

CREATE TABLE customers (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    name            TEXT NOT NULL DEFAULT '',
    email           TEXT NOT NULL DEFAULT '',
    phone           TEXT NOT NULL DEFAULT '',
    external_id     TEXT NOT NULL DEFAULT '',
    verified        BOOLEAN NOT NULL DEFAULT FALSE,
    organization_id BIGINT NOT NULL DEFAULT 0,
    attrs           TEXT NOT NULL DEFAULT '{}',
    blocked         BOOLEAN NOT NULL DEFAULT FALSE,
    merged_into     BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL
);
CREATE INDEX customers_email ON customers (email, id);

-- Proven identities only; what a visitor merely typed stays on the customer row, unverified.
CREATE TABLE identities (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id BIGINT NOT NULL,
    realm       BIGINT NOT NULL DEFAULT 0,
    kind        TEXT NOT NULL,
    value       TEXT NOT NULL,
    proof       TEXT NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX identities_value ON identities (realm, kind, value);
CREATE INDEX identities_customer ON identities (customer_id, id);

-- A visitor is a browser: the holder of a token. It keeps its id through identify and merge.
CREATE TABLE visitors (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id  BIGINT NOT NULL,
    inbox_id     BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);
CREATE INDEX visitors_customer ON visitors (customer_id, id);

-- A visitor's tokens, hashed. The first use of a child gives its parent ten more minutes; proved_until is when a
-- signed identity that was shown with this token ends. A token without proof sees the visitor's own tickets only.
CREATE TABLE visitor_tokens (
    token_hash    TEXT NOT NULL PRIMARY KEY,
    visitor_id    BIGINT NOT NULL,
    parent_hash   TEXT NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL,
    first_used_at BIGINT NOT NULL DEFAULT 0,
    expires_at    BIGINT NOT NULL,
    proved_until  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX visitor_tokens_visitor ON visitor_tokens (visitor_id, created_at);

CREATE TABLE schedules (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    time_zone  TEXT NOT NULL,
    intervals  TEXT NOT NULL DEFAULT '[]',
    holidays   TEXT NOT NULL DEFAULT '[]',
    created_at BIGINT NOT NULL
);

-- The hours as they were: figures of the past stay what they were when a schedule is edited.
CREATE TABLE schedule_versions (
    schedule_id BIGINT NOT NULL,
    from_at     BIGINT NOT NULL,
    time_zone   TEXT NOT NULL,
    intervals   TEXT NOT NULL,
    holidays    TEXT NOT NULL,
    PRIMARY KEY (schedule_id, from_at)
);

CREATE TABLE agents (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    email           TEXT NOT NULL,
    name            TEXT NOT NULL,
    role            TEXT NOT NULL,
    password_hash   TEXT NOT NULL DEFAULT '',
    capacity        BIGINT NOT NULL DEFAULT 4,
    all_teams       BOOLEAN NOT NULL DEFAULT TRUE,
    availability    TEXT NOT NULL DEFAULT 'offline',
    availability_at BIGINT NOT NULL DEFAULT 0,
    chosen          TEXT NOT NULL DEFAULT 'online',
    last_seen_at    BIGINT NOT NULL DEFAULT 0,
    disabled_at     BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL
);
CREATE UNIQUE INDEX agents_email ON agents (email);

CREATE TABLE teams (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    schedule_id BIGINT NOT NULL DEFAULT 0,
    is_default  BOOLEAN NOT NULL DEFAULT FALSE,
    auto_assign BOOLEAN NOT NULL DEFAULT TRUE,
    created_at  BIGINT NOT NULL
);

CREATE TABLE team_members (
    team_id  BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    PRIMARY KEY (team_id, agent_id)
);
CREATE INDEX team_members_agent ON team_members (agent_id, team_id);

CREATE TABLE inboxes (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    name             TEXT NOT NULL,
    kind             TEXT NOT NULL,
    public_key       TEXT NOT NULL,
    team_id          BIGINT NOT NULL DEFAULT 0,
    schedule_id      BIGINT NOT NULL DEFAULT 0,
    touchpoint       TEXT NOT NULL DEFAULT 'support',
    origins          TEXT NOT NULL DEFAULT '[]',
    reopen_days      BIGINT NOT NULL DEFAULT 7,
    require_identity BOOLEAN NOT NULL DEFAULT FALSE,
    csat             TEXT NOT NULL DEFAULT '{}',
    settings         TEXT NOT NULL DEFAULT '{}',
    disabled_at      BIGINT NOT NULL DEFAULT 0,
    created_at       BIGINT NOT NULL
);
CREATE UNIQUE INDEX inboxes_key ON inboxes (public_key);

-- At most two active for an inbox; the value is encrypted.
CREATE TABLE inbox_secrets (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    inbox_id   BIGINT NOT NULL,
    value      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX inbox_secrets_inbox ON inbox_secrets (inbox_id, id);

CREATE TABLE sessions (
    token_hash   TEXT NOT NULL PRIMARY KEY,
    agent_id     BIGINT NOT NULL,
    user_agent   TEXT NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_agent ON sessions (agent_id, created_at);

CREATE TABLE invitations (
    token_hash TEXT NOT NULL PRIMARY KEY,
    agent_id   BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX invitations_agent ON invitations (agent_id, created_at);

CREATE TABLE tokens (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id     BIGINT NOT NULL,
    name         TEXT NOT NULL,
    token_hash   TEXT NOT NULL,
    bot          BOOLEAN NOT NULL DEFAULT FALSE,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL DEFAULT 0,
    revoked_at   BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX tokens_hash ON tokens (token_hash);

CREATE TABLE idempotency (
    owner        TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status       BIGINT NOT NULL,
    answer       TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- A ticket row is a fold of its events (tickets/fold.go). last_seq, public_seq and last_at belong to the log.
-- Absent times and ids are 0, so that no index meets a NULL.
CREATE TABLE tickets (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    last_seq          BIGINT NOT NULL DEFAULT 0,
    public_seq        BIGINT NOT NULL DEFAULT 0,
    last_at           BIGINT NOT NULL DEFAULT 0,
    subject           TEXT NOT NULL DEFAULT '',
    status            TEXT NOT NULL,
    priority          TEXT NOT NULL DEFAULT 'normal',
    channel           TEXT NOT NULL,
    inbox_id          BIGINT NOT NULL,
    customer_id       BIGINT NOT NULL,
    visitor_id        BIGINT NOT NULL DEFAULT 0,
    organization_id   BIGINT NOT NULL DEFAULT 0,
    team_id           BIGINT NOT NULL DEFAULT 0,
    assignee_id       BIGINT NOT NULL DEFAULT 0,
    last_owner_id     BIGINT NOT NULL DEFAULT 0,
    topic_id          BIGINT NOT NULL DEFAULT 0,
    touchpoint        TEXT NOT NULL DEFAULT 'support',
    tags              TEXT NOT NULL DEFAULT '[]', -- ids
    fields            TEXT NOT NULL DEFAULT '{}',
    preview           TEXT NOT NULL DEFAULT '',
    preview_by        TEXT NOT NULL DEFAULT '',
    external_id       TEXT NOT NULL DEFAULT '',
    customer_messages BIGINT NOT NULL DEFAULT 0,
    agent_messages    BIGINT NOT NULL DEFAULT 0,
    unread            BIGINT NOT NULL DEFAULT 0,
    handoffs          BIGINT NOT NULL DEFAULT 0,
    reopens           BIGINT NOT NULL DEFAULT 0,
    agent_seen_seq    BIGINT NOT NULL DEFAULT 0,
    customer_seen_seq BIGINT NOT NULL DEFAULT 0,
    follow_up_of      BIGINT NOT NULL DEFAULT 0,
    followed_by       BIGINT NOT NULL DEFAULT 0,
    merged_into       BIGINT NOT NULL DEFAULT 0,
    spam              BOOLEAN NOT NULL DEFAULT FALSE,
    imported          BOOLEAN NOT NULL DEFAULT FALSE,
    queued_at         BIGINT NOT NULL DEFAULT 0,
    waiting_since     BIGINT NOT NULL DEFAULT 0,
    first_response_at BIGINT NOT NULL DEFAULT 0,
    resolved_at       BIGINT NOT NULL DEFAULT 0,
    ended_at          BIGINT NOT NULL DEFAULT 0,
    closes_at         BIGINT NOT NULL DEFAULT 0,
    snoozed_until     BIGINT NOT NULL DEFAULT 0,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL
);
CREATE INDEX tickets_assignee ON tickets (assignee_id, status, updated_at DESC, id DESC);
CREATE INDEX tickets_owner ON tickets (last_owner_id, status, updated_at DESC, id DESC);
CREATE INDEX tickets_visitor ON tickets (visitor_id, id DESC) WHERE visitor_id > 0;
CREATE INDEX tickets_status ON tickets (status, updated_at DESC, id DESC);
CREATE INDEX tickets_team ON tickets (team_id, status, updated_at DESC, id DESC);
CREATE INDEX tickets_updated ON tickets (updated_at DESC, id DESC);
CREATE INDEX tickets_customer ON tickets (customer_id, id DESC);
CREATE INDEX tickets_queue ON tickets (team_id, queued_at, id) WHERE queued_at > 0;
CREATE INDEX tickets_snoozed ON tickets (snoozed_until, id) WHERE snoozed_until > 0;
CREATE INDEX tickets_closing ON tickets (closes_at, id) WHERE closes_at > 0;
CREATE INDEX tickets_topic ON tickets (topic_id, created_at) WHERE topic_id > 0;
CREATE INDEX tickets_created ON tickets (created_at, id);
CREATE UNIQUE INDEX tickets_external ON tickets (inbox_id, external_id) WHERE external_id <> '';

-- Events name a tag by its id, so that a tag can be renamed and a person's name in one erased.
CREATE TABLE tags (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tags_name ON tags (name);

CREATE TABLE ticket_tags (
    ticket_id BIGINT NOT NULL,
    tag_id    BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, tag_id)
);
CREATE INDEX ticket_tags_tag ON ticket_tags (tag_id, ticket_id);

-- What people wrote. The event that says so carries no text, so erasing happens here alone.
-- sender is v<visitor>, a<agent> or t<token>: client ids are unique in it for ever.
CREATE TABLE messages (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id    BIGINT NOT NULL,
    seq          BIGINT NOT NULL,
    note         BOOLEAN NOT NULL DEFAULT FALSE,
    by_kind      TEXT NOT NULL,
    by_id        BIGINT NOT NULL DEFAULT 0,
    sender       TEXT NOT NULL DEFAULT '',
    client_id    TEXT NOT NULL DEFAULT '',
    content_hash TEXT NOT NULL DEFAULT '',
    body         TEXT NOT NULL,
    attachments  TEXT NOT NULL DEFAULT '[]',
    at           BIGINT NOT NULL
);
CREATE UNIQUE INDEX messages_seq ON messages (ticket_id, seq);
CREATE UNIQUE INDEX messages_client ON messages (sender, client_id) WHERE client_id <> '';

-- Stretches of ownership; they tile the life of a ticket. to_at 0 is the one that lasts.
CREATE TABLE segments (
    ticket_id  BIGINT NOT NULL,
    n          BIGINT NOT NULL,
    from_at    BIGINT NOT NULL,
    to_at      BIGINT NOT NULL DEFAULT 0,
    from_seq   BIGINT NOT NULL,
    agent_id   BIGINT NOT NULL DEFAULT 0,
    team_id    BIGINT NOT NULL DEFAULT 0,
    entered_by TEXT NOT NULL,
    left_by    TEXT NOT NULL DEFAULT '',
    reason     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (ticket_id, n)
);
CREATE INDEX segments_agent ON segments (agent_id, from_at) WHERE agent_id > 0;
CREATE INDEX segments_queue ON segments (team_id, to_at) WHERE agent_id = 0;

-- Whether a resolve led to a survey, and why (not): one row for every resolve, for ever.
CREATE TABLE survey_decisions (
    ticket_id     BIGINT NOT NULL,
    seq           BIGINT NOT NULL,
    customer_id   BIGINT NOT NULL,
    inbox_id      BIGINT NOT NULL,
    asked         BOOLEAN NOT NULL,
    reason        TEXT NOT NULL,
    invitation_id BIGINT NOT NULL DEFAULT 0,
    at            BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, seq)
);
CREATE INDEX survey_decisions_at ON survey_decisions (at, ticket_id);

-- One asking of one person. agent_id and team_id are whose work the resolve was. The link is public_id with a
-- signature; the key is not in this table.
CREATE TABLE survey_invitations (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id    TEXT NOT NULL,
    kind         TEXT NOT NULL,
    ticket_id    BIGINT NOT NULL,
    seq          BIGINT NOT NULL DEFAULT 0,
    customer_id  BIGINT NOT NULL,
    inbox_id     BIGINT NOT NULL,
    agent_id     BIGINT NOT NULL DEFAULT 0,
    team_id      BIGINT NOT NULL DEFAULT 0,
    asked_at     BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    withdrawn_at BIGINT NOT NULL DEFAULT 0,
    answered_at  BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX survey_invitations_public ON survey_invitations (public_id);
CREATE INDEX survey_invitations_ticket ON survey_invitations (ticket_id, id);
CREATE INDEX survey_invitations_customer ON survey_invitations (customer_id, asked_at);
CREATE INDEX survey_invitations_asked ON survey_invitations (asked_at);
CREATE INDEX survey_invitations_answered ON survey_invitations (answered_at) WHERE answered_at > 0;

-- What the person said. The comment is theirs to have erased; the score stays.
CREATE TABLE survey_responses (
    invitation_id BIGINT NOT NULL PRIMARY KEY,
    score         BIGINT NOT NULL,
    comment       TEXT NOT NULL DEFAULT '',
    changed_at    BIGINT NOT NULL
);

-- A person's rows: what was merged into a customer.
CREATE INDEX customers_merged ON customers (merged_into, id) WHERE merged_into > 0;

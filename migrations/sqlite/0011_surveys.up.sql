-- What may be asked, of whom, when and how. Empty conditions mean any; texts are by language. kind, high and trigger
-- never change, so that an answer always belongs to the scale it was given on. Scores up to low_score are low; -1: none.
CREATE TABLE surveys (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL,
    kind         TEXT NOT NULL,
    high         BIGINT NOT NULL,
    trigger      TEXT NOT NULL,
    inbox_id     BIGINT NOT NULL DEFAULT 0,
    brand        TEXT NOT NULL DEFAULT '',
    touchpoint   TEXT NOT NULL DEFAULT '',
    language     TEXT NOT NULL DEFAULT '',
    channel      TEXT NOT NULL DEFAULT '',
    position     BIGINT NOT NULL DEFAULT 0,
    share        BIGINT NOT NULL DEFAULT 100,
    mail_delay_s BIGINT NOT NULL DEFAULT 0,
    remind_days  BIGINT NOT NULL DEFAULT 0,
    low_score    BIGINT NOT NULL,
    every_days   BIGINT NOT NULL DEFAULT 0,
    segment      TEXT NOT NULL DEFAULT '{}',
    texts        TEXT NOT NULL DEFAULT '{}',
    link_key     TEXT NOT NULL DEFAULT '',
    starts_at    BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    disabled_at  BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX surveys_link ON surveys (link_key) WHERE link_key <> '';

-- survey_id 0 is the inbox's own satisfaction survey.
ALTER TABLE survey_decisions ADD COLUMN survey_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_decisions ADD COLUMN kind TEXT NOT NULL DEFAULT 'csat';

ALTER TABLE survey_invitations ADD COLUMN survey_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_invitations ADD COLUMN high BIGINT NOT NULL DEFAULT 5;
ALTER TABLE survey_invitations ADD COLUMN low_score BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_invitations ADD COLUMN round BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_invitations ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE survey_invitations ADD COLUMN touchpoint TEXT NOT NULL DEFAULT '';
ALTER TABLE survey_invitations ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE survey_invitations ADD COLUMN brand TEXT NOT NULL DEFAULT '';
ALTER TABLE survey_invitations ADD COLUMN address_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE survey_invitations ADD COLUMN shown_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_invitations ADD COLUMN mail_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_invitations ADD COLUMN mailed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_invitations ADD COLUMN reminded_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_invitations ADD COLUMN withdrawn_why TEXT NOT NULL DEFAULT '';
-- Two people who typed one address are one person to the budget. The hash is keyed and tells nobody the address.
CREATE INDEX survey_invitations_address ON survey_invitations (address_hash, asked_at) WHERE address_hash <> '';

-- reasons are keys of the survey's list; answers may hold what the person wrote, and go with the comment when erased.
ALTER TABLE survey_responses ADD COLUMN via TEXT NOT NULL DEFAULT '';
ALTER TABLE survey_responses ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]';
ALTER TABLE survey_responses ADD COLUMN answers TEXT NOT NULL DEFAULT '{}';

-- Why a person was asked, or not, in a round of a scheduled survey: one row for everybody of the segment, each round.
CREATE TABLE survey_round_decisions (
    survey_id     BIGINT NOT NULL,
    round         BIGINT NOT NULL,
    customer_id   BIGINT NOT NULL,
    asked         BOOLEAN NOT NULL,
    reason        TEXT NOT NULL,
    invitation_id BIGINT NOT NULL DEFAULT 0,
    at            BIGINT NOT NULL,
    PRIMARY KEY (survey_id, round, customer_id)
);
CREATE INDEX survey_round_decisions_customer ON survey_round_decisions (customer_id, at);

-- How far a round has come: everybody before (bucket, customer) was looked at. It moves with the decisions.
CREATE TABLE survey_rounds (
    survey_id   BIGINT NOT NULL PRIMARY KEY,
    round       BIGINT NOT NULL,
    began_at    BIGINT NOT NULL,
    bucket      BIGINT NOT NULL DEFAULT 0,
    customer_id BIGINT NOT NULL DEFAULT 0,
    updated_at  BIGINT NOT NULL
);
-- A round takes one bucket of customers after the other, so that a day's work is a day's share of them.
CREATE INDEX customers_bucket ON customers ((id % 997), id);

-- Who does not want to be asked: a person, and the address that the request came by. The address is a keyed hash, so
-- that erasing a person does not bring the questions back.
CREATE TABLE survey_optouts (
    customer_id  BIGINT NOT NULL,
    address_hash TEXT NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (customer_id, address_hash)
);
CREATE INDEX survey_optouts_address ON survey_optouts (address_hash);

-- What a low score asks of the team's leads. note is an agent's text about a person: erasing the person erases it.
CREATE TABLE follow_ups (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    invitation_id BIGINT NOT NULL,
    ticket_id     BIGINT NOT NULL DEFAULT 0,
    customer_id   BIGINT NOT NULL DEFAULT 0,
    inbox_id      BIGINT NOT NULL DEFAULT 0,
    team_id       BIGINT NOT NULL DEFAULT 0,
    assignee_id   BIGINT NOT NULL DEFAULT 0,
    kind          TEXT NOT NULL,
    score         BIGINT NOT NULL,
    high          BIGINT NOT NULL,
    status        TEXT NOT NULL DEFAULT 'open',
    outcome       TEXT NOT NULL DEFAULT '',
    note          TEXT NOT NULL DEFAULT '',
    opened_at     BIGINT NOT NULL,
    done_at       BIGINT NOT NULL DEFAULT 0,
    done_by       BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX follow_ups_invitation ON follow_ups (invitation_id);
CREATE INDEX follow_ups_status ON follow_ups (status, id);
CREATE INDEX follow_ups_assignee ON follow_ups (assignee_id, status, id);

-- One brand may speak through several inboxes.
ALTER TABLE inboxes ADD COLUMN brand TEXT NOT NULL DEFAULT '';

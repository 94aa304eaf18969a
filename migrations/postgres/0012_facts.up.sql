-- Facts of days, and of months that are over: counts and sums that add up, and durations as sketches that merge. They
-- can be dropped and made again from observations and surveys.
DROP TABLE daily_facts;

-- period is a day in the desk's zone (2026-11-16) or a month (2026-11). dim says which part of the desk a row is about:
-- '' all of it, inbox, channel, team, agent, tag, topic, touchpoint, and two crossed ones, place (inbox.team.channel.touchpoint)
-- and crew (the same and .agent). words counts what observations say beside their number (a score, a reason, an hour), as JSON.
CREATE TABLE period_facts (
    figure             TEXT NOT NULL,
    dim                TEXT NOT NULL,
    period             TEXT NOT NULL,
    part               TEXT NOT NULL,
    n                  BIGINT NOT NULL,
    hits               BIGINT NOT NULL DEFAULT 0,
    calendar_ms        BIGINT NOT NULL DEFAULT 0,
    business_ms        BIGINT NOT NULL DEFAULT 0,
    words              TEXT NOT NULL DEFAULT '',
    calendar           BYTEA NOT NULL,
    business           BYTEA NOT NULL,
    definition_version BIGINT NOT NULL,
    PRIMARY KEY (figure, dim, period, part)
);

-- Which periods are made. definition_version is 0 until the first time that one is; token rises whenever somebody begins to
-- make it. of_days is the sum of the tokens of a month's days when it was made: if that is another now, it is out of date.
CREATE TABLE fact_periods (
    period             TEXT NOT NULL PRIMARY KEY,
    token              BIGINT NOT NULL,
    of_days            BIGINT NOT NULL DEFAULT 0,
    made_at            BIGINT NOT NULL,
    definition_version BIGINT NOT NULL
);

-- What of a day must be made again: all of it, or what belongs to topics or tags. mark rises with every change.
ALTER TABLE stale_days ADD COLUMN mark BIGINT NOT NULL DEFAULT 0;
ALTER TABLE stale_days ADD COLUMN whole BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE stale_days ADD COLUMN topics BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE stale_days ADD COLUMN tags BOOLEAN NOT NULL DEFAULT FALSE;
DELETE FROM stale_days;

-- Tickets that came under another topic or tag, or to another customer, whose days are not marked yet.
CREATE TABLE moved_tickets (
    ticket_id BIGINT NOT NULL PRIMARY KEY,
    pos       BIGINT NOT NULL,
    topic     BOOLEAN NOT NULL DEFAULT FALSE,
    tag       BOOLEAN NOT NULL DEFAULT FALSE
);

-- Handed off tickets have numbers of their own from here on: they are folded again.
INSERT INTO stale_tickets (ticket_id, pos) SELECT ticket_id, 1 FROM ticket_facts WHERE handoffs > 0
    AND ticket_id NOT IN (SELECT ticket_id FROM stale_tickets);

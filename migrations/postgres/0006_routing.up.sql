-- How a team's queue is handed out.
ALTER TABLE teams ADD COLUMN strategy TEXT NOT NULL DEFAULT 'balanced';
ALTER TABLE teams ADD COLUMN sticky_days BIGINT NOT NULL DEFAULT 7;
ALTER TABLE teams ADD COLUMN relax_after_s BIGINT NOT NULL DEFAULT 60;
ALTER TABLE teams ADD COLUMN offer_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE teams ADD COLUMN max_new_per_minute BIGINT NOT NULL DEFAULT 0;
ALTER TABLE teams ADD COLUMN age_every_s BIGINT NOT NULL DEFAULT 900;
ALTER TABLE teams ADD COLUMN overflow TEXT NOT NULL DEFAULT '[]';
ALTER TABLE teams ADD COLUMN weights TEXT NOT NULL DEFAULT '{"chat":1,"letter":0.2}';
ALTER TABLE teams ADD COLUMN skill_rules TEXT NOT NULL DEFAULT '[]';

ALTER TABLE agents ADD COLUMN skills TEXT NOT NULL DEFAULT '[]';

-- An offer that stands, who has passed the ticket on since it entered the queue, and since when its customer has left
-- an address, so that the place in the queue is kept.
ALTER TABLE tickets ADD COLUMN offered_to BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN offered_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN passed TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tickets ADD COLUMN contact_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX tickets_offered ON tickets (offered_to, id) WHERE offered_to > 0;

-- Waits that customers were promised, one row for each wait.promised: what the promises learn from. mid_ms, spread and
-- skew are what the range was made of; they serve only what was measured.
CREATE TABLE promises (
    ticket_id BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    team_id   BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    position  BIGINT NOT NULL,
    low_ms    BIGINT NOT NULL,
    high_ms   BIGINT NOT NULL,
    mid_ms    BIGINT NOT NULL,
    spread    DOUBLE PRECISION NOT NULL,
    skew      DOUBLE PRECISION NOT NULL,
    measured  BOOLEAN NOT NULL,
    PRIMARY KEY (ticket_id, seq)
);
CREATE INDEX promises_team ON promises (team_id, at);
CREATE INDEX segments_held ON segments (team_id, to_at) WHERE agent_id > 0;

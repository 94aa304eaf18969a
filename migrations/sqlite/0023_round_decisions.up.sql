-- Decisions are listed by their time, whether they were about a ticket or somebody of a round.
CREATE INDEX survey_round_decisions_at ON survey_round_decisions (at, customer_id);

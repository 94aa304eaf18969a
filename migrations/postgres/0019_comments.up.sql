-- The newest comments of one agent, team or inbox are found without looking at the answers of all others.
DROP INDEX survey_invitations_answered;
CREATE INDEX survey_invitations_answered ON survey_invitations (answered_at, agent_id, team_id, inbox_id) WHERE answered_at > 0;

-- How an agent wants the console to look and behave. Nobody else reads it, so that it stands beside the agent and not in
-- the row that the whole desk's directory is made of.
CREATE TABLE agent_preferences (
    agent_id BIGINT NOT NULL PRIMARY KEY REFERENCES agents (id),
    body     TEXT   NOT NULL
);

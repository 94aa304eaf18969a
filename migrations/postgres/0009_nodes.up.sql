-- The processes that serve this desk, by a name that is new at each start. seen_at is the database's clock: one that
-- was not seen for the length of a lease is dead.
CREATE TABLE nodes (
    name       TEXT NOT NULL PRIMARY KEY,
    started_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);

-- Which agents have a console connected to which node.
CREATE TABLE node_agents (
    node     TEXT NOT NULL,
    agent_id BIGINT NOT NULL,
    PRIMARY KEY (node, agent_id)
);
CREATE INDEX node_agents_agent ON node_agents (agent_id);

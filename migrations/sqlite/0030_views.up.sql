-- Lists that people keep: a query under a name, for themselves, a team or everybody.
CREATE TABLE saved_views (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    query      TEXT NOT NULL,
    visibility TEXT NOT NULL,
    team_id    BIGINT NOT NULL DEFAULT 0,
    owner_id   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX saved_views_owner ON saved_views (owner_id, id);

-- In which order an agent wants them; what is not here comes after.
CREATE TABLE view_order (
    agent_id BIGINT NOT NULL,
    view_id  BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (agent_id, view_id)
);

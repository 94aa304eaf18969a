-- What still holds – a ticket that is open, a customer who waits, an agent's work – is a thousandth of what ever did. This index
-- holds only that, under the name of its figure.
CREATE INDEX observations_standing ON observations (
    (CASE WHEN until_at = 0 AND (figure = 'backlog' OR figure = 'waiting' OR figure = 'work') THEN figure ELSE NULL END), at)
    WHERE CASE WHEN until_at = 0 AND (figure = 'backlog' OR figure = 'waiting' OR figure = 'work') THEN figure ELSE NULL END IS NOT NULL;

-- How rare that is: columns alone say that most rows have no end, and that many are backlog, and a table is then read from
-- end to end for two thousand rows.
CREATE STATISTICS observations_standing ON (CASE WHEN until_at = 0 AND (figure = 'backlog' OR figure = 'waiting' OR figure = 'work') THEN figure ELSE NULL END)
    FROM observations;

ANALYZE observations;

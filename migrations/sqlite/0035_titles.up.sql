-- What a ticket without a subject is called: how its customer began. The rows of old tickets stay as they are, since writing
-- a million of them would hold up a desk for minutes: theirs is read from their messages with the page that shows it.
ALTER TABLE tickets ADD COLUMN title TEXT NOT NULL DEFAULT '';

-- An agent's client names an act on many tickets, so that a repeat is not a second one.
ALTER TABLE bulks ADD COLUMN client_id TEXT NOT NULL DEFAULT '';
ALTER TABLE bulks ADD COLUMN request_hash TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX bulks_client ON bulks (agent_id, client_id) WHERE client_id <> '';

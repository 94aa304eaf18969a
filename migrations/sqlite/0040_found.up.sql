-- Which tickets have a note is answered without their messages.
CREATE INDEX messages_notes ON messages (ticket_id) WHERE note AND redacted_at = 0;

-- The words of the index, to find those that begin with what a person typed. It is another look at search_texts and keeps
-- nothing itself.
CREATE VIRTUAL TABLE search_words USING fts5vocab(search_texts, 'instance');

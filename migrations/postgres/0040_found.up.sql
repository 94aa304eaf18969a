-- Which tickets have a note is answered without their messages.
CREATE INDEX messages_notes ON messages (ticket_id) WHERE note AND redacted_at = 0;

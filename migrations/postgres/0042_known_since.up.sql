-- Somebody is known since the first contact, not since the day on which a history of theirs was imported.
UPDATE customers SET created_at = (SELECT MIN(t.created_at) FROM tickets t WHERE t.customer_id = customers.id)
WHERE created_at > (SELECT MIN(t.created_at) FROM tickets t WHERE t.customer_id = customers.id);

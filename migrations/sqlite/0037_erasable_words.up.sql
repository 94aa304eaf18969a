-- What is erased has to leave the file at once. An index without its texts only notes that a document is gone and drops the
-- words with some later merge, whatever 'secure-delete' says; one that has them takes them out of its pages in the same
-- transaction. So the index keeps the folded words of each document, and is made again from the log.
DROP TABLE search_texts;
CREATE VIRTUAL TABLE search_texts USING fts5(subject, customer, body, tokenize="ascii tokenchars '|'");
INSERT INTO search_texts (search_texts, rank) VALUES ('secure-delete', 1);
DELETE FROM search_parts;
DELETE FROM cursors WHERE name = 'search';

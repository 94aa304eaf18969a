-- Words of what people wrote, and of subjects and names, to find tickets by. The index holds no text, only where words
-- stand: it is made from the log and can be dropped and made again. A document is a stretch of a ticket's conversation;
-- its number is the ticket's id times 1024 and which stretch it is. The words come folded: the tokenizer only parts them.
CREATE VIRTUAL TABLE search_texts USING fts5(subject, customer, body, content='', contentless_delete=1,
    tokenize="ascii tokenchars '|'");

-- Where the later stretches of long conversations begin. Most tickets have one stretch and no row.
CREATE TABLE search_parts (
    ticket_id BIGINT NOT NULL,
    part      BIGINT NOT NULL,
    from_seq  BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, part)
);

-- What few tickets are is found without reading all of them.
CREATE INDEX tickets_unread ON tickets (updated_at DESC, id DESC) WHERE unread > 0;
CREATE INDEX tickets_reopened ON tickets (updated_at DESC, id DESC) WHERE reopens > 0;
CREATE INDEX tickets_spam ON tickets (updated_at DESC, id DESC) WHERE spam;

-- What was indexed last waits in a list that every search reads from end to end: a short one, so that no search waits.
ALTER INDEX search_texts_words SET (gin_pending_list_limit = 128);

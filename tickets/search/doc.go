// Package search finds tickets by what a person types: `is:open tag:refund,late from:ana@ "late delivery" -is:spam`.
//
// # Why
//
// One language serves the search field, saved views and the lists that consoles keep live, so that all three mean the
// same. Parse knows the grammar alone and needs no desk; Searcher binds what was parsed to a desk, a caller and a
// moment ("me", a team's name, "3d") and gives conditions on tickets. Their text is made of this package's own words;
// whatever a person typed is bound as a value. What the caller may see is not decided here: the conditions only
// narrow the scope that tickets.Filter has anyway.
//
// What people wrote is found by an index that a consumer of the log keeps (consumer.go). Its documents are stretches of
// a conversation, not messages: words of one question are mostly in different messages, and the databases are fast at
// words of one document. Words are cut and folded here and not by the databases (words.go), so that both find the
// same. The index can be dropped and made again. What is edited or redacted is taken out of it in the same unit of work
// (tickets.ForgetWords), and in SQLite out of the bytes of the file: the index keeps the folded words of a document beside
// their places, because without them it only notes that they are gone and keeps them until some later merge.
//
// A word that stands in few tickets is a set that the list is joined with. One that stands in more is looked up while the
// list is walked from its newest ticket, because sorting a hundred thousand finds for a page of fifty is slower; and where
// it stands in every few tickets, each is tried. Where whole words find many, the beginning of one is not asked for. In
// SQLite a beginning is written out as the words of the index that begin so: they can be read from the newest on. All of
// it has an end in time (tickets/views_patience.go): a page may end early, and then says down to when it looked.
package search

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
// A word that stands in few tickets is answered from the index; one that stands in many is looked for while walking
// the list from its newest ticket (tickets.Filter.Walk), because sorting a hundred thousand finds for a page of
// fifty is slower. It is then looked for as a whole word; otherwise its beginning is enough.
package search

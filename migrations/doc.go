// Package migrations opens a Heard database and brings its tables up to date.
//
// # Why
//
// Two databases, one behaviour: SQLite (pure Go, the embedded default) and PostgreSQL 14 or newer. Everything that
// differs in opening them is here, so that the rest of the program sees a pool for reading, a pool for writing and
// the name of a dialect.
//
//   - The writing pool holds one connection. The log's writer goroutine (tickets/events) is its only user; a second
//     connection would only wait for the first.
//   - Readers of SQLite are query_only, so that a write that goes around the log fails at once.
//   - A PostgreSQL connection that writes gives up on a server that is silent for some seconds, on a lock after
//     1.5 s, and the server ends its transaction after 2 s of idleness: a stuck node never holds the log.
//   - A migration is a pair of SQL files with the same number, one for each dialect; a test compares the tables
//     they make. All pending ones run in one transaction. Expand first, contract a release later: an older program
//     may run beside a newer schema, so unknown numbers in the table of migrations are no error.
//   - Absent ids and times are 0, booleans are 0 or 1 and times are Unix milliseconds, all BIGINT in both.
package migrations

// Package events is the log: every fact about every ticket, in order, and the only door for writing to the database.
//
// # Why
//
// Rows and events are kept or lost together. Whoever changes something does it in a closure of Log.Write and records
// what happened with Tx.Record; after the commit followers and consumers, here and on other nodes, find it in the
// log, and nothing goes out before. Everything else in the program only reads.
//
//   - One writer a node. A durable commit costs a wait for the disk whatever its size, so the writer takes all that
//     waits into one transaction, commits, answers, and starts again at once; it never lingers for more. Each closure
//     has its own savepoint, the requests of a Bulk one together, so a failure undoes its own unit only.
//   - No caller's context touches a transaction: ended in the middle of a statement it would take the neighbours
//     along. It ends the caller's waiting. A closure that has not begun is then dropped; one that runs ends first, so
//     that it and its caller never use a variable at once; one that waits for the commit stays.
//   - Nobody waits longer than two seconds for the answer that the database is away.
//   - A unit names its Locks, and a batch takes the union in one order: customers, visitors, agents, tickets, each
//     ascending, the head of the log last. Two nodes then never wait for each other. What shows only inside a closure
//     is asked for with NeedLocks. A batch that is lost all the same runs again closure by closure, therefore
//     closures are repeatable.
//   - The head of the log is one row, moved in the same statement that inserts the events. Whoever has it commits
//     next, so places are without gap and become visible in their order: a cursor never passes an event that commits
//     later. Heads of tickets are read with the lock in every batch, not remembered: another process may write.
//   - When the connection breaks in a commit, nothing runs again before its outcome is known. Every batch notes its
//     number in the row that its process has in writers, so a new connection can read there whether the batch is in.
//     That holds for batches without events too, and after a failover. If nobody can tell in time, the callers hear
//     "unavailable" and nothing runs again: client ids make their next try harmless.
//   - Long work goes behind: the background lane runs when nobody waits in front, in batches of about 20 ms, and gets
//     a turn ten times a second when somebody always does.
//   - Followers read from memory what this process wrote lately and from the database all else. Being woken is a
//     hint only (in process, LISTEN and NOTIFY, SQLite's data_version, a poll every five seconds); order and
//     completeness come from the places. A slow follower holds up nobody.
//   - What other nodes wrote may be offered, and then followers have it from memory too. With several writers batches
//     arrive a moment before those that precede them, our own included: such a batch waits some milliseconds rather
//     than sending every follower to the database, and the database is asked when the gap stays. Only what follows
//     on moves the head; how far the log goes behind a gap is for the database to say.
//   - A consumer's cursor moves in the transaction of its effect. The row is taken with SKIP LOCKED: a node that does
//     not get it has nothing to do, as another one is at it. Where the cursor passes unwanted events, it is stored
//     with the next wanted one.
package events

// Package jobs is the durable queue of what leaves the house: mail, webhooks, reports that are sent.
//
// # Why
//
// Work is enqueued in the transaction of what causes it, so both are kept or lost together, and nothing goes out
// before the commit. It is done at least once: after the effect comes the mark, and whoever dies in between leaves a
// claim that runs out, so another does it again. The job's id is the same each time, for the receiver to know it by.
//
//   - A claim is a row with an end and a fence. The end goes by the database's clock, since nodes may disagree; a
//     handler's time is over well before it, so no two nodes do one job at once, and nothing has to be renewed. A mark
//     with an old fence does nothing.
//   - A runner sleeps until the log moves, a worker is free, or the next job is due. The database is also asked every
//     few seconds, as with everything that is woken by the log. A busy log wakes it ten times a second at most.
//   - Every kind has so many workers, and a node does one job of a lane at a time, so that neither a kind nor one slow
//     receiver keeps the others waiting.
//   - A failure is tried again after a pause that grows to an hour, with jitter, so that what failed together does not
//     come back together. After a bound the job is parked and shown, and an administrator may send it again.
//   - A payload names rows. What is sent is made from them when it goes out, so an erased person is not written to.
package jobs

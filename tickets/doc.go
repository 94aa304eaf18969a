// Package tickets is the desk: tickets and what people write in them, customers, agents, teams, inboxes, and who may
// do what.
//
// # Why
//
// Every change to a ticket is one unit of work: lock, decide, record, fold, write back. Decisions (lifecycle.go) are
// pure functions from a ticket and an act to the changes to record. The fold (fold.go, ownership.go) is the only way
// from changes to state, so that a test can replay the log and compare it with the rows, and an import takes the same
// path as live work. What the fold does not hold is what people may have erased (subject, fields, preview, title), read
// marks, and what others find out (the topic).
//
// Messages are written in batches (post.go): a batch costs one look-up of repeats, one load, one insert and one
// update, however many senders it holds. A refusal is an answer to its own sender and harms no neighbour; it is
// decided before anything is recorded for that sender.
//
// What falls due (a snooze, the end of a reopen window, an abandoned chat) is settled before anything else happens
// to the ticket and dated when it fell due. The sweep only finds what nobody touches. So no figure depends on when a
// job ran.
//
// Ownership is told once: every move is exactly one event, and segments tile the life of a ticket. A ticket that is
// resolved or closed belongs to nobody; a queue that a ticket leaves without an owner ends with the change of status.
//
// What may not be seen is answered as not found. A browser that has proved no identity is shown what it began
// itself: its customer row may have been proved by another browser.
package tickets

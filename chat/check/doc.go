// Package check attacks the promises of delivery: clients write numbered messages while faults happen, and afterwards
// every node is read back and held against what the clients were told.
//
// # Why
//
//   - It is written from the protocol alone and imports nothing of the server: a promise that only our own code
//     understands is none. A client here does what the protocol asks of any client: it keeps an outbox, sends again
//     with the same client id what has no answer, drops a seq that it has, and reads the gap when prev is not its
//     newest.
//   - A client writes down when it asked and when it was answered, by one monotonic clock. An answer that never came
//     is neither success nor failure: "unknown" may be stored once or not at all.
//   - Judging is apart from collecting (History.Verify), so that histories with a lost, doubled, reordered or
//     different event prove that every broken promise is seen.
//   - Clients misbehave on purpose: they send again what was acked, use an id for another text, write into foreign
//     conversations, leave in the middle, come back at another node and resume at any place.
//
// What must hold, by letter:
//
//	a  every message that was acked is stored exactly once, where and as the ack said
//	b  every message without an answer is stored at most once, and no refused one at all
//	c  sequences have no gaps and are the same on all nodes, prev names the viewer's event before
//	d  a message that was acked before another one was sent comes before it
//	e  what each viewer was shown, over all its connections, is what is stored: in order, complete, nothing else
//	f  one agent at a time: ownership has one owner at each moment, and routing never takes an owned ticket
//	i  counters equal a recount
package check

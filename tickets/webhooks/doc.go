// Package webhooks tells other programs what happened at the desk.
//
// # Why
//
// A consumer of the log writes one delivery and one job for every webhook that wants an event; the job posts it. A
// delivery arrives at least once, is signed, and has an id that stays the same at every try, so a receiver may throw
// repeats away. Order is not promised: pos is the event's place in the log, and receivers sort by it.
//
//   - data is the event as the log keeps it, the same at every try. about says what the rows were called when it went
//     out; nothing that a person wrote is kept in a job or in the log of deliveries.
//   - A webhook is told of what comes after it was made. Imported history and events that are three days old tell
//     nobody anything.
//   - An address is checked when a connection is made, after names were resolved, so that no name can point inside
//     later (DNS rebinding). Inside is everything that is not on the public internet, unless the operator allows a
//     network. Redirects are not followed, proxies of the environment not used, and time and bytes are bounded.
//   - What a target answers is not kept: it could be read back from inside a network. Its status, size and time are.
//   - One delivery of a webhook goes out at a time, and a target that fails again and again is left alone for a while, so
//     a slow one holds up none of the others. After 72 hours a delivery is parked, and may be sent again by hand.
package webhooks

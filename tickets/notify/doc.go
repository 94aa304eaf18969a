// Package notify tells agents what concerns them: in the bell, on the desktop, by sound, and by push while no console
// is open.
//
// # Why
//
// A consumer of the log decides who is to hear of an event. It writes rows that name the event and copy no words, so
// what is erased from a ticket is gone from every bell too; titles and texts are looked up when somebody reads.
//
//   - Nobody hears of what they did themselves, nor of a ticket that they may not see. Both are asked again when the row
//     is read, since teams change.
//   - Unread rows of one kind about one ticket are one row that counts, so that a customer who writes ten lines is one
//     notification. An agent has at most 500 rows, for at most 60 days.
//   - Every change of a row takes the next number of one counter, whose row stays locked until the commit. Numbers thus
//     become visible in their order, and each node tells its own consoles everything by reading on from the last number
//     that it knows: nothing has to be carried between nodes, and nothing is lost with a connection.
//   - Desktop and sound are decided by the console, which knows what is on screen. Push is decided here, when a job sends
//     it: not while a console is open anywhere, not in quiet hours, not for what was read meanwhile.
//   - A push holds no words of a customer unless the agent asked for them. It is encrypted for the browser all the same
//     (RFC 8291), because it goes through a service of somebody else, and signed with a key of the desk (RFC 8292).
package notify

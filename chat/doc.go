// Package chat is the live half of the desk: who is connected, who gets which ticket, what every socket is told.
//
// A Hub follows the log and gives each committed event to the sessions that may see it. A Session speaks the
// protocol of one connection (WidgetSession, ConsoleSession) and knows no socket: the web package hands it text
// frames and a Conn to answer on. The Router gives waiting tickets to agents. Presence turns connections into
// availability.
//
// # Why
//
//   - The log is the truth and the hub only carries: a session remembers, per conversation, the newest public seq it
//     has sent. An event whose prev is newer than that shows a gap, and the gap is read from the log. So a frame can
//     be lost, doubled or late between nodes, and no viewer sees it.
//   - The relay tells other nodes over the bus what this one commits, texts included, and offers the log what they
//     tell, so that their viewers are served from memory. The log decides where it belongs; what the bus loses, doubles
//     or turns round only sends the log to the database.
//   - One encoding serves all receivers of a frame, header included: a server's frames carry no mask. A Subscriber is a
//     queue of whole frames and has no goroutine. Whoever adds to one where nobody writes hands it to the shard of the
//     connection, of which there is one a core; the shard writes for one connection after the other without ever
//     waiting, and what came for a connection meanwhile leaves in the same write. System calls are what fan-out costs.
//   - What leaves a connection leaves in one order. At any time one caller at most is "busy" with a Subscriber: it
//     alone takes from the queue and calls Conn, so that events, answers, pongs and the good-bye cannot come between
//     each other's bytes. An answer to the one who asked is written by its asker at once if nobody is busy (Reply), else
//     it queues behind. When a connection takes only a part, a goroutine is made that waits with the rest and is busy
//     until the queue is empty. The queue is bounded; past it the rest is dropped, the frame on its way is finished, and
//     a reader that wakes is told 4008 and resumes later. One that takes nothing for ten seconds is cut.
//   - A session handles one frame at a time, so a client's messages are stored in the order in which it sent them,
//     and a client that floods waits for itself alone.
//   - Routing runs when the log says that something changed (a ticket entered a queue, an agent came or got free) or
//     at the moment at which time alone changes an answer (skills relax, a team helps out, an offer ends), never on a
//     tick. Grace periods are timers. What is decided is package routing's; here the desk is read and the decision
//     written.
//   - One node routes, under a lease that a leaving node gives back at once, and every write of the router proves that
//     it still holds it. Even so, an assignment is decided again under its agent's lock: two routers that overlap
//     give nobody more than it has room for.
//   - An offer is part of the ticket, not of a node: consoles learn of it from its event, on whatever node they are,
//     and its end is dated by the ticket's own clock, so that accepting and expiry cannot both win.
//   - A promise of a wait is an event first and a frame second: what a customer was told is what is kept, measured
//     against the real wait and learnt from. Between promises only the place moves, with what is left of the range.
//   - The summaries of a list (`changed`) are gathered for a quarter of a second and read in one query for all
//     consoles: latest wins, at most four a second for a ticket.
//   - Where agents are stands in the database (nodes, node_agents), not on the bus: availability decides who gets work,
//     so it must be right when the bus is not. Nodes go by the database's clock, which they share. A node shows itself
//     every five seconds with one update of its own row, in the same short unit that looks for dead ones; who is
//     connected where is written when it changes. A dead node loses its row and its agents in one unit, and a row that
//     is gone is how a node that slept learns that it was given up, and says again who is there.
//   - A node that leaves keeps its rows until they expire: its agents are back on another one by then, and nobody sees
//     them flicker. One that has just started gives nobody up for a grace, since its own restart is why they are gone.
//   - Who types, looks and composes is told over the bus and kept nowhere: each node tells its own viewers and adds up
//     what the others told, said again every 25 seconds and forgotten after 60, or when the agent is gone from all
//     nodes. Whoever begins to look asks, and so does whoever the bus comes back to.
//   - A note of another node is believed as little as a client's frame: bounded, decoded strictly, and what is shown of
//     it is typing or a read mark, put together anew. That something ended is a hint too: the database is asked before a
//     connection closes, so that an old note does not throw out who has signed in again; and once a minute for all, so
//     that a lost one keeps nobody in. Sign-ins are named by hash.
//   - What an agent may see is asked of the policy when it watches and again whenever a watched ticket changes hands
//     or the desk changes, not only once.
package chat

// Package bus carries small payloads between the nodes of one cluster.
//
// # Why
//
// The log is the truth and every node reads it by itself; the bus makes that quick, and carries what is gone a second
// later anyway (who is typing, who looks). So it is a hint: what it carries may be lost, doubled, late or out of
// order, and whoever receives must stay right without it. What it does promise is that nobody else speaks on it, and
// that it holds up nobody.
//
//   - Publish only puts into a queue. A goroutine of its own takes what waits, packs the payloads of a topic into as
//     few frames as fit, and sends; while it sends, more gather, so that load makes frames fuller and not more. The
//     queue is bounded: the oldest go first, as the newest say more, and what waited for seconds is not sent at all,
//     so a bus that comes back is not flooded with old news.
//   - A frame carries the name of its node, a counter, the time and an HMAC under a key that all nodes read from their
//     database. Other people's frames (the server may be shared), our own (PostgreSQL echoes them), doubled, older or
//     hour-old ones are dropped and counted, before anything in them is believed. Neither a jump of a clock nor a
//     suspended machine makes a living node's frames too old. What is carried is signed, not hidden: beyond a network
//     that is trusted, NATS takes tls://.
//   - What came is queued once more, for each topic, so that a receiver that is slow loses its own news and not those
//     of another topic.
//   - Over PostgreSQL one connection notifies, never the transaction of a write: NOTIFY takes a lock of the whole
//     server until its commit, fsync included, which makes commits serial. Its own commits need not be durable. Under
//     load there is a little pause between two statements.
//   - NATS is used as it is at its core, at most once. Its client must not keep what was said while it was away, for
//     the same reason as above, and asks for its server for ever.
//   - A counter instead of a log entry for each loss: a bus in trouble must not fill a disk. OnReturn tells those who
//     can do something about it.
package bus

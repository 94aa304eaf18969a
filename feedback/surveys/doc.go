// Package surveys asks customers how satisfied they are (CSAT), whether they recommend us (NPS) and how easy it was
// (CES), and keeps what they say.
//
// # Why
//
//   - A survey is a row: its kind, scale and trigger never change, so that an answer always belongs to the scale it was
//     given on; its words and conditions may. Of those for resolved tickets the most specific one is asked (each
//     condition that is given counts one), then the first in order; the inbox's own policy is what happens where nobody
//     set anything up. One resolve asks one thing, whatever the kind.
//   - One logged decision for every resolve and for everybody of a segment in every round, asked or not, with its
//     reason: a response rate means nothing to somebody who cannot see who was never asked. The decisions of rounds have
//     a table of their own, since no ticket's log could hold them; imported history gets its row, and no event.
//   - One budget per person, over all kinds. A person is a customer with everything merged into it, whatever was asked
//     about the person's tickets, and whoever uses the same address; invitations keep the row that was asked, because
//     their links are signed over it, and the person is found when it is looked for. A survey that was taken back
//     before a letter went out was not used, so it does not count; one whose letter had gone out does.
//   - All askings hold one lock, the row of the consumer's cursor: two of them, on whatever node, cannot both see that
//     somebody was never asked. The decision looks at the ticket as it is now: a resolve that was taken back before it
//     was looked at asks nobody.
//   - A round takes one bucket of customers after the other, by their ids, a share of them each weekday. How far it has
//     come is written with the decisions, so that it goes on after a crash, and a day's work is a day's share.
//   - A question is in the widget at once; a letter goes when no widget has shown it. Whatever speaks against asking is
//     looked at again when the letter goes out, and again before the one reminder.
//   - A reopened ticket takes its unanswered survey back, as do spam, a block, a merge of two who were both asked, and
//     the person's own wish. An answer that was given stays: it was about that resolve, and is credited to whoever owned
//     the ticket then. The log keeps every score that was given, the row the newest one; what stood before, and until when,
//     has a row of its own, so that a week that is over can be told with the scores of its end.
//   - The link is a random id and a signature over it, the ticket, the customer and the end: ids cannot be guessed,
//     and rows that leak give nobody a link. Looking at a survey records nothing, since scanners look at every link.
//     The signed bytes never change: links stand in mailboxes. Public links name each showing of their form, so that a
//     form sent twice is one answer; nobody was asked there, so they are in no response rate.
//   - Addresses of those who do not want to be asked are kept as keyed hashes: erasing a person must not bring the
//     questions back.
package surveys

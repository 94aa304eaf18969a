// Package surveys asks customers how satisfied they were, once a ticket is resolved, and keeps what they say.
//
// # Why
//
//   - One logged decision for every resolve, asked or not, with its reason: a response rate means nothing to somebody
//     who cannot see who was never asked.
//   - One budget per person, whatever the ticket, inbox or merged customer row. A withdrawn survey was not used, so it
//     does not count; asking again after the real end is what the figure needs.
//   - The decision is a consumer of the log, single by its cursor, so that two tickets of one person that are resolved
//     at once cannot both be asked about. It looks at the ticket as it is now: a resolve that was taken back before
//     it was looked at asks nobody.
//   - A reopened ticket takes its unanswered survey back. An answer that was given stays: it was about that resolve,
//     and is credited to whoever owned the ticket then.
//   - The link is a random id and a signature over it, the ticket, the customer and the end: ids cannot be guessed,
//     and rows that leak give nobody a link. Looking at a survey records nothing, since scanners look at every link.
package surveys

// Package mail sends letters to a mail server.
//
// # Why
//
// A letter goes out as a job (tickets/jobs): it is rendered from rows when it goes, and tried again until the server
// took it. What the server refuses for good (5xx to the letter, or to whom it is for) is parked; that it does not let us
// in is our own trouble and is tried again, as is everything temporary.
//
//   - The server may have taken a letter whose answer got lost, so a letter's Message-ID comes from its job: the same
//     at every try, and receivers throw the second away.
//   - Whatever is said after the server took a letter (a broken QUIT) is no failure.
//   - Encryption is not a question: STARTTLS or TLS from the start, checked against the roots, unless the server is
//     on this machine and the operator says tls=off.
//   - No header holds a control character, whoever wrote its value: a line break there would begin another header.
//   - Letters are from a machine and say so (Auto-Submitted), so that nobody's holiday notice answers them.
package mail

// Package weekly is what stands around the weekly report: the actions that people agree on over it, who gets it by
// mail, and the links that open it without signing in.
//
// # Why
//
//   - An action is carried until it is done. Its states are kept one below the other, so that the report of a finished
//     week shows each as it stood then, however often it is told again; the text stands in one row, for erasing.
//   - A report's mail is a row of the queue for every subscriber and week: the key makes it one, whatever restarts. It
//     is rendered when it goes out, from the stored report; a revision is not mailed again. Whoever was due while nothing
//     ran gets it late, until the next one is due: late news of one's week is better than none. What the mail server
//     refuses is parked with the queue's other jobs, where administrators see it and send it again.
//   - The text has at most 500 words, whatever people wrote: bounds on characters bound words too, and each round of
//     them is tighter. What is left out is counted.
//   - A link without signing in is a random id and a signature over it, the week and the end. The row says what its
//     creator allowed and whether it was taken back; rows that leak give nobody a link.
//   - Whoever stands outside sees neither tickets nor quotes unless a manager said so, in mail as on the page. Agents
//     see what their role lets them see when the mail goes out, not when they subscribed.
package weekly

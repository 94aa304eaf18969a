// Package rollups turns the log into figures: facts per ticket, facts per day, and the weekly report.
//
//   - Consumer and Refresh (refresh.go, observe.go) fold every ticket that changed into ticket_facts and
//     observations: one row for every dated number, with the moment that decides its period.
//   - Days (daily.go, handling.go) makes the rows of a day again when anything of it changed.
//   - Report (report.go, build.go) tells one week; Freeze (freeze.go) keeps finished weeks byte for byte.
//   - Series and TicketIDs (series.go) are the same numbers for the API and the tickets behind each.
//
// # Why
//
//   - The definitions are those of tickets.Facts; here is only what period a number belongs to and how it is
//     summed up. A figure has one computation, whoever asks: report, API, export, ticket list.
//   - Facts are folded from all of a ticket's own events every time, outside of any transaction (the log only
//     grows), then written in one short unit. Nothing is ever added to a number, so nothing can be added twice:
//     making a row again gives the same row.
//   - A finished week is told as it stood when it ended. Whether a ticket was reopened, or solved at first contact,
//     may change later; that belongs to later knowledge and must not rewrite what people have read. So observations
//     keep from when until when they held. Only facts that became known late (an import, a clock that was away)
//     change a finished week, and they add a revision that says so.
//   - Weeks are frozen an hour and a half after they ended: by then the chats of their last minutes have matured.
//   - Which day a change belongs to is found by comparing old rows with new ones. No event has to say that it is late.
//   - Medians and 90th percentiles are computed from the observations themselves, exactly, in this version; the rows
//     of daily_facts hold counts and sums only. Mergeable sketches come when desks outgrow that.
//   - A median of business time uses the hours in force when each stretch began.
//   - A change is called one only when it holds for all figures together (Benjamini and Hochberg, 5 %): with a dozen
//     figures, one would move every other week by chance. Arrows, colours, headline and findings all follow that one
//     decision. What only its own 95 % interval shows is called Perhaps: it is shown, in no colour.
//   - An issue is a finding when the nightly search flagged it (new, rising, burst, regressed), and its tickets of the
//     week are clearly above their usual number: the exact interval of the ratio to the four weeks before, widened for
//     clumps, excludes one, and does so for all flagged issues together. Issues are a family of their own: how many of
//     them there are must not hide a figure, nor the other way round. A flag alone is not enough, it may be of long ago.
//   - Findings are ordered by the smallest relative change that is sure. The strongest figure and the strongest issue
//     always have a place. The headline is the strongest figure, which is about the whole desk; else the issue.
//   - Stored bytes have sorted keys and numbers cut to six decimals: the same data is the same report everywhere.
package rollups

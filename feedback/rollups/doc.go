// Package rollups turns the log into figures: facts per ticket, facts per day, and the weekly report.
//
//   - Consumer and Refresh (refresh.go, observe.go) fold every ticket that changed into ticket_facts and
//     observations: one row for every dated number, with the moment that decides its period.
//   - Days (daily.go, day.go, months.go) makes the facts of a day again when anything of it changed, and adds up months.
//   - A reader (reader.go, plan.go, stored.go, packed.go) answers a question from months, days, and what is not made yet.
//   - Dashboard (dashboard*.go) makes pages of tiles and panels; Behind gives the tickets that a number counts.
//   - Recompute and Verify make everything again from the log, or prove that it is what is stored.
//   - Report (report.go, build.go) tells one week; Freeze (freeze.go) keeps finished weeks byte for byte.
//   - Series (series.go) and Behind (behind.go) are the same numbers for the API and the tickets behind each.
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
//   - Weeks are frozen when the chats of their last minutes have matured, an hour and a half after they ended, and the
//     nightly search has covered their last day. Six hours after the end they are told without it, and say so.
//   - A revision says what became of the week's tickets, and which figures and sections are others. One that would read
//     the same is none: another wording of a definition does not rewrite the past.
//   - Which day a change belongs to is found by comparing old rows with new ones. No event has to say that it is late.
//   - Facts of days add up: counts, sums, words (a score, a reason, an hour, a bucket) and durations as sketches that merge
//     (DDSketch, 1 %), so that a range of any length is a merge. A row says one dimension, since a page asks for the desk
//     or for one thing about it nearly always, and a sketch cannot be filtered after it was made; filters that go together
//     have rows of their own, crossed by inbox, team, channel and touchpoint, and by agent too.
//   - What the tickets of a place (inbox, team, channel, touchpoint) or of a crew (a place and an agent) are about, by topic and
//     by tag, is packed: one row for a figure and a period, for the five figures that pages tell by topic or tag (packed.go).
//     Rows of their own would be as many as the tickets; a join of a year's observations with their tickets took 12 to 23 s
//     for a page of topics of one channel at a million tickets, and takes 0.08 s so, for 76 MB more in 6.3 GB. Other figures by
//     topic or tag together with another filter, and topics together with tags, are read from observations.
//   - Months that are over add up their days, because a table by agents over a year would merge 36,000 rows, and merges
//     5,000 with them. A month counts only as long as the sum of its days' tokens is what it was made from.
//   - Durations of up to 5,000 observations on the whole desk are read one by one and are exact; more come from sketches,
//     and the answer says so. The desk's number decides for every part of it, so that a row of a table and the same part
//     asked for alone agree. Both sides of a comparison are rounded alike, and intervals are wider by what is rounded.
//   - A day that changed is computed as it is asked for, until it is made again; the numbers are the same. Tickets that come
//     under another topic or tag make only those rows of their days stale. Old days cost nothing until something changes.
//   - The backlog of a day is what ever came in without what ever left: no day has to be counted again for another's sake.
//   - A period is written one figure at a time, so that no write is long; a token tells two makers from each other.
//   - Other shares of channels or teams can move a figure, or hide that it moved, while nothing else happened (Simpson). The
//     change is then split (Kitagawa), and the page says so.
//   - Weekly reports tell what was known when the week ended, pages what is known now. A reopened ticket changes the second.
//     Both are one computation (ended.go): whoever asks for as_of=end gets the report's number, definitions say which of
//     the two they are about, and where they differ, one stands beside the other. Only figures that later events can
//     change are read one by one for that; the others are the same either way.
//   - Pages and reports compare with days that the desk lived through. Where the days before begin before the first ticket,
//     there is nothing to compare with: anything would be a rise over days that hold nothing.
//   - What customers answered belongs to their surveys, not to tickets' logs. Scores that were changed, and surveys that
//     were taken back, are put back to what they were (restated) where a past moment is told.
//   - An answer that no ticket led to has its survey's touchpoint. It has no tag and no topic.
//   - A median of business time uses the hours in force when each stretch began.
//   - A change is called one only when it holds for all figures together (Benjamini and Hochberg, 5 %): with a dozen
//     figures, one would move every other week by chance. Arrows, colours, headline and findings all follow that one
//     decision. What only its own 95 % interval shows is called Perhaps: it is shown, in no colour.
//   - An issue is a finding when the nightly search flagged it (new, rising, burst, regressed), and its tickets of the
//     week are clearly above their usual number: the exact interval of the ratio to the four weeks before, widened for
//     clumps, excludes one, and does so for all flagged issues together. Issues are a family of their own: how many of
//     them there are must not hide a figure, nor the other way round. A flag alone is not enough, it may be of long ago.
//   - Findings are ordered by the smallest relative change that is sure, figures and issues on one scale: the nearer end of
//     the interval, as a logarithm, so that twice and half are alike. The strongest figure and the strongest issue always
//     have a place. The headline is the first finding, whichever it is: what to look into first is said first.
//   - Stored bytes have sorted keys and numbers cut to six decimals: the same data is the same report everywhere.
package rollups

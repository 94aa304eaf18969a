// Package issues finds what customers keep writing about, says what changed, what it costs and whether a
// fix worked. Half of it is pure: text and counts in, topics and flags out, no database and no clock.
//
//   - Model (model.go, night.go) groups conversations into topics: Arrive suggests one at once, Night fits
//     them all, Confirm and Merge take what people say, MarshalBinary keeps the whole between runs.
//   - Topics, Evidence, BestSentence and Cards (names.go, cards.go) make topics readable; namer.go, phrase.go and idle.go
//     find the phrases that they are called by.
//   - Detector (detect.go) flags topics as new, rising, burst, regressed or recurring from a Table of daily
//     counts; History keeps one open episode per topic; EstimateKappa adapts it to a desk.
//   - Measure (impact.go) puts a topic's cost into hours with every term shown; VerifyFix (fix.go) judges
//     a fix as fixed, no effect or too early, with a date.
//
// The other half keeps it in the database:
//
//   - Store.Consumer (consumer.go) suggests a topic as a ticket's first messages come.
//   - Store.Night (nightly.go, lifecycle.go, verify.go) learns from the log, moves tickets to topics, tests every
//     topic and fix, and keeps one episode per issue; figures.go measures what issues cost, quotes.go chooses who
//     says so.
//   - Tagging (tag_suggestions.go, tag_training.go, tag_quality.go) suggests tags for tickets by package tagger, learns
//     from those that agents gave, and measures what agents make of the suggestions.
//   - Store.Bursts (bursts.go) looks at the last hours between two nights.
//   - Relive, ChangeAt (nightly.go, past.go) let nights and people act in the time of a history.
//   - Change, Merge, Split, Keep (people.go, split.go, purity.go) are what people decide; List, Issue, Top (list.go, top.go) what
//     they read.
//
// # Why
//
//   - Topics are a Dirichlet multinomial mixture over stems (Yin and Wang 2014), not vectors of an encoder:
//     it needs no model file and no number of topics, its state is plain counts, so a conversation can be
//     added, removed, moved and explained exactly, and it beats TF-IDF with k-means and the true k.
//   - A text is read in its language: the script tells it, else the function words, else the messages around it, else
//     what most conversations of the desk are in (language.go). Scripts without spaces between words give pairs of
//     letters; function words weigh little in every language; negations are among them and stay.
//   - Weights are fixed-point integers. A model that was restored, or from which a person was erased, is
//     the model it would have been; with floats the counts would drift.
//   - The model holds no text: stems with their spellings and counts. A word leaves with the last
//     conversation that holds it, so erasing a conversation erases its words.
//   - Topics stay finer than people would cut them, and only cards join them (Cards): a burst shows in a small
//     topic long before it shows in a big one, and slow growth in the whole card, so both are tested (Round).
//     Joining for good is a person's decision.
//   - A new matter beside a topic many times its size is taken into it and lost there; its words are not, so the
//     conversations of a topic with one word are tested as well (Inside), at a p that makes up for their number.
//   - Cards ask with a prior that grows with the topics. With a fixed one more conversations would always mean more
//     topics: every turn of phrase becomes telling in the end.
//   - Between two nights only shares of the last hours are compared (Bursts): no profile of hours to learn, and a busy
//     hour is busy in all topics. Matters without a topic wait for the night.
//   - A night may move conversations, but what people confirmed is never moved by the machine, and a topic
//     keeps its key as long as anything of it is left; what went up in another leaves a redirect.
//   - Counts are compared as shares of a busy or quiet day (exposure), against a baseline with its own
//     uncertainty, for all topics at one false discovery rate. Comparing weeks flags every Monday.
//   - What was quiet for weeks is compared with the quiet (spell.go): not everybody says that something was mended.
//   - A fixed topic has its own test: its baseline is the quiet since the fix, and one planned test needs
//     no correction for the others.
//   - Same input and same seed give the same topics, flags and sentences.
//   - A night starts from the stored state and the log, never from what a node has in memory, so its result does
//     not depend on which node runs it. The live model of a node only suggests.
//   - The state and the topics' rows are written in one unit: a key must never come to mean another topic. Tickets
//     are moved after it, in short units, and a night that was cut off is made good by the next.
//   - Quotes are places of sentences, not copies: what is erased in messages is gone here. Names are words that
//     several customers used, or a person's, so that they may stand in a report for ever.
//   - An issue covers topics and is what people act on. What they did is kept: a merge and a split pin tickets, and
//     where the machine joins topics of two issues, the one that people touched lives on.
//   - Days without a night are judged one by one, so that an import shows what was going on in its weeks. What is found
//     counts for the night that would have been held, by topics as they are known today; the log says when it became
//     known. Reports tell how issues stood at a week's end (standings), so what comes later changes no finished week.
//   - A name is what several members say, in the order in which they say it; words that say nothing of a matter stand in
//     lists (idle.go), and a word that is spread over topics as evenly as all words are names none.
//   - The topic of a new ticket is decided between matters (SuggestAmong): parts of one share its weight, so the
//     runner-up of the best topic is often the same matter.
//   - A topic that a person took apart never goes up in another, nor another in it. Only people pin.
package issues

// Package stats holds the honest statistics that figures and issues are shown with: an interval beside
// every rate, mean and median, exact tests for counts, and a verdict in words. Everything in it is a pure
// function: no clock, no chance, no state.
//
// # Why
//
//   - A change is called a change only when its interval excludes zero, and nothing is compared under
//     MinSample observations on either side. People act on arrows; an arrow without evidence is a lie.
//   - No bootstrap: the same tickets must give the same report, to the last digit, on every machine.
//     Medians therefore carry order-statistic intervals and the Price–Bonett interval.
//   - Quantiles are of type 7 (Hyndman and Fan 1996), as in R, NumPy and spreadsheets, so that an export
//     checked by hand agrees with the screen.
//   - Counts are tested against the negative binomial: tickets come in clumps, and the Poisson law would
//     call every busy Monday an incident.
package stats

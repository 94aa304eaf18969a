package issues

import "heard/feedback/stats"

const (
	spellLeast = 21    // days of a quiet spell, at least, and of the time before it
	spellStep  = 7     // by which longer ones are tried
	spellShare = 0.4   // of the level before it is left in a quiet spell, at most
	spellP     = 0.001 // that a level which did not change would be as low
)

// quietSince finds the spell that a topic has been quiet for until a week ago, within its baseline. Somebody mended
// what it was about without saying so here: what comes after is to be compared with the spell. Compared with all of
// the baseline, a matter that is back as it was looks like nothing.
func (d Detector) quietSince(s *series, exposure []float64, day int) (from int, quiet bool) {
	first, last := max(s.first, day-gapDays-baselineDays+1), day-gapDays
	least := spellP
	for length := spellLeast; length <= baselineDays-spellLeast; length += spellStep {
		start := last - length + 1
		if start-first < spellLeast {
			break // of a young desk
		}
		before, since := baseline(s, exposure, first, start-1, nil), baseline(s, exposure, start, last, nil)
		usual := before.count / before.exposure
		if since.count > spellShare*usual*since.exposure {
			continue
		}
		size := 1 / (1/before.count + d.Kappa*dampedKappa)
		if p := 1 - stats.NegBinTail(s.sum(start, last)+1, usual*since.exposure, size); p < least {
			least, from, quiet = p, start, true
		}
	}
	return from, quiet
}
